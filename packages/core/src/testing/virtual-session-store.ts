import type { Clock } from "../ports/clock.js";
import type { SessionStore, StoreBatch, StoreChange } from "../ports/session-store.js";

/** What may be set of a {@link VirtualSessionStore}. */
export interface VirtualSessionStoreOptions {
  /** Needed for `delayMs`. */
  readonly clock?: Clock;
  /** How long keeping a batch takes; default 0: done as soon as it is asked for. */
  readonly delayMs?: number;
}

interface Commit {
  readonly batch: StoreBatch;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * A session store whose speed and failures the test decides on.
 *
 * By itself it keeps every batch at once. `hold` makes it wait for `release` or `fail`, `failNext` makes it fail.
 */
export class VirtualSessionStore implements SessionStore {
  /** The batches that were kept, in order. */
  readonly batches: readonly StoreBatch[];

  readonly #batches: StoreBatch[] = [];
  readonly #options: VirtualSessionStoreOptions;
  readonly #failures: unknown[] = [];
  #held: Commit[] = [];
  #isHolding = false;

  constructor(options: VirtualSessionStoreOptions = {}) {
    if ((options.delayMs ?? 0) > 0 && !options.clock) {
      throw new Error("a delay needs a clock");
    }
    this.#options = options;
    this.batches = this.#batches;
  }

  /** The changes that were kept, in order. */
  get changes(): readonly StoreChange[] {
    return this.#batches.flatMap((batch) => batch.changes);
  }

  /** How many batches wait for `release` or `fail`. */
  get heldCount(): number {
    return this.#held.length;
  }

  /** Keeps a batch, now or later; see the class. */
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

  /** Makes the batches to come wait. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Keeps what waits, and no longer makes batches wait. */
  release(): void {
    this.#isHolding = false;
    for (const { batch, resolve } of this.#takeHeld()) {
      this.#batches.push(batch);
      resolve();
    }
  }

  /** Fails what waits, and no longer makes batches wait. */
  fail(cause: unknown): void {
    this.#isHolding = false;
    for (const { reject } of this.#takeHeld()) {
      reject(cause);
    }
  }

  /** Fails the next batch to come; called twice, the next two. */
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
