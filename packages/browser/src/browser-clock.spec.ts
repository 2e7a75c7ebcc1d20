import { expect, test } from "@jest/globals";
import { testClock } from "../../core/test/support/clock-contract.js";
import { BrowserClock } from "./browser-clock.js";

// Here there is no page, as on a server that renders one. What only a page shows is tested in browsers.

testClock(() => new BrowserClock());

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
