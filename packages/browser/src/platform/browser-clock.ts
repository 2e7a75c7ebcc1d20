/**
 * The clock of a browser. It creates timers and workers only when it needs them, so a client can also be constructed
 * outside a browser.
 *
 * The timers of a hidden page may fire only once a minute. The timers of a worker fire on time. So a small worker waits
 * together with the page, and the first of the two wakes the client. The page waits alone until the worker runs, and if
 * a content security policy without `worker-src blob:` forbids the worker. Outside a page, ordinary timers are enough.
 */

import type { Clock } from "@mqtt5/core/adapter";
import { makeEndOfTurn } from "./end-of-turn.js";

/** The longest delay of a timer, in milliseconds. A longer wait uses several timers in turn. */
const longestTimer = 2_147_483_647;

/** The time after which an idle worker is ended, in milliseconds. */
const idleTime = 10_000;

/**
 * The source of the worker. It posts a message when it starts, and one when the delay that it was sent last is over.
 */
const workerSource =
  "let timer; onmessage = ({ data }) => { clearTimeout(timer); timer = setTimeout(postMessage, data, 0) }; postMessage(0)";

/** One wake-up that was asked for. */
interface Wait {
  /** The time of the wake-up, in the milliseconds of `now`. */
  readonly deadline: number;
  /** The callback. */
  readonly wake: () => void;
}

/** The clock of one client in a browser. */
export class BrowserClock implements Clock {
  /**
   * True in a page while no worker runs. It is true at first, since a browser may report late that it forbids the
   * worker.
   */
  isThrottled: boolean = typeof document === "object";
  readonly #waits = new Set<Wait>();
  /** False in a simulated page, such as one of a test: it has no `Worker`. */
  #mayHaveWorker = this.isThrottled && typeof Worker === "function";
  #worker: Worker | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #endOfTurn: ((callback: () => void) => void) | undefined;

  now(): number {
    return performance.now();
  }

  wallNow(): number {
    return Date.now();
  }

  wakeAt(deadline: number, wake: () => void): () => void {
    const wait: Wait = { deadline, wake };
    this.#waits.add(wait);
    this.#startWorker();
    this.#setTimer();
    return () => {
      this.#waits.delete(wait);
      this.#setTimer();
    };
  }

  endOfTurn(callback: () => void): void {
    this.#endOfTurn ??= makeEndOfTurn();
    this.#endOfTurn(callback);
  }

  /** Sets the timer for the nearest deadline. Without a deadline, sets it for the end of the idle worker. */
  #setTimer(): void {
    clearTimeout(this.#timer);
    if (this.#waits.size > 0) {
      const timeLeft = Math.min(...Array.from(this.#waits, ({ deadline }) => deadline)) - performance.now();
      const delay = Math.min(Math.max(Math.ceil(timeLeft), 0), longestTimer);
      this.#timer = setTimeout(() => this.#wakeDue(), delay);
      this.#worker?.postMessage(delay);
    } else if (this.#worker) {
      this.#timer = setTimeout(() => this.#endWorker(), idleTime);
    }
  }

  /**
   * Wakes one wait that is due, then sets the timer again. None may be due: a browser's clock is coarse on purpose, so
   * a timer may fire before the deadline.
   */
  #wakeDue(): void {
    const due = [...this.#waits].find(({ deadline }) => deadline <= performance.now());
    if (due) {
      this.#waits.delete(due);
    }
    this.#setTimer();
    due?.wake();
  }

  /** Starts the worker, if there is none yet and there may be one. */
  #startWorker(): void {
    if (this.#worker || !this.#mayHaveWorker) {
      return;
    }
    const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
    const refuse = (): void => {
      URL.revokeObjectURL(url);
      this.#mayHaveWorker = false;
      this.#endWorker();
    };
    try {
      this.#worker = new Worker(url);
      this.#worker.onmessage = () => {
        URL.revokeObjectURL(url);
        this.isThrottled = false;
        this.#wakeDue();
      };
      this.#worker.onerror = (event) => {
        // The clock handles this error, so the page must not report it.
        event.preventDefault();
        refuse();
      };
    } catch {
      refuse();
    }
  }

  /** Ends the worker. The page waits alone from then on. */
  #endWorker(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.isThrottled = true;
  }
}
