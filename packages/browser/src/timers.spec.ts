import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { suitableTimers, type Timers } from "./timers.js";

/** The worker of a browser, as far as it is used: the test plays its part. */
class FakeWorker {
  static readonly made: FakeWorker[] = [];
  static isForbidden = false;
  readonly posted: unknown[] = [];
  isTerminated = false;
  onmessage: ((event: { readonly data: unknown }) => void) | undefined;
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

const globals = globalThis as { Worker?: unknown; document?: unknown };

beforeEach(() => {
  jest.useFakeTimers();
  FakeWorker.made.length = 0;
  FakeWorker.isForbidden = false;
  globals.Worker = FakeWorker;
});

afterEach(() => {
  jest.useRealTimers();
  delete globals.Worker;
  delete globals.document;
});

/** The timers of a page, which has a document. */
function pageTimers(): Timers {
  globals.document = {};
  return suitableTimers();
}

function onlyWorker(): FakeWorker {
  const [worker, another] = FakeWorker.made;
  if (worker === undefined || another !== undefined) {
    throw new Error(`${String(FakeWorker.made.length)} workers`);
  }
  return worker;
}

describe("a page", () => {
  test("waits by itself until its worker runs, then leaves what is left to it", () => {
    const timers = pageTimers();
    const fired: string[] = [];
    timers.set(10, () => void fired.push("early"));
    timers.set(1_000, () => void fired.push("late"));
    const worker = onlyWorker();
    jest.advanceTimersByTime(10);
    expect(fired).toEqual(["early"]);
    expect(timers.isThrottled).toBe(true);
    worker.onmessage?.({ data: 0 });
    expect(timers.isThrottled).toBe(false);
    expect(worker.posted).toEqual([[2, 990]]);
    jest.advanceTimersByTime(5_000);
    expect(fired).toEqual(["early"]);
    worker.onmessage?.({ data: 2 });
    expect(fired).toEqual(["early", "late"]);
  });

  test("has its worker wait, and takes waits back", () => {
    const timers = pageTimers();
    const fired: string[] = [];
    timers.set(60_000, () => void fired.push("first"));
    const worker = onlyWorker();
    worker.onmessage?.({ data: 0 });
    const cancel = timers.set(70_000, () => void fired.push("second"));
    cancel();
    cancel();
    expect(worker.posted).toEqual([
      [1, 60_000],
      [2, 70_000],
      [2, -1],
    ]);
    // It may have been on its way already.
    worker.onmessage?.({ data: 2 });
    expect(fired).toEqual([]);
  });

  test("takes a wait back before the worker runs", () => {
    const timers = pageTimers();
    const callback = jest.fn();
    timers.set(10, callback)();
    jest.advanceTimersByTime(10);
    onlyWorker().onmessage?.({ data: 0 });
    expect(callback).not.toHaveBeenCalled();
    expect(onlyWorker().posted).toEqual([]);
  });

  test("lets the worker go when there has been nothing to wait for in a while, and makes another by need", () => {
    const timers = pageTimers();
    timers.set(60_000, () => undefined)();
    const worker = onlyWorker();
    worker.onmessage?.({ data: 0 });
    jest.advanceTimersByTime(5_000);
    timers.set(60_000, () => undefined)();
    jest.advanceTimersByTime(9_999);
    expect(worker.isTerminated).toBe(false);
    jest.advanceTimersByTime(1);
    expect(worker.isTerminated).toBe(true);
    timers.set(60_000, () => undefined)();
    expect(FakeWorker.made).toHaveLength(2);
  });

  const noPlay = (): void => undefined;
  const reportError = (): void => onlyWorker().onerror?.({ preventDefault: () => undefined });

  test.each([
    ["by an exception", noPlay, true],
    ["by an event", reportError, false],
  ] as const)("goes on by itself where a worker is refused %s", (_how, refuse, isForbidden) => {
    FakeWorker.isForbidden = isForbidden;
    const timers = pageTimers();
    const callback = jest.fn();
    timers.set(100, callback);
    refuse();
    const made = FakeWorker.made.length;
    jest.advanceTimersByTime(100);
    expect(callback).toHaveBeenCalledTimes(1);
    timers.set(100, callback);
    jest.advanceTimersByTime(100);
    expect(callback).toHaveBeenCalledTimes(2);
    expect(FakeWorker.made).toHaveLength(made);
    expect(timers.isThrottled).toBe(true);
  });

  test("may be late where there are no workers at all", () => {
    delete globals.Worker;
    expect(pageTimers().isThrottled).toBe(true);
  });
});

test("only a page needs a worker: others are not slowed down", () => {
  const callback = jest.fn();
  const timers = suitableTimers();
  timers.set(10, callback);
  timers.set(10, callback)();
  jest.advanceTimersByTime(10);
  expect(callback).toHaveBeenCalledTimes(1);
  expect(FakeWorker.made).toEqual([]);
  expect(timers.isThrottled).toBe(false);
});
