import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { Random } from "../ports/random.js";
import type { TransportFactory } from "../ports/transport.js";
import type { Check } from "./options/checks.js";
import type { ServerUrl, UrlScheme } from "./connecting/server-url.js";

/** What an adapter gives to one client: the outside world. */
export interface Platform {
  /** The URL schemes that it can connect with. */
  readonly schemes: readonly UrlScheme[];

  /** Checks of the options that only this platform has. */
  readonly optionChecks: Readonly<Record<string, Check>>;

  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;

  /**
   * True where an option of this platform asks for credentials anew before each attempt, as `connectOptions` may; left
   * out: false. Asked for once the options have passed their checks.
   */
  readonly refreshesCredentials?: boolean;

  /**
   * Prepares one attempt to reach the server; gives what opens its transport. May throw or reject, which fails the
   * attempt in the phase `prepare`, and may take as long as it likes: the client bounds the time.
   */
  readonly prepareTransport: (server: ServerUrl) => TransportFactory | PromiseLike<TransportFactory>;
}
