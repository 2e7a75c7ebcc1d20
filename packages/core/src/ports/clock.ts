/** Time as the platform has it. */
export interface Clock {
  /** Monotonic time in milliseconds from an origin of its own; never goes back, whatever happens to the system clock. */
  now(): number;

  /** Wall-clock time in milliseconds since 1970-01-01T00:00:00Z; for times that must survive a restart. */
  wallNow(): number;

  /**
   * Calls `wake` once, at `deadline` (in the milliseconds of `now`) or later. Returns a function that takes it back.
   * Calls do not replace one another; the client has one wake-up at a time, for the nearest of its deadlines.
   */
  wakeAt(deadline: number, wake: () => void): () => void;

  /**
   * True where wake-ups may come as late as a minute, as in a hidden page that may have no worker. The keep-alive then
   * allows for it. Left out: they come on time.
   */
  readonly isThrottled?: boolean;

  /** Calls `callback` once when the current turn of the event loop ends; not slowed down in a hidden browser tab. */
  endOfTurn(callback: () => void): void;
}
