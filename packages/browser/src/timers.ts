/**
 * Timers that run on time in a hidden tab, too. A page's own ones then fire as rarely as once a minute, those of a
 * worker do not. So the waiting is done by a small worker, which costs one message a wake-up.
 *
 * Where a worker may not be made (a content security policy without `worker-src blob:`), and until it runs, the page's
 * own timers do. Outside of a page, in a worker or on a server, they are as good.
 */

/** Calls back after some time; gives the function that takes that back. */
export interface Timers {
  /** Whether it may be as late as a minute: in a page, while no worker does the waiting. */
  readonly isThrottled: boolean;

  set(delayMs: number, callback: () => void): () => void;
}

/** The timers there are. */
const ownTimers = {
  set: (delayMs: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** What the worker does: waits for as long as it is told, by number; a negative time takes a wait back. */
const workerSource = `const timers = new Map();
onmessage = ({ data: [id, delay] }) => {
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (delay >= 0) timers.set(id, setTimeout(() => { timers.delete(id); postMessage(id); }, delay));
};
postMessage(0);`;

/** A worker without anything to wait for is let go after this time, in milliseconds. */
const idleTime = 10_000;

/** Something that is waited for. */
interface Wait {
  readonly deadline: number;
  readonly callback: () => void;
  /** Takes back the page's own timer, where that waits. */
  cancelOwn?: (() => void) | undefined;
}

class WorkerTimers implements Timers {
  readonly #waits = new Map<number, Wait>();
  #lastId = 0;
  #worker: Worker | undefined;
  #isReady = false;
  #isRefused = false;
  #cancelIdle: (() => void) | undefined;

  /** Until the worker runs, too: a policy that forbids it may be told of late. */
  get isThrottled(): boolean {
    return !this.#isReady;
  }

  set(delayMs: number, callback: () => void): () => void {
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    this.#lastId += 1;
    const id = this.#lastId;
    const wait: Wait = { deadline: performance.now() + delayMs, callback };
    this.#waits.set(id, wait);
    this.#startWorker();
    if (this.#isReady) {
      this.#worker?.postMessage([id, delayMs]);
    } else {
      wait.cancelOwn = ownTimers.set(delayMs, () => this.#fire(id));
    }
    return () => this.#cancel(id);
  }

  #fire(id: number): void {
    const wait = this.#waits.get(id);
    if (wait !== undefined) {
      this.#waits.delete(id);
      this.#letGoWhenIdle();
      wait.callback();
    }
  }

  #cancel(id: number): void {
    const wait = this.#waits.get(id);
    if (wait === undefined) {
      return;
    }
    this.#waits.delete(id);
    if (wait.cancelOwn === undefined) {
      this.#worker?.postMessage([id, -1]);
    } else {
      wait.cancelOwn();
    }
    this.#letGoWhenIdle();
  }

  #startWorker(): void {
    if (this.#worker !== undefined || this.#isRefused) {
      return;
    }
    const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
    try {
      const worker = new Worker(url);
      this.#worker = worker;
      worker.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (this.#isReady && typeof data === "number") {
          this.#fire(data);
        } else {
          URL.revokeObjectURL(url);
          this.#handleReady(worker);
        }
      };
      worker.onerror = (event) => {
        // Known and dealt with: not an error of the page.
        event.preventDefault();
        URL.revokeObjectURL(url);
        this.#refuse();
      };
    } catch {
      URL.revokeObjectURL(url);
      this.#refuse();
    }
  }

  /** The page's own timers stay as they are: they wait for all there is, and go on doing so. */
  #refuse(): void {
    this.#isRefused = true;
    this.#endWorker();
  }

  /** Hands over what the page's own timers have been waiting for. */
  #handleReady(worker: Worker): void {
    this.#isReady = true;
    for (const [id, wait] of this.#waits) {
      wait.cancelOwn?.();
      wait.cancelOwn = undefined;
      worker.postMessage([id, Math.max(wait.deadline - performance.now(), 0)]);
    }
  }

  #letGoWhenIdle(): void {
    if (this.#waits.size === 0 && this.#worker !== undefined) {
      this.#cancelIdle?.();
      this.#cancelIdle = ownTimers.set(idleTime, () => this.#endWorker());
    }
  }

  #endWorker(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isReady = false;
  }
}

/** The timers that suit the place: those of a worker in a page, and elsewhere the ones there are. */
export function suitableTimers(): Timers {
  if (typeof document === "object") {
    return typeof Worker === "function" ? new WorkerTimers() : { ...ownTimers, isThrottled: true };
  }
  return { ...ownTimers, isThrottled: false };
}
