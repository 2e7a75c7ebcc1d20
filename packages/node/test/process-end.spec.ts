/** A client that was stopped holds nothing that keeps a process alive. */

import { createHook } from "node:async_hooks";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { expect, test } from "@jest/globals";
import { type WebSocket, WebSocketServer } from "ws";
import { next } from "../../core/test/integration/inbox.js";
import { Mqtt5Client } from "../src/index.js";
import { end, listen } from "./support/local-servers.js";

/** A CONNACK that accepts, without properties. */
const accepted = Uint8Array.of(0x20, 3, 0, 0, 0);

/** Handles are closed, and reported as closed, at the end of a turn; on a busy machine of a later one. */
const mostTurns = 500;

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

const isHolding = (resource: object): boolean =>
  !("hasRef" in resource) || (resource as { hasRef: () => boolean }).hasRef();

/** What was made meanwhile, keeps a process alive, and is still there: timers, sockets, callbacks at the end of turns. */
async function heldAfter(server: Server, scheme: string, use: (client: Mqtt5Client) => Promise<void>) {
  const made = new Map<number, { readonly type: string; readonly resource: object }>();
  const hook = createHook({
    init: (id, type, _trigger, resource) => {
      if (/^(Timeout|Immediate|TCPWRAP|TLSWRAP|TCPSERVERWRAP|GETADDRINFOREQWRAP)$/.test(type)) {
        made.set(id, { type, resource });
      }
    },
    destroy: (id) => void made.delete(id),
  });
  hook.enable();
  const port = await listen(server);
  const client = new Mqtt5Client({ url: `${scheme}://127.0.0.1:${String(port)}` });
  await use(client);
  await client.stop();
  await end(server);
  const held = (): string[] => [...made.values()].filter(({ resource }) => isHolding(resource)).map(({ type }) => type);
  for (let count = 0; count < mostTurns && held().length > 0; count += 1) {
    await turn();
  }
  hook.disable();
  return held();
}

async function connect(client: Mqtt5Client): Promise<void> {
  client.start();
  await client.waitUntilConnected();
}

/** Until the client waits for the time of its next attempt. */
async function fail(client: Mqtt5Client): Promise<void> {
  const failed = next(client, "connectionFailure");
  client.start();
  await failed;
  expect(client.state).toBe("waitingToReconnect");
}

test("scenario 46: after a connection over TCP", async () => {
  const server = createServer((socket) => void socket.once("data", () => socket.write(accepted)));
  const held = await heldAfter(server, "mqtt", connect);
  expect(held).toEqual([]);
});

test("scenario 46: after a connection over WebSocket", async () => {
  const server = createHttpServer();
  const webSockets = new WebSocketServer({ server });
  webSockets.on("connection", (peer: WebSocket) => void peer.once("message", () => peer.send(accepted)));
  const held = await heldAfter(server, "ws", connect);
  expect(held).toEqual([]);
});

test("scenario 46: after an attempt that failed", async () => {
  const server = createServer((socket) => socket.destroy());
  const held = await heldAfter(server, "mqtt", fail);
  expect(held).toEqual([]);
});
