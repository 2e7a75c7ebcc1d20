import type { PayloadMemory } from "../codec/wire/payload-memory.js";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { Random } from "../ports/random.js";
import type { TransportFactory } from "../ports/transport.js";
import type { Check } from "./options/checks.js";
import type { ServerUrl, UrlScheme } from "../ports/server-url.js";

/** The parts of an attempt that a transport depends on, beside its server. */
export interface TransportRequest {
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  /** The size of the largest packet that the client accepts, in bytes. Undefined: that of the protocol. */
  readonly maximumPacketSize: number | undefined;
}

/** The outside world of one client, as a platform package supplies it. */
export interface Platform {
  /** The URL schemes that the platform can connect with. */
  readonly schemes: readonly UrlScheme[];

  /** The checks of the options that only this platform has. */
  readonly optionChecks: Readonly<Record<string, Check>>;

  /** The clock and its timers. */
  readonly clock: Clock;
  /** The source of random numbers. */
  readonly random: Random;
  /** The log for problems that no listener takes. */
  readonly logger: Logger;

  /**
   * The memory for received payloads, where the platform knows a faster way than a buffer of its own for each payload.
   */
  readonly payloadMemory?: PayloadMemory;

  /**
   * True when an option of this platform supplies new credentials before each attempt, as `connectOptions` can.
   * Default: false. The client reads it after the options have passed their checks.
   */
  readonly refreshesCredentials?: boolean;

  /**
   * Prepares one attempt to reach the server, and gives the function that opens its transport.
   *
   * If it throws or rejects, the attempt fails in the phase `prepare`. It has no time limit of its own: the client
   * limits the time.
   */
  readonly prepareTransport: (
    server: ServerUrl,
    request: TransportRequest,
  ) => TransportFactory | PromiseLike<TransportFactory>;
}
