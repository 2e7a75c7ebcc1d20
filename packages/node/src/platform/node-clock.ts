/**
 * Time in Node. Timers are ordinary ones: while the client waits for something it keeps the process alive, and the
 * client takes its wake-up back when it has nothing to wait for, which is always so once it is stopped.
 */

import { performance } from "node:perf_hooks";
import type { Clock } from "@mqtt5/core/adapter";

/** The longest time that a timer of Node's can be set to, in milliseconds; a longer wait is made of several. */
const longestTimer = 2_147_483_647;

export const nodeClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  wakeAt: (deadline, wake) => {
    let timer: NodeJS.Timeout | undefined;
    // Timers count whole milliseconds from the start of the turn, so one may be early by the clock's measure.
    const wait = (): void => {
      const delay = Math.ceil(deadline - performance.now());
      if (delay > 0) {
        timer = setTimeout(wait, Math.min(delay, longestTimer));
      } else {
        wake();
      }
    };
    timer = setTimeout(wait, Math.min(Math.max(Math.ceil(deadline - performance.now()), 0), longestTimer));
    return () => clearTimeout(timer);
  },
  endOfTurn: (callback) => void setImmediate(callback),
};
