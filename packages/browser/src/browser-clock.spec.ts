import { expect, test } from "@jest/globals";
import { BrowserClock } from "./browser-clock.js";

// Here there is no page, as on a server that renders one. What only a page shows is tested in browsers.

test("wakes at the deadline or after it, never before", async () => {
  const clock = new BrowserClock();
  const deadline = clock.now() + 5.5;
  await new Promise<void>((resolve) => {
    clock.wakeAt(deadline, resolve);
  });
  expect(clock.now()).toBeGreaterThanOrEqual(deadline);
});

test("takes a wake-up back, also one further away than a timer reaches", async () => {
  const clock = new BrowserClock();
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
  const clock = new BrowserClock();
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

test("is on time where there is no page, and may be late in one whose worker does not run", () => {
  const clock = new BrowserClock();
  expect(clock.isThrottled).toBe(false);
  const globals = globalThis as { document?: unknown };
  globals.document = {};
  clock.wakeAt(clock.now(), () => undefined)();
  delete globals.document;
  expect(clock.isThrottled).toBe(true);
});

test("tells the time of the wall", () => {
  const before = Date.now();
  expect(new BrowserClock().wallNow()).toBeGreaterThanOrEqual(before);
});
