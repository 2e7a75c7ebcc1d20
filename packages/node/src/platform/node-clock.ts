/**
 * The clock of Node. Its timers are ordinary ones, so the process stays alive while the client waits for something. The
 * client cancels its wake-up when it has nothing to wait for. A stopped client never has anything to wait for.
 */

import { performance } from "node:perf_hooks";
import type { Clock } from "@mqtt5/core/adapter";

/** The longest delay of a timer in Node, in milliseconds. A longer wait uses several timers in turn. */
const longestTimer = 2_147_483_647;

/** The clock that all clients in this process share. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  wakeAt: (deadline, wake) => {
    let timer: NodeJS.Timeout | undefined;
    // A timer counts whole milliseconds from the start of the turn, so it may fire before the deadline.
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
