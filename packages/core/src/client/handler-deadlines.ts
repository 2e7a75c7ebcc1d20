/** Bounds the time that the listeners of a message may take: `handlerTimeoutMs`. One timer for all of them. */

import type { Clock } from "../ports/clock.js";

interface Handling {
  readonly deadline: number;
  readonly expire: () => void;
}

export class HandlerDeadlines {
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  /** In the order of their deadlines: the time is the same for all. */
  readonly #open = new Set<Handling>();
  #cancelWakeUp: (() => void) | undefined;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Gives what `handled` resolves to, or true, for a failure, after calling `handleOverdue` when it takes too long. */
  bound(handled: Promise<boolean>, handleOverdue: () => void): Promise<boolean> {
    return new Promise((resolve) => {
      const handling: Handling = {
        deadline: this.#clock.now() + this.#timeoutMs,
        expire: () => {
          handleOverdue();
          resolve(true);
        },
      };
      this.#open.add(handling);
      this.#plan();
      void handled.then((hasFailed) => {
        this.#open.delete(handling);
        this.#plan();
        resolve(hasFailed);
      });
    });
  }

  /** Leaves no timer behind. */
  clear(): void {
    this.#open.clear();
    this.#plan();
  }

  #plan(): void {
    const [oldest] = this.#open;
    if (oldest === undefined) {
      this.#cancelWakeUp?.();
      this.#cancelWakeUp = undefined;
    } else {
      // One that is planned already comes no later, and then finds who is next.
      this.#cancelWakeUp ??= this.#clock.wakeAt(oldest.deadline, this.#wake);
    }
  }

  readonly #wake = (): void => {
    this.#cancelWakeUp = undefined;
    const now = this.#clock.now();
    for (const handling of this.#open) {
      if (handling.deadline > now) {
        break;
      }
      this.#open.delete(handling);
      handling.expire();
    }
    this.#plan();
  };
}
