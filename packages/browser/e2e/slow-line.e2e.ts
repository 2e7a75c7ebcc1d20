/** One message that takes longer than the keep-alive on a slow line: it leaves the page at the first attempt. */

import type { Mqtt5ClientBase } from "@mqtt5/core/adapter";
import { expect } from "@playwright/test";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";
import { SlowRelay } from "../../core/test/integration/slow-relay.js";
import { test } from "./support/fixtures.js";

/** A message of 5 MB takes 8 s at this rate. Without a sign of life, the client would give up after 4 s. */
const messageBytes = 5_000_000;
const bytesPerSecond = 600_000;
const keepAlive = 4;

/** Runs in the page: publishes one message; gives the errors of connections, and the bytes that the page sent. */
async function publishSlowly({ topic, size, ...options }: SlowPublish): Promise<readonly [readonly string[], number]> {
  let sentBytes = 0;
  const prototype: { send: (this: WebSocket, data: Uint8Array<ArrayBuffer>) => void } = WebSocket.prototype;
  const { send } = prototype;
  prototype.send = function (data) {
    sentBytes += data.byteLength;
    send.call(this, data);
  };
  if (globalThis.mqtt5 === undefined) {
    throw new Error("there is no client");
  }
  const client: Mqtt5ClientBase = new globalThis.mqtt5.Mqtt5Client(options);
  const errors: string[] = [];
  client.on("disconnection", ({ error }) => errors.push(error.message));
  client.start();
  await client.publish({ topic, payload: new Uint8Array(size).fill(7), qos: 1 });
  const withoutStop = [...errors];
  await client.stop();
  return [withoutStop, sentBytes];
}

interface SlowPublish {
  readonly url: string;
  readonly connectOptions: { readonly keepAlive: number };
  readonly webSocket: { readonly onePacketPerFrame: boolean };
  readonly topic: string;
  readonly size: number;
}

const topic = "slow";

/** A server with a packet in each message. It never gives a client up, so that only the client can. */
function answer(socket: ServerSocket, packetTypes: number[]): void {
  socket.on("message", (packet: Buffer) => {
    const type = (packet[0] ?? 0) >> 4;
    packetTypes.push(type);
    if (type === 1) {
      socket.send(Uint8Array.of(0x20, 3, 0, 0, 0));
    } else if (type === 3) {
      const packetId = 1 + 4 + 2 + topic.length; // behind the fixed header, whose length takes 4 bytes, and the topic
      socket.send(Uint8Array.of(0x40, 2, packet[packetId] ?? 0, packet[packetId + 1] ?? 0));
    } else if (type === 12) {
      socket.send(Uint8Array.of(0xd0, 0));
    }
  });
}

test("a page sends a message that takes longer than the keep-alive, and sends it once", async ({ openPage }) => {
  const packetTypes: number[] = [];
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => answer(socket, packetTypes));
  await once(server, "listening");
  const relay = await SlowRelay.start((server.address() as AddressInfo).port, bytesPerSecond);
  const page = await openPage({ form: "iife" });
  const [errors, sentBytes] = await page.evaluate(publishSlowly, {
    url: `ws://127.0.0.1:${String(relay.port)}`,
    connectOptions: { keepAlive },
    webSocket: { onePacketPerFrame: true },
    topic,
    size: messageBytes,
  });
  expect(errors).toEqual([]);
  expect(sentBytes).toBeGreaterThan(messageBytes);
  expect(sentBytes).toBeLessThan(messageBytes + 1_000);
  expect(packetTypes.filter((type) => type === 3)).toHaveLength(1);
  await relay.stop();
  server.close();
});
