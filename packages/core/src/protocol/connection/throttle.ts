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

/** A bucket holds the tokens that come in this time. */
const capacityMs = 1_000;

/** May be overdrawn: what is sent at once is paid for by the wait after it. */
class TokenBucket {
  /** How long a token takes to come; 0 where there is no limit. */
  readonly #intervalMs: number;

  /** When it is full again. */
  #fullAt = 0;

  constructor(rate: number) {
    this.#intervalMs = capacityMs / rate;
  }

  /** When there will be at least `amount` tokens; not after `now` when there are. */
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
