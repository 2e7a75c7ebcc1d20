/**
 * Time in a browser. Nothing is made before it is used, so that a client may be made where there is no browser.
 *
 * A page that nobody sees has its timers run as rarely as once a minute; those of a worker run on time. So a small worker
 * waits along with the page, and whoever comes first wakes. Where a worker may not be made (a content security policy
 * without `worker-src blob:`), and until it runs, the page is alone. Outside of a page the timers there are do.
 */

import type { Clock } from "@mqtt5/core/adapter";
import { makeEndOfTurn } from "./end-of-turn.js";

/** The longest time that a timer can be set to, in milliseconds; a longer wait is made of several. */
const longestTimer = 2_147_483_647;

/** A worker without anything to wait for is let go after this time, in milliseconds. */
const idleTime = 10_000;

/** What the worker does: says when the time is over that it was told last, and at first that it runs. */
const workerSource =
  "let timer; onmessage = ({ data }) => { clearTimeout(timer); timer = setTimeout(postMessage, data, 0) }; postMessage(0)";

/** Something that is waited for. */
interface Wait {
  readonly deadline: number;
  readonly wake: () => void;
}

export class BrowserClock implements Clock {
  /** In a page, until the worker runs: a policy that forbids it may be told of late. */
  isThrottled: boolean = typeof document === "object";
  readonly #waits = new Set<Wait>();
  /** A page that is simulated, as for tests, has none, nor what it is made with. */
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

  /** Waits for the nearest deadline; without any, for the time to let the worker go. */
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

  /** One at a time. None may be due: a browser's clock is coarse on purpose, so a timer may be early by its measure. */
  #wakeDue(): void {
    const due = [...this.#waits].find(({ deadline }) => deadline <= performance.now());
    if (due) {
      this.#waits.delete(due);
    }
    this.#setTimer();
    due?.wake();
  }

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
        // Known and dealt with: not an error of the page.
        event.preventDefault();
        refuse();
      };
    } catch {
      refuse();
    }
  }

  #endWorker(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.isThrottled = true;
  }
}
