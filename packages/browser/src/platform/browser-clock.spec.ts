import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { testClock } from "../../../core/test/support/clock-contract.js";
import { BrowserClock } from "./browser-clock.js";

// Here there is no page, as on a server that renders one. What only a real page shows is tested in browsers.

testClock(() => new BrowserClock());

const globals = globalThis as { Worker?: unknown; document?: unknown };

test("is on time where there is no page, and may be late in one whose worker does not run", () => {
  expect(new BrowserClock().isThrottled).toBe(false);
  globals.document = {};
  const clock = new BrowserClock();
  delete globals.document;
  clock.wakeAt(clock.now(), () => undefined)();
  expect(clock.isThrottled).toBe(true);
});

test("tells the time of the wall", () => {
  const before = Date.now();
  expect(new BrowserClock().wallNow()).toBeGreaterThanOrEqual(before);
});

/** The worker of a browser, as far as it is used: the test plays its part. */
class FakeWorker {
  static readonly made: FakeWorker[] = [];
  static isForbidden = false;
  readonly posted: unknown[] = [];
  isTerminated = false;
  onmessage: (() => void) | undefined;
  onerror: ((event: { readonly preventDefault: () => void }) => void) | undefined;

  constructor() {
    if (FakeWorker.isForbidden) {
      throw new Error("forbidden by the policy of the page");
    }
    FakeWorker.made.push(this);
  }

