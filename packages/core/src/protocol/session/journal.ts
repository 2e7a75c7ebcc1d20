/**
 * What the session tells of its changes, where a store keeps them (write-ahead). A client without a store has no journal:
 * its own state is all there is, nothing is recorded and nothing waits.
 */

import type { MqttError } from "../../errors.js";
import type { StoreBatch, StoreChange } from "../../ports/session-store.js";
import type { Operation } from "./operation.js";

/** Writes what was held back. */
export type HeldWrite = (now: number) => void;

/** The error of an operation that could not be kept; undefined for every other. */
export type StoreErrorOf = (operation: Operation) => MqttError | undefined;

export interface Journal {
  /** When `handleTimeout` has work; Infinity when there is none in sight. */
  readonly nextDeadline: number;

  /** Takes note of a change. */
  record(change: StoreChange): void;

  /** True when all that is recorded is kept, and what rests on it may be written. */
  isKept(): boolean;

  /** Calls `write` once what is recorded so far is kept. */
  hold(write: HeldWrite): void;

  /** Forgets what is held: the session remembers it. */
  dropHeld(): void;

  handleTimeout(now: number): void;

  /** What is to be stored next. */
  poll(): StoreBatch | undefined;

  handleStored(now: number, batchNumber: number): void;

  /** The batch could not be kept: what `fail` is given tells the operations that are lost with it. */
  handleStoreFailed(now: number, batch: FailedBatch, fail: (errorOf: StoreErrorOf) => void): void;
}

export interface FailedBatch {
  readonly number: number;
  readonly cause: unknown;
}
