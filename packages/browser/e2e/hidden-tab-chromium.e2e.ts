/** A tab that nobody sees: the browser lets its timers run once a minute, and the keep-alive has to hold all the same. */

import { chromium, expect } from "@playwright/test";
import { findMosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { addressOf, test } from "./support/fixtures.js";
import { intensiveThrottling, RealTab, sparingArguments } from "./support/real-tab.js";

test.skip(!needProgram(findMosquitto(), "mosquitto", "MOSQUITTO_PATH"), "mosquitto is missing");
// In Chromium alone: no other browser can be told to throttle at once.
test.setTimeout(120_000);

/** Seconds; the broker gives up a client that was silent for one and a half of it. */
const keepAlive = 4;

/** At one every 3.6 seconds this takes more than half a minute. */
const pingCount = 10;

/** What is seen of the tab while it is hidden. */
interface Watch {
  elapsedMs: number;
  /** Of a timer that ticks every 200 ms where it may. */
  ticks: number;
  /** The first byte of each message that the client sent. */
  readonly sent: number[];
}

declare global {
  var watch: Watch | undefined;
}

/** Runs in the tab: takes down what the client sends. */
function watchSending(): void {
  const sent: number[] = [];
  globalThis.watch = { elapsedMs: 0, ticks: 0, sent };
  const prototype: { send: (this: WebSocket, data: Uint8Array<ArrayBuffer>) => void } = WebSocket.prototype;
  const { send } = prototype;
  prototype.send = function (data) {
    sent.push(data[0] ?? 0);
    send.call(this, data);
    globalThis.dispatchEvent(new Event("sent"));
  };
}

/** Runs in the tab: once it is hidden, waits for so many PINGREQs. */
async function watchHidden(count: number): Promise<Watch> {
  const { watch } = globalThis;
  if (watch === undefined) {
    throw new Error("nothing is watched");
  }
  while (document.visibilityState !== "hidden") {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
  const hiddenAt = performance.now();
  const ticking = setInterval(() => {
    watch.ticks += 1;
  }, 200);
  while (watch.sent.filter((byte) => byte === 0xc0).length < count) {
    await new Promise((resolve) => globalThis.addEventListener("sent", resolve, { once: true }));
  }
  clearInterval(ticking);
  watch.elapsedMs = performance.now() - hiddenAt;
  return watch;
}

test("a hidden tab keeps its connection, though its own timers hardly run", async ({ surroundings }) => {
  const browser = await chromium.launch({
    ...test.info().project.use.launchOptions,
    ignoreDefaultArgs: sparingArguments,
    args: intensiveThrottling,
  });
  const { username, password, scheme, host } = addressOf(surroundings, "ws");
  const tab = await RealTab.open(browser, surroundings.site.pageUrl("iife"));
  await tab.evaluate(watchSending, undefined);
  const options = { url: `${scheme}://${host}`, connectOptions: { username, password, keepAlive } };
  await tab.evaluate((task) => globalThis.pageTasks?.connect(task), { options, subscriptions: [] });
  const watching = tab.evaluate(watchHidden, pingCount);
  await RealTab.open(browser, "about:blank");
  const { elapsedMs, ticks, sent } = await watching;
  await tab.evaluate(() => globalThis.pageTasks?.stop({}), undefined);
  await browser.close();

  // The timers of the tab were held back: it would have been five ticks a second.
  expect(elapsedMs).toBeGreaterThan(30_000);
  expect(ticks).toBeLessThan(15);
  // Each PINGREQ came on time: by the timers of the tab it would have been some full second after that, or earlier by far.
  expect(elapsedMs).toBeLessThan(39_000);
  // One CONNECT, and nothing but PINGREQs.
  expect(sent).toEqual([0x10, ...Array.from({ length: pingCount }, () => 0xc0)]);
});
