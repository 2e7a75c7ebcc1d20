/**
 * What changed in the session and is not yet kept by the store. Nothing that rests on a change is written before its
 * batch is reported stored (write-ahead); with the memory store there is nothing to wait for, and nothing is recorded:
 * the engine's own state is the store.
 */

import type { StoreBatch, StoreChange } from "../ports/session-store.js";

export class SessionJournal {
  readonly #isDurable: boolean;
  #changes: StoreChange[] = [];
  #inFlight = new Map<number, readonly StoreChange[]>();
  #lastNumber = 0;
  #storedNumber = 0;

  constructor(isDurable: boolean) {
    this.#isDurable = isDurable;
  }

  record(change: StoreChange): void {
    if (this.#isDurable) {
      this.#changes.push(change);
    }
  }

  /** The number of the last batch with anything recorded so far. What rests on it may be written once it is stored. */
  get horizon(): number {
    return this.#changes.length > 0 ? this.#lastNumber + 1 : this.#lastNumber;
  }

  isStored(horizon: number): boolean {
    return horizon <= this.#storedNumber;
  }

  /** What is to be stored next. */
  poll(): StoreBatch | undefined {
    if (this.#changes.length === 0) {
      return undefined;
    }
    this.#lastNumber += 1;
    const batch: StoreBatch = { number: this.#lastNumber, changes: this.#changes };
    this.#inFlight.set(batch.number, batch.changes);
    this.#changes = [];
    return batch;
  }

  handleStored(batchNumber: number): void {
    this.#inFlight.delete(batchNumber);
    this.#advance();
  }

  /**
   * Gives the changes of a batch that could not be kept, for the operations in it to be failed. What concerns the
   * others is recorded again, so that it goes with the next batch.
   */
  handleStoreFailed(batchNumber: number): readonly StoreChange[] {
    const changes = this.#inFlight.get(batchNumber) ?? [];
    this.#inFlight.delete(batchNumber);
    this.#changes = [...changes.filter((change) => !isAdmission(change)), ...this.#changes];
    this.#advance();
    return changes;
  }

  #advance(): void {
    const [oldest] = this.#inFlight.keys();
    this.#storedNumber = oldest === undefined ? this.#lastNumber : oldest - 1;
  }
}

function isAdmission(change: StoreChange): boolean {
  return change.type === "accepted" || change.type === "sending";
}
