/** Gives batches to a session store, and tells what became of them. */

import type { SessionStore, StoreBatch } from "../ports/session-store.js";

/** Called once a batch is kept, or with the reason why it is not. */
type Report = (error?: unknown) => void;

/** Keeps a batch. */
export type Commit = (batch: StoreBatch, report: Report) => void;

/** The driver's way to a store. */
export function commitTo(store: SessionStore): Commit {
  return (batch, report) => {
    const fail = (error: unknown): void => {
      report(error ?? new Error("the session store failed without a reason"));
    };
    try {
      const done = store.commit(batch);
      if (done === undefined) {
        report();
      } else {
        done.then(() => {
          report();
        }, fail);
      }
    } catch (error) {
      fail(error);
    }
  };
}
