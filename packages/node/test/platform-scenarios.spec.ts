/** The scenarios that each platform has to show for itself, against a peer on raw bytes. */

import { once } from "node:events";
import { createServer, type Server, Socket } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { next } from "../../core/test/integration/inbox.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { Mqtt5Client, type Mqtt5ClientOptions } from "../src/index.js";
import { end, listen } from "./support/local-servers.js";

/** A CONNACK that accepts, without properties. */
const accepted = Uint8Array.of(0x20, 3, 0, 0, 0);

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(end));
});

/** A server that does this with each connection, by number from 1, and a client of it that has not started. */
async function serve(behave: (socket: Socket, number: number) => void, options: Partial<Mqtt5ClientOptions> = {}) {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    behave(socket, count);
  });
  servers.push(server);
  const url = `mqtt://127.0.0.1:${String(await listen(server))}`;
  return trackClient(new Mqtt5Client({ url, minReconnectDelayMs: 1, ...options }));
}

const accept = (socket: Socket): void => void socket.once("data", () => socket.write(accepted));

/** Above this many waiting bytes a transport says so: 64 KiB. */
const mark = 65_536;

/** Calls back after every write with how much waits in that socket; gives the function that ends it. */
function watchWrites(tell: (waiting: number) => void): () => void {
  const write = Reflect.get(Socket.prototype, "write") as (this: Socket, ...request: readonly unknown[]) => boolean;
  Socket.prototype.write = function (this: Socket, ...request: unknown[]) {
    const hasRoom = write.call(this, ...request);
    tell(this.writableLength);
    return hasRoom;
  };
  return () => {
    Socket.prototype.write = write;
  };
}

test("scenario 36: a check goes out at once as PINGREQ, and brings the next attempt forward", async () => {
  const sockets: Socket[] = [];
  const { client, finish } = await serve(
    (socket) => {
      sockets.push(socket);
      accept(socket);
    },
    { reconnectPolicy: () => ({ delayMs: 3_600_000 }) },
  );
  client.start();
  await client.waitUntilConnected();
  const [first] = sockets;
  expect(first).toBeDefined();
  const ping = first === undefined ? Promise.resolve([]) : once(first, "data");
  client.checkConnection();
  expect(await ping).toEqual([Buffer.from([0xc0, 0])]);
  const lost = next(client, "disconnection");
  first?.resetAndDestroy();
  await lost;
  expect(client.state).toBe("waitingToReconnect");
  client.checkConnection();
  await client.waitUntilConnected();
  await finish();
});

test("scenario 38: what is left of the first attempt does not touch the second", async () => {
  const sockets: Socket[] = [];
  const { client, finish } = await serve(
    (socket, number) => {
      sockets.push(socket);
      if (number > 1) {
        accept(socket);
      }
    },
    { connackTimeoutMs: 20 },
  );
  const disconnections: unknown[] = [];
  client.on("disconnection", (event) => disconnections.push(event));
  client.start();
  await client.waitUntilConnected();
  // Answers and a reset of a connection that was given up.
  sockets[0]?.write(accepted);
  sockets[0]?.resetAndDestroy();
  const [, second] = sockets;
  const ping = second === undefined ? Promise.resolve([]) : once(second, "data");
  client.checkConnection();
  await ping;
  expect(client.state).toBe("connected");
  expect(disconnections).toEqual([]);
  await finish();
});

test("scenario 43: with a server that does not read, no more waits in the socket than its mark and one write", async () => {
  let most = 0;
  let isFull = (): void => undefined;
  const full = new Promise<void>((resolve) => {
    isFull = resolve;
  });
  const sockets: Socket[] = [];
  const { client, finish } = await serve((socket) => {
    sockets.push(socket);
    socket.once("data", () => {
      socket.pause();
      socket.write(accepted);
    });
  });
  client.start();
  await client.waitUntilConnected();
  const size = 50_000;
  const restore = watchWrites((waiting) => {
    most = Math.max(most, waiting);
    if (waiting > mark) {
      isFull();
    }
  });
  const payload = new Uint8Array(size);
  const publishes = Array.from({ length: 400 }, () => client.publish({ topic: "t", payload }));
  await full;
  sockets.forEach((socket) => socket.resume());
  await Promise.all(publishes);
  restore();
  // A write goes at the mark at the latest, and may hold another 64 KiB and a payload.
  expect(most).toBeLessThanOrEqual(mark + mark + size);
  await finish();
});
