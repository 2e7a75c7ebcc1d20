/** Enhanced authentication over TCP, against a server that knows the password and speaks SCRAM on bytes of its own. */

import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { next } from "../../core/test/integration/inbox.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { ScramServer } from "../../core/test/support/scram-server.js";
import { scramSha256 } from "../src/authentication.js";
import { Mqtt5Client } from "../src/index.js";
import { end, listen } from "./support/local-servers.js";

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(end));
});

const uint16 = (value: number): number[] => [value >> 8, value & 0xff];

/** The properties Authentication Method and Authentication Data, with their length. */
function properties(data: string): number[] {
  const method = [0x15, ...uint16(13), ...Buffer.from("SCRAM-SHA-256")];
  const block = [...method, 0x16, ...uint16(data.length), ...Buffer.from(data)];
  return [block.length, ...block];
}

const packet = (firstByte: number, body: readonly number[]): Buffer => {
  const length = body.length < 0x80 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.from([firstByte, ...length, ...body]);
};

const connack = (data: string): Buffer => packet(0x20, [0, 0, ...properties(data)]);
const auth = (reasonCode: number, data: string): Buffer => packet(0xf0, [reasonCode, ...properties(data)]);

/** What stands behind the identifier of Authentication Data in a packet that fits into one chunk. */
function dataIn(chunk: Buffer): string {
  const place = chunk.indexOf(Buffer.from("SCRAM-SHA-256")) + 13;
  expect(chunk[place]).toBe(0x16);
  return chunk.subarray(place + 3, place + 3 + chunk.readUInt16BE(place + 1)).toString();
}

/** Takes one client through CONNECT and one re-authentication. */
function speakScram(socket: Socket, password: string): void {
  const scram = new ScramServer({ username: "user", password });
  let isConnected = false;
  socket.on("data", (chunk: Buffer) => {
    const isFirst = chunk[0] === 0x10 || chunk.includes("n,,");
    if (chunk[0] === 0xe0) {
      socket.end();
    } else if (isFirst) {
      socket.write(auth(0x18, scram.first(dataIn(chunk))));
    } else {
      const final = scram.final(dataIn(chunk));
      if (final === undefined) {
        socket.end(Buffer.from([0x20, 3, 0, 0x87, 0]));
      } else {
        socket.write(isConnected ? auth(0, final) : connack(final));
        isConnected = true;
      }
    }
  });
}

async function makeClient(serverPassword: string, clientPassword: string): Promise<Mqtt5Client> {
  const server = createServer((socket) => {
    speakScram(socket, serverPassword);
  });
  servers.push(server);
  const url = `mqtt://127.0.0.1:${String(await listen(server))}`;
  const authentication = scramSha256({ username: "user", password: clientPassword });
  return new Mqtt5Client({ url, authentication });
}

describe("SCRAM-SHA-256 over TCP", () => {
  test("MQTT-4.12.0-3, MQTT-4.12.1-1: connects, and authenticates again", async () => {
    const { client, finish } = trackClient(await makeClient("pencil", "pencil"));
    client.start();
    const { connack: accepted } = await client.waitUntilConnected();
    expect(accepted.authenticationMethod).toBe("SCRAM-SHA-256");
    await expect(client.reauthenticate()).resolves.toMatchObject({ type: "auth", reasonCode: 0 });
    expect(client.isConnected).toBe(true);
    await finish();
  });

  test("is refused with a wrong password", async () => {
    const { client, finish } = trackClient(await makeClient("pencil", "pen"));
    const failed = next(client, "connectionFailure");
    client.start();
    expect((await failed).error).toMatchObject({ code: "CONNECT_REJECTED", connack: { reasonCode: 0x87 } });
    await finish();
  });
});
