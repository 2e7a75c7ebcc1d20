import type { Clock } from "../ports/clock.js";

/** The options of a {@link VirtualClock}. */
export interface VirtualClockOptions {
  /** The wall-clock time at the start, in milliseconds since 1970-01-01T00:00:00Z. Default: 0. */
  readonly wallNow?: number;
}

interface WakeUp {
  readonly deadline: number;
  /** The number of the wake-up. Wake-ups with the same deadline come in this order. */
  readonly order: number;
  readonly wake: () => void;
}

/** The number of turns in a row after which the clock assumes that they never end. */
const mostTurns = 100_000;

/** The number of microtasks in a row that `settle` runs before each turn. */
const microtasksPerTurn = 64;

/**
 * A clock that stands still until the test moves it.
 *
 * Time passes without waiting: a test of an hour of keep-alive takes no time and has the same result at every run.
 * Monotonic time starts at 0.
 *
 * Use `advanceAndSettle` and `settle` if the tested code uses promises. Otherwise use `advance` and `runTurns`.
 */
export class VirtualClock implements Clock {
  #now = 0;
  #wallOffset: number;
  #wakeUps: WakeUp[] = [];
  #wakeUpCount = 0;
  #endOfTurn: (() => void)[] = [];

  constructor(options: VirtualClockOptions = {}) {
    this.#wallOffset = options.wallNow ?? 0;
  }

  /** Returns the monotonic time: the milliseconds since this clock was made. */
  now(): number {
    return this.#now;
  }

  /** Returns the wall-clock time, in milliseconds since 1970-01-01T00:00:00Z. */
  wallNow(): number {
    return this.#now + this.#wallOffset;
  }

  /** Calls `wake` when time reaches `deadline`. Returns a function that cancels the call. */
  wakeAt(deadline: number, wake: () => void): () => void {
    this.#wakeUpCount += 1;
    const wakeUp: WakeUp = { deadline, order: this.#wakeUpCount, wake };
    this.#wakeUps.push(wakeUp);
    return () => {
      this.#wakeUps = this.#wakeUps.filter((other) => other !== wakeUp);
    };
  }

  /** Calls `callback` at the end of the turn. The test ends the turn: see `runTurns`. */
  endOfTurn(callback: () => void): void {
    this.#endOfTurn.push(callback);
  }

  /** The deadline of the next wake-up. Undefined if there is none. */
  get nextWakeUp(): number | undefined {
    return this.#next()?.deadline;
  }

  /**
   * The number of calls that are due at a deadline or at the end of the turn. 0 if nothing would keep a process alive.
   */
  get pendingCount(): number {
    return this.#wakeUps.length + this.#endOfTurn.length;
  }

  /**
   * Ends the turn, and all turns that follow from it.
   *
   * @throws {Error} The turns do not come to an end.
   */
  runTurns(): void {
    for (let turn = 0; this.#endOfTurn.length > 0; turn += 1) {
      this.#demandEnd(turn);
      this.#runTurn();
    }
  }

  /**
   * Moves time by `durationMs`. Ends the turn first. Then makes each call at its deadline and ends its turn.
   *
   * @throws {Error} The turns do not come to an end.
   */
  advance(durationMs: number): void {
    const end = this.#now + durationMs;
    this.runTurns();
    for (let next = this.#takeDue(end); next; next = this.#takeDue(end)) {
      next.wake();
      this.runTurns();
    }
    this.#now = end;
  }

  /**
   * Moves time by `durationMs` in one leap, as when the machine sleeps. Calls that were due on the way come late.
   *
   * @throws {Error} The turns do not come to an end.
   */
  leap(durationMs: number): void {
    this.#now += durationMs;
    this.advance(0);
  }

  /** Sets the wall clock, as a user or a time server does. Monotonic time does not change. */
  setWallClock(wallNow: number): void {
    this.#wallOffset = wallNow - this.#now;
  }

  /**
   * Does the same as `runTurns`, and lets promises settle before and between the turns.
   *
   * @throws {Error} The turns do not come to an end.
   */
  async settle(): Promise<void> {
    await runMicrotasks();
    for (let turn = 0; this.#endOfTurn.length > 0; turn += 1) {
      this.#demandEnd(turn);
      this.#runTurn();
      await runMicrotasks();
    }
  }

  /**
   * Does the same as `advance`, and lets promises settle at the end of each turn.
   *
   * @throws {Error} The turns do not come to an end.
   */
  async advanceAndSettle(durationMs: number): Promise<void> {
    const end = this.#now + durationMs;
    await this.settle();
    for (let next = this.#takeDue(end); next; next = this.#takeDue(end)) {
      next.wake();
      await this.settle();
    }
    this.#now = end;
  }

  #runTurn(): void {
    const callbacks = this.#endOfTurn;
    this.#endOfTurn = [];
    for (const callback of callbacks) {
      callback();
    }
  }

  #demandEnd(turn: number): void {
    if (turn === mostTurns) {
      throw new Error(`after ${mostTurns} turns another one is still asked for`);
    }
  }

  /** Takes out the next wake-up that is due up to `end`, and moves time to it. */
  #takeDue(end: number): WakeUp | undefined {
    const next = this.#next();
    if (!next || next.deadline > end) {
      return undefined;
    }
    this.#wakeUps = this.#wakeUps.filter((other) => other !== next);
    this.#now = Math.max(this.#now, next.deadline);
    return next;
  }

  #next(): WakeUp | undefined {
    let next: WakeUp | undefined;
    for (const wakeUp of this.#wakeUps) {
      if (!next || wakeUp.deadline < next.deadline) {
        next = wakeUp;
      }
    }
    return next;
  }
}

async function runMicrotasks(): Promise<void> {
  for (let index = 0; index < microtasksPerTurn; index += 1) {
    await Promise.resolve();
  }
}
