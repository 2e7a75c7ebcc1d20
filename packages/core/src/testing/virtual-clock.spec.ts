import { describe, expect, test } from "@jest/globals";
import { VirtualClock } from "./virtual-clock.js";

describe("VirtualClock", () => {
  test("stands still until it is told to go on", () => {
    const clock = new VirtualClock({ wallNow: 1_000_000 });
    expect(clock.now()).toBe(0);
    clock.advance(250);
    expect(clock.now()).toBe(250);
    expect(clock.wallNow()).toBe(1_000_250);
  });

  test("wakes in the order of the deadlines, each at its time", () => {
    const clock = new VirtualClock();
    const calls: [string, number][] = [];
    const note = (name: string) => () => calls.push([name, clock.now()]);
    clock.wakeAt(30, note("late"));
    clock.wakeAt(10, note("early"));
    clock.wakeAt(10, note("as early, asked for later"));
    clock.advance(29);
    expect(calls).toEqual([
      ["early", 10],
      ["as early, asked for later", 10],
    ]);
    clock.advance(1);
    expect(calls.at(-1)).toEqual(["late", 30]);
    expect(clock.pendingCount).toBe(0);
  });

  test("wakes for what a wake-up asks for within the same advance", () => {
    const clock = new VirtualClock();
    const calls: number[] = [];
    const again = (): void => {
      calls.push(clock.now());
      clock.wakeAt(clock.now() + 10, again);
    };
    clock.wakeAt(10, again);
    clock.advance(35);
    expect(calls).toEqual([10, 20, 30]);
    expect(clock.nextWakeUp).toBe(40);
  });

  test("does not wake what was taken back", () => {
    const clock = new VirtualClock();
    const calls: string[] = [];
    clock.wakeAt(10, () => calls.push("woken"))();
    clock.advance(20);
    expect(calls).toEqual([]);
    expect(clock.nextWakeUp).toBeUndefined();
  });

  test("a deadline in the past wakes at once and does not turn time back", () => {
    const clock = new VirtualClock();
    clock.advance(100);
    const calls: number[] = [];
    clock.wakeAt(50, () => calls.push(clock.now()));
    clock.advance(0);
    expect(calls).toEqual([100]);
  });

  test("leap wakes late, as after a sleep", () => {
    const clock = new VirtualClock();
    const calls: number[] = [];
    clock.wakeAt(10, () => calls.push(clock.now()));
    clock.leap(60_000);
    expect(calls).toEqual([60_000]);
  });

  test("ends turns in order, the ones that they bring about too", () => {
    const clock = new VirtualClock();
    const calls: string[] = [];
    clock.endOfTurn(() => {
      calls.push("first");
      clock.endOfTurn(() => calls.push("next turn"));
    });
    clock.endOfTurn(() => calls.push("second"));
    expect(calls).toEqual([]);
    clock.runTurns();
    expect(calls).toEqual(["first", "second", "next turn"]);
  });

  test("says so when turns never end", () => {
    const clock = new VirtualClock();
    const again = (): void => clock.endOfTurn(again);
    clock.endOfTurn(again);
    expect(() => clock.runTurns()).toThrow("100000 turns");
  });

  test("scenario 33: the wall clock can jump, monotonic time takes no notice", () => {
    const clock = new VirtualClock();
    const calls: number[] = [];
    clock.wakeAt(10, () => calls.push(clock.now()));
    clock.setWallClock(5_000_000);
    expect([clock.now(), clock.wallNow()]).toEqual([0, 5_000_000]);
    clock.advance(10);
    expect(calls).toEqual([10]);
    expect(clock.wallNow()).toBe(5_000_010);
  });

  test("settle lets promises and the turns that they ask for alternate", async () => {
    const clock = new VirtualClock();
    const calls: string[] = [];
    void Promise.resolve().then(() => {
      clock.endOfTurn(() => {
        calls.push("turn");
        void Promise.resolve().then(() => calls.push("promise of the turn"));
      });
    });
    await clock.settle();
    expect(calls).toEqual(["turn", "promise of the turn"]);
  });

  test("advanceAndSettle lets a promise ask for the next wake-up", async () => {
    const clock = new VirtualClock();
    const sleep = (durationMs: number): Promise<void> =>
      new Promise((resolve) => clock.wakeAt(clock.now() + durationMs, resolve));
    const times: number[] = [];
    const run = async (): Promise<void> => {
      await sleep(10);
      times.push(clock.now());
      await sleep(20);
      times.push(clock.now());
    };
    void run();
    await clock.advanceAndSettle(100);
    expect(times).toEqual([10, 30]);
    expect(clock.now()).toBe(100);
  });
});
