/**
 * The changes of the session that are not stored yet. A packet that depends on a change is held here until the batch of
 * the change is stored (write-ahead). Held packets keep their order.
 *
 * One batch is with the store at a time. Later changes go with the next batch. Changes are therefore stored in the
 * order in which they were recorded, even if a batch has to be repeated.
 */

import type { StoreBatch, StoreChange } from "../../ports/session-store.js";
import type { FailedBatch, HeldWrite, Journal, StoreErrorOf } from "./journal.js";
import { outcomeOfGivingUp } from "./outcomes.js";
import { SessionStoreError } from "../errors/operation-errors.js";

/** A packet that waits for the store. */
interface Held {
  horizon: number;
  readonly write: HeldWrite;
}

/** The delay before a failed batch is repeated. */
const retryDelayMs = 1_000;

export class SessionJournal implements Journal {
  #changes: StoreChange[] = [];

  /** The changes of the batch that is with the store. */
  #inFlight: readonly StoreChange[] | undefined;

  #lastNumber = 0;
  #doneNumber = 0;
  #retryAt = Infinity;
  #held: Held[] = [];

  /** Records a change. Changes that wait for a repetition are stored with it. */
  record(change: StoreChange): void {
    this.#changes.push(change);
    this.#retryAt = Infinity;
  }

  isKept(): boolean {
    return this.#horizon <= this.#doneNumber;
  }

  hold(write: HeldWrite): void {
    this.#held.push({ horizon: this.#horizon, write });
  }

  dropHeld(): void {
    this.#held = [];
  }

  get nextDeadline(): number {
    return this.#retryAt;
  }

  poll(): StoreBatch | undefined {
    if (this.#inFlight || this.#changes.length === 0 || this.#retryAt !== Infinity) {
      return undefined;
    }
    this.#lastNumber += 1;
    this.#inFlight = this.#changes;
    this.#changes = [];
    return { number: this.#lastNumber, changes: this.#inFlight };
  }

  handleStored(now: number, batchNumber: number): void {
    this.#end(batchNumber);
    this.#release(now);
  }

  /**
   * Fails the operations that a failed batch would have added. Records its other changes again. Alone they are repeated
   * only after a delay, because the store may fail again. The packets that depend on them wait for the repetition.
   */
  handleStoreFailed(now: number, { number, cause }: FailedBatch, fail: (errorOf: StoreErrorOf) => void): void {
    const changes = this.#end(number);
    const repeated = changes.filter((change) => !isAdmission(change));
    if (repeated.length > 0 && this.#changes.length === 0) {
      this.#retryAt = now + retryDelayMs;
    }
    this.#changes = [...repeated, ...this.#changes];
    const lost = new Set(changes.flatMap((change) => ("sequence" in change ? [change.sequence] : [])));
    fail((operation) =>
      lost.has(operation.id)
        ? new SessionStoreError("the message could not be kept", { cause, outcome: outcomeOfGivingUp(operation) })
        : undefined,
    );
    for (const held of this.#held) {
      if (held.horizon <= this.#doneNumber) {
        held.horizon = this.#horizon;
      }
    }
    this.#release(now);
  }

  handleTimeout(now: number): void {
    if (now >= this.#retryAt) {
      this.#retryAt = Infinity;
    }
  }

  /** The number of the batch with the last recorded change. The packets that depend on the change wait for it. */
  get #horizon(): number {
    return this.#changes.length > 0 ? this.#lastNumber + 1 : this.#lastNumber;
  }

  /** Ends the batch that is with the store, if it has this number. Gives its changes. */
  #end(batchNumber: number): readonly StoreChange[] {
    if (!this.#inFlight || batchNumber !== this.#lastNumber) {
      return [];
    }
    const changes = this.#inFlight;
    this.#inFlight = undefined;
    this.#doneNumber = batchNumber;
    return changes;
  }

  /** Writes the held packets whose changes are stored. */
  #release(now: number): void {
    const firstHeld = this.#held.findIndex((held) => held.horizon > this.#doneNumber);
    for (const { write } of this.#held.splice(0, firstHeld === -1 ? this.#held.length : firstHeld)) {
      write(now);
    }
  }
}

function isAdmission(change: StoreChange): boolean {
  return change.type === "accepted" || change.type === "sending";
}
