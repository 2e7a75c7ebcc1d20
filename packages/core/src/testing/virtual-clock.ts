import type { Clock } from "../ports/clock.js";

/** What a {@link VirtualClock} starts with. */
export interface VirtualClockOptions {
  /** The wall-clock time at the start, in milliseconds since 1970-01-01T00:00:00Z; default 0. */
  readonly wallNow?: number;
}

interface WakeUp {
  readonly deadline: number;
  /** Counts up, so that wake-ups of the same deadline come in the order in which they were asked for. */
  readonly order: number;
  readonly wake: () => void;
}

/** So many turns in a row without a pause mean that something asks for the next turn for ever. */
const mostTurns = 100_000;

/** How many microtasks in a row `settle` lets run before it looks whether another turn is due. */
const microtasksPerTurn = 64;

/**
 * A clock that stands still until it is told to go on.
 *
 * Time passes in `advance` alone, at once and without waiting: a test of an hour of keep-alive takes no time, and gives
 * the same result at every run. Monotonic time starts at 0.
 *
 * Use `advance` and `runTurns` where nothing involved uses promises, and `advanceAndSettle` and `settle` where something does.
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

  /** Monotonic time in milliseconds since this clock was made. */
  now(): number {
    return this.#now;
  }

  /** Wall-clock time in milliseconds since 1970-01-01T00:00:00Z. */
  wallNow(): number {
    return this.#now + this.#wallOffset;
  }

  /** Calls `wake` when `advance` reaches `deadline`. Returns a function that takes it back. */
  wakeAt(deadline: number, wake: () => void): () => void {
    this.#wakeUpCount += 1;
    const wakeUp: WakeUp = { deadline, order: this.#wakeUpCount, wake };
    this.#wakeUps.push(wakeUp);
    return () => {
      this.#wakeUps = this.#wakeUps.filter((other) => other !== wakeUp);
    };
  }

  /** Calls `callback` at the end of the turn, which is when the test says so: see `runTurns`. */
  endOfTurn(callback: () => void): void {
    this.#endOfTurn.push(callback);
  }

  /** The deadline of the next wake-up; undefined when nobody waits. */
  get nextWakeUp(): number | undefined {
    return this.#next()?.deadline;
  }

  /** How many wake-ups and ends of turn are waited for: 0 when nothing would keep a process alive. */
  get pendingCount(): number {
    return this.#wakeUps.length + this.#endOfTurn.length;
  }

  /** Ends the turn, and every turn that this brings about. */
  runTurns(): void {
    for (let turn = 0; this.#endOfTurn.length > 0; turn += 1) {
      this.#demandEnd(turn);
      this.#runTurn();
    }
  }

  /** Lets `durationMs` pass: ends the turn, then wakes whoever is due, each at its time, with the turns in between. */
  advance(durationMs: number): void {
    const end = this.#now + durationMs;
    this.runTurns();
    for (let next = this.#takeDue(end); next; next = this.#takeDue(end)) {
      next.wake();
      this.runTurns();
    }
    this.#now = end;
  }

  /** Lets `durationMs` pass in one leap, as when the machine sleeps: who was due meanwhile is woken late, at the end. */
  leap(durationMs: number): void {
    this.#now += durationMs;
    this.advance(0);
  }

  /** Sets the wall clock, as a user or a time server does. Monotonic time takes no notice. */
  setWallClock(wallNow: number): void {
    this.#wallOffset = wallNow - this.#now;
  }

  /** Like `runTurns`, and lets promises settle before and between the turns. */
  async settle(): Promise<void> {
    await runMicrotasks();
    for (let turn = 0; this.#endOfTurn.length > 0; turn += 1) {
      this.#demandEnd(turn);
      this.#runTurn();
      await runMicrotasks();
    }
  }

  /** Like `advance`, and lets promises settle wherever a turn ends. */
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

  /** Takes out the next wake-up up to `end`, and moves time to it. */
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
