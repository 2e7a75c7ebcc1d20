/**
 * One message that takes longer than the keep-alive on a slow line. It has to arrive at the first attempt, in both
 * directions: the line is slow, and not dead.
 */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeCertificates } from "../../core/test/integration/certificates.js";
import { Inbox } from "../../core/test/integration/inbox.js";
import { findMosquitto, Mosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { SlowRelay } from "../../core/test/integration/slow-relay.js";
import { Mqtt5Client } from "../src/index.js";

const program = findMosquitto();
const isThere = needProgram(program, "mosquitto", "MOSQUITTO_PATH");

const bytesPerSecond = 600_000;

/**
 * At this rate 5 MB take 8 s. Without a sign of life, the client would give up after the keep-alive. Over WebSocket
 * mosquitto counts whole packets only, and ends the connection after 1.5 times the keep-alive.
 */
const lines = [
  { scheme: "mqtt", messageBytes: 5_000_000, keepAlive: 4 },
  { scheme: "ws", messageBytes: 5_700_000, keepAlive: 8 },
] as const;
const limitMs = 60_000;

let broker: Mosquitto | undefined;

beforeAll(async () => {
  if (program !== undefined) {
    broker = await Mosquitto.start(program, await makeCertificates());
  }
}, limitMs);

afterAll(async () => broker?.stop());

function makeClient(url: string, keepAlive: number): Mqtt5Client {
  const { username = "", password = "" } = broker ?? {};
  return new Mqtt5Client({ url, connectOptions: { keepAlive, username, password } });
}

(isThere ? describe : describe.skip)("a message that takes longer than the keep-alive", () => {
  test.each(lines)(
    "arrives over $scheme, out and in",
    async ({ scheme, messageBytes, keepAlive }) => {
      const ports = broker?.ports ?? { mqtt: 0, ws: 0 };
      const relay = await SlowRelay.start(ports[scheme], bytesPerSecond);
      const slow = makeClient(`${scheme}://127.0.0.1:${String(relay.port)}`, keepAlive);
      const fast = makeClient(`mqtt://127.0.0.1:${String(ports.mqtt)}`, keepAlive);
      const ends: string[] = [];
      for (const client of [slow, fast]) {
        client.on("disconnection", ({ error }) => ends.push(error.message));
        client.start();
        await client.waitUntilConnected();
      }
      const [inboxOfSlow, inboxOfFast] = [new Inbox(slow), new Inbox(fast)];
      await Promise.all([
        slow.subscribe({ topicFilter: "down", qos: 1 }),
        fast.subscribe({ topicFilter: "up", qos: 1 }),
      ]);
      const payload = new Uint8Array(messageBytes).fill(7);
      await Promise.all([
        slow.publish({ topic: "up", payload, qos: 1 }),
        fast.publish({ topic: "down", payload, qos: 1 }),
      ]);
      const received = [await inboxOfSlow.first(), await inboxOfFast.first()];
      expect(received.map((message) => message.payload.byteLength)).toEqual([messageBytes, messageBytes]);
      expect(ends).toEqual([]);
      await Promise.all([slow.stop(), fast.stop()]);
      await relay.stop();
    },
    limitMs,
  );
});
