/**
 * What changed in the session and is not yet kept by the store. Nothing that rests on a change is written before its
 * batch is reported stored (write-ahead): it is held here, in the order in which it came.
 *
 * One batch is with the store at a time. What changes meanwhile goes with the next, so that changes are kept in the order
 * in which they were recorded even where a batch has to be tried again.
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

/** How long to wait before the store is asked again for what it could not keep. */
const retryDelayMs = 1_000;

export class SessionJournal implements Journal {
  #changes: StoreChange[] = [];

  /** The changes of the batch that is with the store. */
  #inFlight: readonly StoreChange[] | undefined;

  #lastNumber = 0;
  #doneNumber = 0;
  #retryAt = Infinity;
  #held: Held[] = [];

  /** Takes note of a change. It takes along what waits to be tried again. */
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
   * The operations in a batch that could not be kept fail. What concerns the others is recorded again; by itself it is
   * tried after a while only, since a store that fails may go on failing. What rests on it waits for the repetition.
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

  /** The number of the last batch with anything recorded so far. What rests on it may be written once it is stored. */
  get #horizon(): number {
    return this.#changes.length > 0 ? this.#lastNumber + 1 : this.#lastNumber;
  }

  /** Ends the batch that is with the store, if it is this one; gives its changes. */
  #end(batchNumber: number): readonly StoreChange[] {
    if (!this.#inFlight || batchNumber !== this.#lastNumber) {
      return [];
    }
    const changes = this.#inFlight;
    this.#inFlight = undefined;
    this.#doneNumber = batchNumber;
    return changes;
  }

  /** Lets through what is stored by now. */
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
