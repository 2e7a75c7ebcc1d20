import type { Clock } from "../../ports/clock.js";
import type { Logger } from "../../ports/logger.js";

const periodMs = 60_000;

/** Logs the problems of one kind: the first ones at once, and the number of those that came after them in a minute. */
export class LimitedLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #largestCount: number;
  #periodEnd = -Infinity;
  /** The problems since the period began. */
  #count = 0;

  /** `largestCount` is the number of problems that are logged in a minute. */
  constructor(logger: Logger, clock: Clock, largestCount = 1) {
    this.#logger = logger;
    this.#clock = clock;
    this.#largestCount = largestCount;
  }

  /** Logs a problem, unless enough of its kind were logged in the minute that began with the first of them. */
  warn(message: string, cause?: unknown): void {
    const now = this.#clock.now();
    let omittedCount = 0;
    if (now >= this.#periodEnd) {
      omittedCount = Math.max(0, this.#count - this.#largestCount);
      this.#periodEnd = now + periodMs;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count <= this.#largestCount) {
      const omitted = omittedCount === 0 ? "" : ` (and ${omittedCount} more since the last report)`;
      this.#logger.warn(message + omitted, cause);
    }
  }

  /** Ends a series: the next problem is logged at once. */
  reset(): void {
    this.#periodEnd = -Infinity;
    this.#count = 0;
  }
}
