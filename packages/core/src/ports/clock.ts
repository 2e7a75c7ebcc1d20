/** The clock of the platform. */
export interface Clock {
  /**
   * Returns the monotonic time, in milliseconds from an origin of its own. It never goes back, even if the system clock
   * does.
   */
  now(): number;

  /** Returns the wall-clock time, in milliseconds since 1970-01-01T00:00:00Z. For times that must survive a restart. */
  wallNow(): number;

  /**
   * Calls `wake` once, at `deadline` (in milliseconds of `now`) or later. Returns a function that cancels the call. A
   * call of `wakeAt` does not replace an earlier one.
   */
  wakeAt(deadline: number, wake: () => void): () => void;

  /**
   * Whether wake-ups may come up to a minute late, as in a hidden page without a worker. The keep-alive then allows for
   * that. Default: false.
   */
  readonly isThrottled?: boolean;

  /**
   * Calls `callback` once at the end of the current turn of the event loop. A hidden tab of a browser must not delay
   * it.
   */
  endOfTurn(callback: () => void): void;
}
