/** A client that was stopped holds nothing that keeps a process alive. */

import { AsyncLocalStorage, createHook } from "node:async_hooks";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { expect, test } from "@jest/globals";
import { type WebSocket, WebSocketServer } from "ws";
import { next } from "../../core/test/integration/inbox.js";
import { Mqtt5Client } from "../src/index.js";
import { end, listen } from "./support/local-servers.js";

/** A CONNACK that accepts, without properties. */
const accepted = Uint8Array.of(0x20, 3, 0, 0, 0);

/** Handles are closed, and reported as closed, in two turns, however busy the machine is. */
const mostTurns = 20;

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Surrounds what a client does, and all that follows from it. The test runner and the server stand outside. */
const clientWork = new AsyncLocalStorage<string>();

const holdingTypes = /^(Timeout|Immediate|TCPWRAP|TLSWRAP|TCPSERVERWRAP|GETADDRINFOREQWRAP)$/;

const isHolding = (resource: object): boolean =>
  !("hasRef" in resource) || (resource as { hasRef: () => boolean }).hasRef();

/** What a client made, keeps a process alive, and is still there: timers, sockets, callbacks at the end of turns. */
async function heldAfter(server: Server, scheme: string, use: (client: Mqtt5Client) => Promise<void>) {
  const made = new Map<number, { readonly type: string; readonly resource: object }>();
  const seen = new Set<string>();
  const hook = createHook({
    init: (id, type, _trigger, resource) => {
      if (clientWork.getStore() !== undefined && holdingTypes.test(type)) {
        made.set(id, { type, resource });
        seen.add(type);
      }
    },
    destroy: (id) => void made.delete(id),
  });
  const port = await listen(server);
  hook.enable();
  await clientWork.run(scheme, async () => {
    const client = new Mqtt5Client({ url: `${scheme}://127.0.0.1:${String(port)}` });
    await use(client);
    await client.stop();
  });
  const held = (): string[] => [...made.values()].filter(({ resource }) => isHolding(resource)).map(({ type }) => type);
  for (let count = 0; count < mostTurns && held().length > 0; count += 1) {
    await turn();
  }
  hook.disable();
  const left = held();
  // Only now: the end of the server would close a socket that the client forgot.
  await end(server);
  // A client whose work goes unseen holds nothing either.
  expect([...seen]).toEqual(expect.arrayContaining(["TCPWRAP", "Timeout"]));
  return left;
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
