import type { Clock } from "../ports/clock.js";
import type { SessionStore, StoreBatch, StoreChange } from "../ports/session-store.js";

/** The options of a {@link VirtualSessionStore}. */
export interface VirtualSessionStoreOptions {
  /** The clock for `delayMs`. */
  readonly clock?: Clock;
  /** The time that keeping a batch takes, in milliseconds. Default: 0, at once. */
  readonly delayMs?: number;
}

interface Commit {
  readonly batch: StoreBatch;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * A session store in memory. The test decides on its speed and its failures.
 *
 * By default it keeps each batch at once. After `hold` it waits for `release` or `fail`. After `failNext` it fails.
 */
export class VirtualSessionStore implements SessionStore {
  /** The batches that the store has kept, in order. */
  readonly batches: readonly StoreBatch[];

  readonly #batches: StoreBatch[] = [];
  readonly #options: VirtualSessionStoreOptions;
  readonly #failures: unknown[] = [];
  #held: Commit[] = [];
  #isHolding = false;

  /** @throws {Error} There is a `delayMs` but no clock. */
  constructor(options: VirtualSessionStoreOptions = {}) {
    if ((options.delayMs ?? 0) > 0 && !options.clock) {
      throw new Error("a delay needs a clock");
    }
    this.#options = options;
    this.batches = this.#batches;
  }

  /** The changes in all batches that the store has kept, in order. */
  get changes(): readonly StoreChange[] {
    return this.#batches.flatMap((batch) => batch.changes);
  }

  /** The number of batches that wait for `release` or `fail`. */
  get heldCount(): number {
    return this.#held.length;
  }

  /** Keeps a batch. The test decides when, and whether it fails. */
  commit(batch: StoreBatch): void | Promise<void> {
    if (this.#failures.length > 0) {
      return Promise.reject(asError(this.#failures.shift()));
    }
    const { clock, delayMs = 0 } = this.#options;
    if (this.#isHolding) {
      return new Promise((resolve, reject) => {
        this.#held.push({ batch, resolve, reject });
      });
    }
    if (!clock || delayMs === 0) {
      this.#batches.push(batch);
      return undefined;
    }
    return new Promise((resolve) => {
      clock.wakeAt(clock.now() + delayMs, () => {
        this.#batches.push(batch);
        resolve();
      });
    });
  }

  /** Makes the next batches wait for `release` or `fail`. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Keeps the batches that wait, and ends `hold`. */
  release(): void {
    this.#isHolding = false;
    for (const { batch, resolve } of this.#takeHeld()) {
      this.#batches.push(batch);
      resolve();
    }
  }

  /** Rejects the batches that wait, and ends `hold`. */
  fail(cause: unknown): void {
    this.#isHolding = false;
    for (const { reject } of this.#takeHeld()) {
      reject(cause);
    }
  }

  /** Makes the next batch fail. Two calls make the next two batches fail. */
  failNext(cause: unknown): void {
    this.#failures.push(cause);
  }

  #takeHeld(): Commit[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error("the store failed", { cause });
}
