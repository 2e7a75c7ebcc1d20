/** Gives batches to a session store, and reports the results to the engine. */

import type { Clock } from "../ports/clock.js";
import type { SessionStore } from "../ports/session-store.js";
import type { Engine } from "../protocol/engine.js";
import type { Driver } from "./driver.js";

/** Makes the function that stores the batches of an engine. The driver calls it after it has passed on its events. */
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
