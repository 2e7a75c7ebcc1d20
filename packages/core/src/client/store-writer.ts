/** Gives batches to a session store, and tells the engine what became of them. */

import type { Clock } from "../ports/clock.js";
import type { SessionStore } from "../ports/session-store.js";
import type { Engine } from "../protocol/engine.js";
import type { Driver } from "./driver.js";

/** What the driver is to call once its events are passed on. */
export function commitTo(store: SessionStore, engine: Engine, clock: Clock): (driver: Driver) => void {
  return (driver) => {
    for (let batch = engine.pollStore(); batch; batch = engine.pollStore()) {
      const { number } = batch;
      const succeed = (): void => {
        engine.handleStored(clock.now(), number);
        driver.advance();
      };
      const fail = (error: unknown): void => {
        const cause = error ?? new Error("the session store failed without a reason");
        engine.handleStoreFailed(clock.now(), { number, cause });
        driver.advance();
      };
      try {
        const done = store.commit(batch);
        if (done === undefined) {
          succeed();
        } else {
          done.then(succeed, fail);
        }
      } catch (error) {
        fail(error);
      }
    }
  };
}