  postMessage(message: unknown): void {
    this.posted.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

/** A clock whose waits are told as times from now on. */
class TestClock extends BrowserClock {
  wakeIn(delay: number, wake: () => void): () => void {
    return this.wakeAt(this.now() + delay, wake);
  }
}

/** The clock of a page, which has a document. */
function pageClock(): TestClock {
  globals.document = {};
  return new TestClock();
}

function onlyWorker(): FakeWorker {
  const [worker, another] = FakeWorker.made;
  if (worker === undefined || another !== undefined) {
    throw new Error(`${String(FakeWorker.made.length)} workers`);
  }
  return worker;
}

describe("timers", () => {
  beforeEach(() => {
    jest.useFakeTimers();
    FakeWorker.made.length = 0;
    FakeWorker.isForbidden = false;
    globals.Worker = FakeWorker;
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
    delete globals.Worker;
    delete globals.document;
  });

  describe("a page", () => {
    test("waits by itself until its worker runs, then leaves what is left to it", () => {
      const clock = pageClock();
      const woken: string[] = [];
      clock.wakeIn(10, () => void woken.push("early"));
      clock.wakeIn(1_000, () => void woken.push("late"));
      const worker = onlyWorker();
      jest.advanceTimersByTime(10);
      expect(woken).toEqual(["early"]);
      expect(clock.isThrottled).toBe(true);
      worker.onmessage?.();
      expect(clock.isThrottled).toBe(false);
      expect(worker.posted.at(-1)).toBe(990);
      hideFor(990);
      expect(woken).toEqual(["early"]);
      worker.onmessage?.();
      expect(woken).toEqual(["early", "late"]);
    });

    test("has its worker wait, and takes waits back", () => {
      const clock = pageClock();
      const woken: string[] = [];
      clock.wakeIn(60_000, () => void woken.push("first"));
      const worker = onlyWorker();
      worker.onmessage?.();
      const cancel = clock.wakeIn(50_000, () => void woken.push("second"));
      expect(worker.posted.at(-1)).toBe(50_000);
      cancel();
      cancel();
      expect(worker.posted.at(-1)).toBe(60_000);
      hideFor(50_000);
      // It may have been on its way already.
      worker.onmessage?.();
      expect(woken).toEqual([]);
      expect(worker.posted.at(-1)).toBe(10_000);
    });

    test("wakes for one deadline after the other, the nearest first", () => {
      const clock = pageClock();
      const woken: string[] = [];
      clock.wakeIn(20, () => void woken.push("second"));
      clock.wakeIn(10, () => void woken.push("first"));
      clock.wakeIn(20, () => void woken.push("third"));
      jest.advanceTimersByTime(21);
      expect(woken).toEqual(["first", "second", "third"]);
    });

    test("wakes for what else is due where one throws", () => {
      const clock = pageClock();
      const wake = jest.fn();
      clock.wakeIn(10, () => {
        throw new Error("from a wake-up");
      });
      clock.wakeIn(10, wake);
      expect(() => jest.advanceTimersByTime(10)).toThrow("from a wake-up");
      jest.advanceTimersByTime(1);
      expect(wake).toHaveBeenCalledTimes(1);
    });

    test("takes a wait back before the worker runs", () => {
      const clock = pageClock();
      const wake = jest.fn();
      clock.wakeIn(10, wake)();
      jest.advanceTimersByTime(10);
      onlyWorker().onmessage?.();
      expect(wake).not.toHaveBeenCalled();
    });

    test("lets the worker go when there has been nothing to wait for in a while, and makes another by need", () => {
      const clock = pageClock();
      clock.wakeIn(60_000, () => undefined)();
      const worker = onlyWorker();
      worker.onmessage?.();
      jest.advanceTimersByTime(5_000);
      clock.wakeIn(60_000, () => undefined)();
      jest.advanceTimersByTime(9_999);
      expect(worker.isTerminated).toBe(false);
      jest.advanceTimersByTime(1);
      expect(worker.isTerminated).toBe(true);
      expect(clock.isThrottled).toBe(true);
      clock.wakeIn(60_000, () => undefined)();
      expect(FakeWorker.made).toHaveLength(2);
    });

    const noPlay = (): void => undefined;
    const reportError = (): void => onlyWorker().onerror?.({ preventDefault: () => undefined });

    test.each([
      ["by an exception", noPlay, true],
      ["by an event", reportError, false],
    ] as const)("goes on by itself where a worker is refused %s", (_how, refuse, isForbidden) => {
      FakeWorker.isForbidden = isForbidden;
      const clock = pageClock();
      const wake = jest.fn();
      clock.wakeIn(100, wake);
      refuse();
      const made = FakeWorker.made.length;
      jest.advanceTimersByTime(100);
      expect(wake).toHaveBeenCalledTimes(1);
      clock.wakeIn(100, wake);
      jest.advanceTimersByTime(100);
      expect(wake).toHaveBeenCalledTimes(2);
      expect(FakeWorker.made).toHaveLength(made);
      expect(clock.isThrottled).toBe(true);
    });

    test("may be late where there are no workers at all", () => {
      delete globals.Worker;
      const clock = pageClock();
      const wake = jest.fn();
      clock.wakeIn(10, wake);
      jest.advanceTimersByTime(10);
      expect(wake).toHaveBeenCalledTimes(1);
      expect(clock.isThrottled).toBe(true);
    });
  });

  test("waits by itself in a page that is only simulated, without workers and without URLs of objects", () => {
    delete globals.Worker;
    const createObjectURL = jest.spyOn(URL, "createObjectURL").mockImplementation(() => {
      throw new TypeError("URL.createObjectURL is not a function");
    });
    const wake = jest.fn();
    pageClock().wakeIn(1_000, wake);
    jest.advanceTimersByTime(1_000);
    expect(wake).toHaveBeenCalledTimes(1);
    createObjectURL.mockRestore();
  });

  test("only a page needs a worker: others are not slowed down", () => {
    const wake = jest.fn();
    const clock = new TestClock();
    clock.wakeIn(10, wake);
    clock.wakeIn(10, wake)();
    jest.advanceTimersByTime(10);
    expect(wake).toHaveBeenCalledTimes(1);
    expect(FakeWorker.made).toEqual([]);
    expect(clock.isThrottled).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });
});

/** Time passes, but not for the timers of the page. */
function hideFor(time: number): void {
  const passed = performance.now() + time;
  jest.spyOn(performance, "now").mockReturnValue(passed);
}
