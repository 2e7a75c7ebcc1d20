/**
 * A small application that was bundled from the installed tarballs (`scripts/packages/bundle.mjs`), with each bundler as
 * it comes: in a page, in a service worker, and on a server that renders pages.
 */

import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import { findMosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { watchClosings } from "./pages/closing-failures.js";
import { withoutClosingFailures } from "./support/complaints.js";
import { type Surroundings, test } from "./support/fixtures.js";
import { FolderServer } from "./support/folder-server.js";

const packed = fileURLToPath(new URL("../../../.cache/packed/", import.meta.url));
const bundle = (name: string): string => path.join(packed, "bundled", name);

/** What the application is told. */
interface ExchangeRequest {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly topic: string;
}

declare global {
  /** What the application offers. */
  var exchange: ((request: ExchangeRequest) => Promise<readonly string[]>) | undefined;
}

const everything = ["at QoS 0", "at QoS 1", "at QoS 2"];

test.skip(!needProgram(findMosquitto(), "mosquitto", "MOSQUITTO_PATH"), "mosquitto is missing");

function requestFor({ broker }: Surroundings, topic: string): ExchangeRequest {
  const { username, password, ports } = broker;
  return { url: `ws://127.0.0.1:${String(ports.ws)}`, username, password, topic };
}

for (const bundler of ["vite", "webpack", "esbuild", "rollup"]) {
  test(`scenario 47: bundled by ${bundler} without configuration, in a page`, async ({
    page,
    surroundings,
    suffix,
  }) => {
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => complaints.push(message.text()));
    await page.addInitScript(watchClosings);
    const server = await FolderServer.start(bundle(bundler));
    try {
      await page.goto(server.url);
      await page.waitForFunction(() => globalThis.exchange !== undefined);
      const task = requestFor(surroundings, suffix);
      expect(await page.evaluate((request) => globalThis.exchange?.(request), task)).toEqual(everything);
      const closingFailures = await page.evaluate(() => globalThis.closingFailures ?? []);
      expect(withoutClosingFailures(complaints, closingFailures)).toEqual([]);
    } finally {
      await server.stop();
    }
  });
}

/** Answers through the port that comes with the request, and lives as long as that takes. */
const serviceWorker = `importScripts("./application.mjs");
addEventListener("message", (event) => {
  const [port] = event.ports;
  event.waitUntil(exchange(event.data).then((answer) => port.postMessage(answer), (e) => port.postMessage(e.stack)));
});`;

test("scenario 48: in a service worker", async ({ page, surroundings, suffix }) => {
  const server = await FolderServer.start(bundle("esbuild"), {
    "service-worker.js": serviceWorker,
    "index.html": "<!doctype html><title>service worker</title>",
  });
  try {
    await page.goto(server.url);
    const answer = await page.evaluate(
      async (request) => {
        await navigator.serviceWorker.register("./service-worker.js");
        const { active } = await navigator.serviceWorker.ready;
        const { port1, port2 } = new MessageChannel();
        const answered = new Promise<unknown>((resolve) => {
          port1.onmessage = ({ data }) => resolve(data);
        });
        active?.postMessage(request, [port2]);
        return answered;
      },
      requestFor(surroundings, suffix),
    );
    expect(answer).toEqual(everything);
  } finally {
    await server.stop();
  }
});

test("scenario 48: imported and constructed on a server, where no page's global is asked for", async () => {
  const program = path.join(packed, "installed", "server.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 20_000 });
  expect(stdout).toBe("imported, 0 globals added\nconstructed, stopped\n");
});
