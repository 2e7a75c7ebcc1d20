/**
 * Limits of a server outside the protocol: publishes and bytes per second. Two token buckets delay operations in their
 * order. The buckets start full and refill with time. All other packets are charged, but never delayed.
 */

/** The limits per second; Infinity for no limit. */
export interface ThrottleSettings {
  readonly maxPublishesPerSecond: number;
  readonly maxBytesPerSecond: number;
}

/** The time in which an empty bucket fills up. */
const capacityMs = 1_000;

/** A token bucket. It may be overdrawn: a longer wait then follows. */
class TokenBucket {
  /** The time in which one token comes; 0 for no limit. */
  readonly #intervalMs: number;

  /** The time at which the bucket is full again. */
  #fullAt = 0;

  constructor(rate: number) {
    this.#intervalMs = capacityMs / rate;
  }

  /** Gives the time at which at least `amount` tokens are there; `now` or earlier when they are there now. */
  readyAt(now: number, amount: number): number {
    this.#fullAt = Math.max(now, this.#fullAt);
    return Math.ceil(this.#fullAt - capacityMs + amount * this.#intervalMs);
  }

  take(amount: number): void {
    this.#fullAt += amount * this.#intervalMs;
  }
}

/** The throttle of one connection. */
export class Throttle {
  readonly #publishes: TokenBucket;
  readonly #bytes: TokenBucket;

  constructor(settings: ThrottleSettings) {
    this.#publishes = new TokenBucket(settings.maxPublishesPerSecond);
    this.#bytes = new TokenBucket(settings.maxBytesPerSecond);
  }

  /** Gives the time at which an operation may be written. `pending`: the bytes written and not charged yet. */
  readyAt(now: number, isPublish: boolean, pending: number): number {
    return Math.max(isPublish ? this.#publishes.readyAt(now, 1) : now, this.#bytes.readyAt(now, pending + 1));
  }

  /** Takes in that a PUBLISH was written. */
  handlePublish(): void {
    this.#publishes.take(1);
  }

  /** Takes in that bytes of any packets were handed to the transport. */
  handleSent(byteCount: number): void {
    this.#bytes.take(byteCount);
  }
}
