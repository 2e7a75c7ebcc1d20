import type { Clock } from "../../ports/clock.js";
import type { Logger } from "../../ports/logger.js";

const intervalMs = 60_000;

/** Logs the problems of one kind: the first at once, then one a minute with the number of those in between. */
export class LimitedLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  #nextAt = -Infinity;
  #omittedCount = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Logs a problem, unless one of its kind was logged less than a minute ago. */
  warn(message: string, cause?: unknown): void {
    const now = this.#clock.now();
    if (now < this.#nextAt) {
      this.#omittedCount += 1;
      return;
    }
    const omitted = this.#omittedCount === 0 ? "" : ` (and ${this.#omittedCount} more since the last report)`;
    this.#nextAt = now + intervalMs;
    this.#omittedCount = 0;
    this.#logger.warn(message + omitted, cause);
  }

  /** Ends a series: the next problem is logged at once. */
  reset(): void {
    this.#nextAt = -Infinity;
    this.#omittedCount = 0;
  }
}
