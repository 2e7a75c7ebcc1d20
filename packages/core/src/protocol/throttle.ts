/**
 * Limits of a server that the protocol does not know of: so many publishes and so many bytes a second. Two token
 * buckets, full at first and refilled with time, delay operations in their order; everything else that is sent is
 * charged and never delayed.
 */

/** How much may be sent in a second; Infinity for no limit. */
export interface ThrottleSettings {
  readonly maxPublishesPerSecond: number;
  readonly maxBytesPerSecond: number;
}

const millisecondsPerSecond = 1_000;

/** Holds at most what a second gives. May be overdrawn: what is sent at once is paid for by the wait after it. */
class TokenBucket {
  readonly #rate: number;
  #tokens: number;
  #filledAt: number;

  constructor(rate: number, now: number) {
    this.#rate = rate;
    this.#tokens = rate;
    this.#filledAt = now;
  }

  /** When there will be at least `amount` tokens; not after `now` when there are. */
  readyAt(now: number, amount: number): number {
    if (this.#rate === Infinity) {
      return now;
    }
    this.#tokens = Math.min(this.#rate, this.#tokens + ((now - this.#filledAt) * this.#rate) / millisecondsPerSecond);
    this.#filledAt = now;
    return now + Math.max(0, Math.ceil(((amount - this.#tokens) * millisecondsPerSecond) / this.#rate));
  }

  take(amount: number): void {
    this.#tokens -= amount;
  }
}

/** The throttle of one connection. */
export class Throttle {
  readonly #publishes: TokenBucket;
  readonly #bytes: TokenBucket;

  constructor(settings: ThrottleSettings, now: number) {
    this.#publishes = new TokenBucket(settings.maxPublishesPerSecond, now);
    this.#bytes = new TokenBucket(settings.maxBytesPerSecond, now);
  }

  /** When an operation may be written, with `pending` bytes written and not charged yet; not after `now` at once. */
  readyAt(now: number, isPublish: boolean, pending: number): number {
    return Math.max(isPublish ? this.#publishes.readyAt(now, 1) : now, this.#bytes.readyAt(now, pending + 1));
  }

  /** A PUBLISH was written. */
  handlePublish(): void {
    this.#publishes.take(1);
  }

  /** Bytes were handed over, of whatever packets. */
  handleSent(byteCount: number): void {
    this.#bytes.take(byteCount);
  }
}
