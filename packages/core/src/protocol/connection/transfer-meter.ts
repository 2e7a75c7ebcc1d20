/**
 * The bytes of unfinished transfers in one direction: parts of a packet that is not complete, or of a write that the
 * network takes piece by piece. The meter tells a transfer from a trickle, and measures how fast the bytes move.
 */

/** Fewer bytes than this in a keep-alive interval are a trickle: 1 KiB. */
const trickleBytes = 1_024;

/**
 * The buffers between us and the line take megabytes at once, and what fills them says nothing about the line. They are
 * full when nothing moves for this time, or after this time at the latest.
 */
const pauseMs = 250;
const mostFillMs = 1_000;

/** The time after which a sample of the rate is complete. */
const sampleMs = 1_000;

/** The rate that is assumed until one was observed, in bytes for each millisecond: 256 KiB a second. */
const assumedRate = 262.144;

export class TransferMeter {
  readonly #intervalMs: number;

  /** The bytes since the last sign of life, in the interval that began at this time. */
  #intervalStart = -Infinity;
  #intervalBytes = 0;

  /** Nothing is measured before the first `begin`. */
  #transferStart = Infinity;
  #isFilling = false;
  /** The time of the last bytes that filled the buffers; Infinity: none have. */
  #filledAt = Infinity;
  #sampleStart = Infinity;
  #sampleBytes = 0;

  /** The rate of the last complete sample, in bytes for each millisecond. */
  rate: number = assumedRate;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Begins a transfer. The time before it does not count for the rate. */
  begin(now: number): void {
    this.#transferStart = now;
    this.#isFilling = true;
    this.#filledAt = Infinity;
    this.#sampleStart = now;
    this.#sampleBytes = 0;
  }

  /** Takes in bytes that moved. Returns true when they are a sign of life, and not a trickle. */
  add(now: number, byteCount: number): boolean {
    this.#sample(now, byteCount);
    if (now - this.#intervalStart > this.#intervalMs) {
      this.#intervalStart = now;
      this.#intervalBytes = 0;
    }
    this.#intervalBytes += byteCount;
    if (this.#intervalBytes < trickleBytes) {
      return false;
    }
    this.#intervalStart = now;
    this.#intervalBytes = 0;
    return true;
  }

  #sample(now: number, byteCount: number): void {
    if (this.#isFilling) {
      const isFirst = this.#filledAt === Infinity;
      this.#isFilling = isFirst || (now - this.#filledAt < pauseMs && now - this.#transferStart < mostFillMs);
      this.#filledAt = now;
      this.#sampleStart = now;
      return; // also after a pause: the bytes may have moved before it
    }
    if (now < this.#transferStart) {
      return;
    }
    this.#sampleBytes += byteCount;
    if (now - this.#sampleStart >= sampleMs) {
      this.rate = this.#sampleBytes / (now - this.#sampleStart);
      this.#sampleStart = now;
      this.#sampleBytes = 0;
    }
  }
}
