import { expect, test } from "@jest/globals";
import type { Clock } from "../../src/ports/clock.js";

/** The tests of what every clock of a platform has to do. */
export function testClock(makeClock: () => Clock): void {
  test("wakes at the deadline or after it, never before", async () => {
    const clock = makeClock();
    const deadline = clock.now() + 5.5;
    await new Promise<void>((resolve) => {
      clock.wakeAt(deadline, resolve);
    });
    expect(clock.now()).toBeGreaterThanOrEqual(deadline);
  });

  test("wakes at once for a deadline that is over, but not within the call", async () => {
    const clock = makeClock();
    let isAwake = false;
    const awake = new Promise<void>((resolve) => {
      clock.wakeAt(clock.now() - 1_000, () => {
        isAwake = true;
        resolve();
      });
    });
    expect(isAwake).toBe(false);
    await awake;
  });

  test("takes a wake-up back, also one further away than a timer reaches", async () => {
    const clock = makeClock();
    const woken: string[] = [];
    const cancelNear = clock.wakeAt(clock.now(), () => void woken.push("near"));
    const cancelFar = clock.wakeAt(clock.now() + 2 ** 40, () => void woken.push("far"));
    cancelNear();
    await new Promise<void>((resolve) => {
      clock.wakeAt(clock.now() + 2, resolve);
    });
    cancelFar();
    expect(woken).toEqual([]);
  });

  test("calls at the end of the turn, after what the turn still resolves", async () => {
    const clock = makeClock();
    const order: string[] = [];
    const ended = new Promise<void>((resolve) => {
      clock.endOfTurn(() => {
        order.push("end of turn");
        resolve();
      });
    });
    await Promise.resolve();
    order.push("promise");
    await ended;
    expect(order).toEqual(["promise", "end of turn"]);
  });
}
