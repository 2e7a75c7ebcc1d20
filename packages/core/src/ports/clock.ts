/**
 * Time as the platform has it.
 *
 * The driver keeps one wake-up at a time: a new call of `wakeAt` replaces nothing by itself, the function that the
 * earlier call returned does.
 */
export interface Clock {
  /** Monotonic time in milliseconds from an origin of its own; never goes back, whatever happens to the system clock. */
  now(): number;

  /** Wall-clock time in milliseconds since 1970-01-01T00:00:00Z; for times that must survive a restart. */
  wallNow(): number;

  /**
   * Calls `wake` once, at `deadline` (in the milliseconds of `now`) or later. Returns a function that takes it back.
   *
   * A wake-up never keeps a process alive by itself for longer than the client has work to wait for.
   */
  wakeAt(deadline: number, wake: () => void): () => void;

  /** Calls `callback` once when the current turn of the event loop ends; not slowed down in a hidden browser tab. */
  endOfTurn(callback: () => void): void;
}
