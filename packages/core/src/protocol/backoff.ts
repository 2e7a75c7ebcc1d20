/**
 * How long to wait before the next connection attempt: exponential back-off with jitter, so that clients that lost
 * their server together do not come back together.
 */

/** How the delay is spread: not at all, over [0, b], or over [min, 3 × the previous delay]. */
export type RetryJitterMode = "none" | "full" | "decorrelated";

/** The numbers of the back-off, in milliseconds. */
export interface BackoffSettings {
  readonly minReconnectDelayMs: number;
  readonly maxReconnectDelayMs: number;
  readonly retryJitterMode: RetryJitterMode;
}

/** Counts the waits since the last reset and says how long the next one is. */
export class Backoff {
  readonly #settings: BackoffSettings;
  readonly #random: () => number;
  #waits = 0;
  #previousDelay: number;

  constructor(settings: BackoffSettings, random: () => number) {
    this.#settings = settings;
    this.#random = random;
    this.#previousDelay = settings.minReconnectDelayMs;
  }

  /** Starts anew, after a connection that lasted. */
  reset(): void {
    this.#waits = 0;
    this.#previousDelay = this.#settings.minReconnectDelayMs;
  }

  /** The next delay in milliseconds. */
  next(): number {
    const { minReconnectDelayMs: min, maxReconnectDelayMs: max, retryJitterMode } = this.#settings;
    const ceiling = Math.min(max, min * 2 ** this.#waits);
    this.#waits += 1;
    switch (retryJitterMode) {
      case "none":
        return ceiling;
      case "full":
        return this.#random() * ceiling;
      case "decorrelated":
        this.#previousDelay = Math.min(max, min + this.#random() * (3 * this.#previousDelay - min));
        return this.#previousDelay;
    }
  }
}
