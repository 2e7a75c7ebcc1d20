/** Time in a browser. Nothing is made before it is used, so that a client may be made where there is no browser. */

import type { Clock } from "@mqtt5/core/adapter";
import { makeEndOfTurn } from "./end-of-turn.js";
import { suitableTimers, type Timers } from "./timers.js";

/** The longest time that a timer can be set to, in milliseconds; a longer wait is made of several. */
const longestTimer = 2_147_483_647;

export class BrowserClock implements Clock {
  #timers: Timers | undefined;
  #endOfTurn: ((callback: () => void) => void) | undefined;

  get isThrottled(): boolean {
    return this.#timers?.isThrottled === true;
  }

  now(): number {
    return performance.now();
  }

  wallNow(): number {
    return Date.now();
  }

  wakeAt(deadline: number, wake: () => void): () => void {
    this.#timers ??= suitableTimers();
    const timers = this.#timers;
    const timeLeft = (): number => Math.min(Math.max(Math.ceil(deadline - performance.now()), 0), longestTimer);
    // A browser's clock is coarse on purpose, so a timer may be early by its measure.
    const wait = (): void => {
      if (performance.now() >= deadline) {
        wake();
      } else {
        cancel = timers.set(timeLeft(), wait);
      }
    };
    let cancel = timers.set(timeLeft(), wait);
    return () => cancel();
  }

  endOfTurn(callback: () => void): void {
    this.#endOfTurn ??= makeEndOfTurn();
    this.#endOfTurn(callback);
  }
}
