import { expect, test } from "@jest/globals";
import { nodeClock } from "./node-clock.js";

test("wakes at the deadline or after it, never before", async () => {
  const deadline = nodeClock.now() + 5.5;
  await new Promise<void>((resolve) => {
    nodeClock.wakeAt(deadline, resolve);
  });
  expect(nodeClock.now()).toBeGreaterThanOrEqual(deadline);
});

test("wakes at once for a deadline that is over, but not within the call", async () => {
  let isAwake = false;
  const awake = new Promise<void>((resolve) => {
    nodeClock.wakeAt(nodeClock.now() - 1_000, () => {
      isAwake = true;
      resolve();
    });
  });
  expect(isAwake).toBe(false);
  await awake;
});

test("takes a wake-up back, also one further away than a timer of the system reaches", async () => {
  const woken: string[] = [];
  const cancelNear = nodeClock.wakeAt(nodeClock.now(), () => void woken.push("near"));
  const cancelFar = nodeClock.wakeAt(nodeClock.now() + 2 ** 40, () => void woken.push("far"));
  cancelNear();
  await new Promise<void>((resolve) => {
    nodeClock.wakeAt(nodeClock.now() + 2, resolve);
  });
  cancelFar();
  expect(woken).toEqual([]);
});

test("calls at the end of the turn, after what the turn still resolves", async () => {
  const order: string[] = [];
  const ended = new Promise<void>((resolve) => {
    nodeClock.endOfTurn(() => {
      order.push("end of turn");
      resolve();
    });
  });
  await Promise.resolve();
  order.push("promise");
  await ended;
  expect(order).toEqual(["promise", "end of turn"]);
});
