import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { Random } from "../ports/random.js";
import type { Transport, TransportHandlers } from "../ports/transport.js";
import type { Check } from "./checks.js";
import type { ServerUrl, UrlScheme } from "./server-url.js";

/** What an adapter gives to one client: the outside world. */
export interface Platform {
  /** The URL schemes that it can connect with. */
  readonly schemes: readonly UrlScheme[];

  /** Checks of the options that only this platform has. */
  readonly optionChecks: Readonly<Record<string, Check>>;

  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;

  /** Opens a transport to the server; what goes wrong is told through `handlers.closed`, never thrown. */
  readonly openTransport: (server: ServerUrl, handlers: TransportHandlers) => Transport;
}
