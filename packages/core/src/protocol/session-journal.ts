/**
 * What changed in the session and is not yet kept by the store. Nothing that rests on a change is written before its
 * batch is reported stored (write-ahead); with the memory store there is nothing to wait for, and nothing is recorded:
 * the engine's own state is the store.
 *
 * One batch is with the store at a time. What changes meanwhile goes with the next, so that changes are kept in the order
 * in which they were recorded even where a batch has to be tried again.
 */

import type { StoreBatch, StoreChange } from "../ports/session-store.js";

/** How long to wait before the store is asked again for what it could not keep, in milliseconds. */
const retryDelay = 1_000;

export class SessionJournal {
  readonly #isDurable: boolean;
  #changes: StoreChange[] = [];

  /** The changes of the batch that is with the store. */
  #inFlight: readonly StoreChange[] | undefined;

  #lastNumber = 0;
  #doneNumber = 0;
  #retryAt = Infinity;

  constructor(isDurable: boolean) {
    this.#isDurable = isDurable;
  }

  /** Takes note of a change. It takes along what waits to be tried again. */
  record(change: StoreChange): void {
    if (this.#isDurable) {
      this.#changes.push(change);
      this.#retryAt = Infinity;
    }
  }

  /** The number of the last batch with anything recorded so far. What rests on it may be written once it is stored. */
  get horizon(): number {
    return this.#changes.length > 0 ? this.#lastNumber + 1 : this.#lastNumber;
  }

  /** When `handleTimeout` has work; Infinity when there is none in sight. */
  get nextDeadline(): number {
    return this.#retryAt;
  }

  isStored(horizon: number): boolean {
    return horizon <= this.#doneNumber;
  }

  /** What is to be stored next. */
  poll(): StoreBatch | undefined {
    if (this.#inFlight !== undefined || this.#changes.length === 0 || this.#retryAt !== Infinity) {
      return undefined;
    }
    this.#lastNumber += 1;
    this.#inFlight = this.#changes;
    this.#changes = [];
    return { number: this.#lastNumber, changes: this.#inFlight };
  }

  /** Ends the batch that is with the store, if it is this one; gives its changes. */
  handleStored(batchNumber: number): readonly StoreChange[] {
    if (this.#inFlight === undefined || batchNumber !== this.#lastNumber) {
      return [];
    }
    const changes = this.#inFlight;
    this.#inFlight = undefined;
    this.#doneNumber = batchNumber;
    return changes;
  }

  /**
   * Gives the changes of a batch that could not be kept, for the operations in it to be failed. What concerns the
   * others is recorded again; by itself it is tried after a while only, since a store that fails may go on failing.
   */
  handleStoreFailed(now: number, batchNumber: number): readonly StoreChange[] {
    const changes = this.handleStored(batchNumber);
    const repeated = changes.filter((change) => !isAdmission(change));
    if (repeated.length > 0 && this.#changes.length === 0) {
      this.#retryAt = now + retryDelay;
    }
    this.#changes = [...repeated, ...this.#changes];
    return changes;
  }

  handleTimeout(now: number): void {
    if (now >= this.#retryAt) {
      this.#retryAt = Infinity;
    }
  }
}

function isAdmission(change: StoreChange): boolean {
  return change.type === "accepted" || change.type === "sending";
}
