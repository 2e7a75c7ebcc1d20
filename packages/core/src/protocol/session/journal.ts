/**
 * The journal of a session that a store keeps (write-ahead). The session reports its changes to it. A client without a
 * store has no journal: nothing is recorded and nothing waits.
 */

import type { MqttError } from "../../errors.js";
import type { StoreBatch, StoreChange } from "../../ports/session-store.js";
import type { Operation } from "./operation.js";

/** Writes a packet that was held back. */
export type HeldWrite = (now: number) => void;

/** Gives the error of an operation that could not be stored; undefined for all others. */
export type StoreErrorOf = (operation: Operation) => MqttError | undefined;

export interface Journal {
  /** The time at which `handleTimeout` has work; Infinity for none. */
  readonly nextDeadline: number;

  /** Records a change. */
  record(change: StoreChange): void;

  /** True when all recorded changes are stored, and the packets that depend on them may be written. */
  isKept(): boolean;

  /** Calls `write` once the changes recorded so far are stored. */
  hold(write: HeldWrite): void;

  /** Forgets the held writes. The session still has the state behind them. */
  dropHeld(): void;

  handleTimeout(now: number): void;

  /** Gives the next batch to store, or undefined. */
  poll(): StoreBatch | undefined;

  handleStored(now: number, batchNumber: number): void;

  /** Takes in that the batch could not be stored. Calls `fail`, with a function that finds the lost operations. */
  handleStoreFailed(now: number, batch: FailedBatch, fail: (errorOf: StoreErrorOf) => void): void;
}

export interface FailedBatch {
  readonly number: number;
  readonly cause: unknown;
}
