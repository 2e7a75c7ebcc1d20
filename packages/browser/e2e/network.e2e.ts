/** What only shows in a browser: a network that is slower than the page, and a page that may not do everything. */

import type { Mqtt5ClientBase } from "@mqtt5/core/adapter";
import { expect } from "@playwright/test";
import { findMosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { addressOf, perform, test } from "./support/fixtures.js";

test.skip(!needProgram(findMosquitto(), "mosquitto", "MOSQUITTO_PATH"), "mosquitto is missing");

declare global {
  /** The client of the page, and when it lost its first connection. */
  var pageClient: { readonly client: Mqtt5ClientBase; readonly lost: Promise<void> } | undefined;

  /** The most that has ever waited in a WebSocket of the page after a message was passed to it. */
  var mostBuffered: number;
}

test("scenario 36: a page connects as soon as the network is back", async ({ openPage, surroundings, context }) => {
  const page = await openPage({ form: "iife", isRough: true });
  const { scheme, cuttableHost, username, password } = addressOf(surroundings, "ws");
  await page.evaluate(
    async (options) => {
      if (globalThis.mqtt5 === undefined) {
        throw new Error("there is no client");
      }
      const client = new globalThis.mqtt5.Mqtt5Client({ ...options, reconnectPolicy: () => ({ delayMs: 3_600_000 }) });
      const lost = new Promise<void>((resolve) => {
        client.once("disconnection", () => resolve());
      });
      globalThis.pageClient = { client, lost };
      client.start();
      await client.waitUntilConnected();
    },
    { url: `${scheme}://${cuttableHost}`, connectOptions: { username, password } },
  );
  await context.setOffline(true);
  surroundings.relays.ws.cut();
  await page.evaluate(() => globalThis.pageClient?.lost);
  await context.setOffline(false);
  await page.evaluate(async () => {
    await globalThis.pageClient?.client.waitUntilConnected();
    await globalThis.pageClient?.client.stop();
  });
});

test("scenario 43: no more waits in the WebSocket than the mark and one write, however slow the network", async ({
  openPage,
  surroundings,
  suffix,
  context,
}) => {
  await context.addInitScript(() => {
    globalThis.mostBuffered = 0;
    class ObservedWebSocket extends WebSocket {
      override send(data: Parameters<WebSocket["send"]>[0]): void {
        super.send(data);
        globalThis.mostBuffered = Math.max(globalThis.mostBuffered, this.bufferedAmount);
      }
    }
    globalThis.WebSocket = ObservedWebSocket;
  });
  const page = await openPage({ form: "iife" });
  const { scheme, cuttableHost, username, password } = addressOf(surroundings, "ws");
  const topic = `${suffix}/slow`;
  await perform(page, "connect", {
    options: { url: `${scheme}://${cuttableHost}`, connectOptions: { username, password } },
    subscriptions: [],
  });
  surroundings.relays.ws.pause();
  const size = 50_000;
  const publishing = perform(page, "publishLarge", { topic, count: 400, size });
  // The system takes some megabytes before anything has to wait.
  await page.waitForFunction(() => globalThis.mostBuffered > 65_536);
  surroundings.relays.ws.resume();
  await publishing;
  const most = await page.evaluate(() => globalThis.mostBuffered);
  expect(most).toBeLessThanOrEqual(65_536 + 65_536 + size);
  await perform(page, "stop", {});
});

test("the client works where workers are forbidden", async ({ openPage, surroundings, suffix }) => {
  const page = await openPage({ form: "esm", isRough: true, policy: "worker-src 'none'" });
  const { scheme, cuttableHost, username, password } = addressOf(surroundings, "ws");
  await perform(page, "connect", {
    options: { url: `${scheme}://${cuttableHost}`, connectOptions: { username, password } },
    subscriptions: [{ topicFilter: suffix, qos: 1 }],
  });
  await perform(page, "publishNumbers", { topic: suffix, qos: 1, count: 10 });
  await perform(page, "waitForNumbers", { topic: suffix, distinct: 10 });
  // No answer gets through, so that only a timer settles this.
  surroundings.relays.ws.pause();
  expect(await perform(page, "runOutOfTime", { topic: suffix })).toBe("OPERATION_TIMEOUT");
  surroundings.relays.ws.resume();
  await perform(page, "stop", {});
});
