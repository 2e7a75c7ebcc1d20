import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createTcpServer, type Server as TcpServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { getDefaultHighWaterMark, setDefaultHighWaterMark } from "node:stream";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { type WebSocket, WebSocketServer } from "ws";
import { makeCertificates } from "../../../core/test/integration/certificates.js";
import { end, listen, urlOf } from "../../test/support/local-servers.js";
import { TransportRecord } from "../../test/support/recorded-transport.js";
import type { Destination } from "./destination.js";
import { nodeClock } from "../platform/node-clock.js";
import { toTlsSettings } from "../tls/tls-settings.js";
import { openWebSocket, type WebSocketRequest } from "./websocket.js";

const servers: TcpServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(end));
});

function destination(port: number): Destination {
  return { server: urlOf("ws", port), socketOptions: {}, tlsSettings: undefined, clock: nodeClock };
}

/** Chooses the answer of a server to the subprotocols that it is offered. */
type Choice = (offered: Set<string>) => string | false;

const chooseMqtt: Choice = () => "mqtt";

async function serve(server: Server = createServer(), choice: Choice = chooseMqtt) {
  servers.push(server);
  const webSockets = new WebSocketServer({ server, handleProtocols: choice });
  return { webSockets, port: await listen(server) };
}

async function link(choice?: Choice, request?: WebSocketRequest) {
  const { webSockets, port } = await serve(undefined, choice);
  const connected = once(webSockets, "connection") as Promise<[WebSocket, { readonly socket: Socket }]>;
  const record = new TransportRecord();
  const transport = openWebSocket(destination(port), record, request);
  const [[peer, { socket }]] = await Promise.all([connected, record.reached("opened")]);
  return { record, transport, peer, socket };
}

/** Answers the upgrade request of a client like this, and gives the record of its transport. */
async function answer(listener: RequestListener): Promise<TransportRecord> {
  const server = createServer(listener);
  servers.push(server);
  const port = await listen(server);
  const record = new TransportRecord();
  openWebSocket(destination(port), record);
  await record.reached("closed");
  return record;
}

describe("opening", () => {
  test("offers mqtt, without compression, and tells its phases", async () => {
    const { webSockets, port } = await serve();
    const connected = once(webSockets, "connection") as Promise<[WebSocket, { headers: Record<string, string> }]>;
    const record = new TransportRecord();
    const transport = openWebSocket(destination(port), record);
    const [[, { headers }]] = await Promise.all([connected, record.reached("opened")]);
    expect(headers["sec-websocket-protocol"]).toBe("mqtt");
    expect(headers["sec-websocket-extensions"]).toBeUndefined();
    expect(record.phases).toEqual(["tcp", "websocket"]);
    transport.abort();
    await record.reached("closed");
  });

  test("goes through TLS for wss", async () => {
    const { ca, server: certificate } = await makeCertificates();
    const { port } = await serve(createSecureServer(certificate));
    const record = new TransportRecord();
    const tlsSettings = toTlsSettings({ ca: ca.cert });
    const transport = openWebSocket(
      { server: urlOf("wss", port), socketOptions: {}, tlsSettings, clock: nodeClock },
      record,
    );
    await record.reached("opened");
    expect(record.phases).toEqual(["tcp", "tls", "websocket"]);
    transport.abort();
    await record.reached("closed");
  });

  test("goes through a Unix domain socket", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "mqtt5-socket-"));
    const server = createServer();
    servers.push(server);
    new WebSocketServer({ server, handleProtocols: chooseMqtt });
    const socketPath = path.join(folder, "socket");
    server.listen(socketPath);
    await once(server, "listening");
    const record = new TransportRecord();
    const transport = openWebSocket({ ...destination(1), socketOptions: { path: socketPath } }, record);
    await record.reached("opened");
    expect(record.phases).toEqual(["tcp", "websocket"]);
    transport.abort();
    await record.reached("closed");
    rmSync(folder, { recursive: true });
  });

  test("scenario 44: fails in the phase tls for a server that cannot be trusted", async () => {
    const { server: certificate } = await makeCertificates();
    const server = createSecureServer(certificate);
    server.on("tlsClientError", () => undefined);
    const { port } = await serve(server);
    const record = new TransportRecord();
    const tlsSettings = toTlsSettings({});
    openWebSocket({ server: urlOf("wss", port), socketOptions: {}, tlsSettings, clock: nodeClock }, record);
    await record.reached("closed");
    expect(record.error).toMatchObject({ phase: "tls" });
  });

  test("scenario 44: fails in the phase tls when the server wants a certificate that the client has not", async () => {
    const { ca, server: certificate } = await makeCertificates();
    const { port } = await serve(createSecureServer({ ...certificate, ca: ca.cert, requestCert: true }));
    const record = new TransportRecord();
    const tlsSettings = toTlsSettings({ ca: ca.cert });
    openWebSocket({ server: urlOf("wss", port), socketOptions: {}, tlsSettings, clock: nodeClock }, record);
    await record.reached("closed");
    expect(record.phases).toEqual(["tcp", "tls", "websocket"]);
    expect(record.error).toMatchObject({ phase: "tls", message: expect.stringContaining("certificate required") });
  });

  test.each([
    [401, false],
    [403, false],
    [407, false],
    [404, true],
    [503, true],
  ])("fails in the phase websocket when the upgrade is answered %p", async (status, retryable) => {
    const record = await answer((_request, response) => response.writeHead(status).end());
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toMatchObject({
      phase: "websocket",
      code: "CONNECTION_FAILED",
      retryable,
      message: expect.stringContaining(String(status)),
    });
  });

  test.each<readonly [string, Choice]>([
    ["another one", () => "other"],
    ["none", () => false],
  ])("fails when the server chooses %s [MQTT-6.0.0-4]", async (_what, choice) => {
    const { port } = await serve(undefined, choice);
    const record = new TransportRecord();
    openWebSocket(destination(port), record);
    await record.reached("closed");
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toMatchObject({ phase: "websocket", message: expect.stringContaining("subprotocol") });
  });

  test("scenario 44: fails in the phase tcp where nobody listens", async () => {
    const { port } = await serve();
    await Promise.all(servers.splice(0).map(end));
    const record = new TransportRecord();
    openWebSocket(destination(port), record);
    await record.reached("closed");
    expect(record.error).toMatchObject({ phase: "tcp", cause: expect.objectContaining({ code: "ECONNREFUSED" }) });
  });

  test("fails in the phase websocket when the server hangs up instead of an answer", async () => {
    const server = createTcpServer((socket) => void socket.once("data", () => socket.destroy()));
    servers.push(server);
    const port = await listen(server);
    const record = new TransportRecord();
    openWebSocket(destination(port), record);
    await record.reached("closed");
    expect(record.error).toMatchObject({ phase: "websocket" });
  });

  test("can be cut off while the upgrade is not answered", async () => {
    const server = createTcpServer();
    servers.push(server);
    const port = await listen(server);
    const connected = once(server, "connection") as Promise<[Socket]>;
    const record = new TransportRecord();
    const transport = openWebSocket(destination(port), record);
    const [peer] = await connected;
    await once(peer, "data");
    transport.abort();
    await record.reached("closed");
    expect(record.error).toBeUndefined();
    await once(peer, "close");
  });

  test("can be cut off at once", async () => {
    const { port } = await serve();
    const record = new TransportRecord();
    const transport = openWebSocket(destination(port), record);
    transport.abort();
    await record.reached("closed");
    expect(record.events).toEqual(["closed"]);
  });
});

describe("carrying", () => {
  test("sends the chunks of a write as one binary message, and leaves them as they are", async () => {
    const { record, transport, peer } = await link();
    const messages: [Buffer, boolean][] = [];
    peer.on("message", (data: Buffer, isBinary: boolean) => messages.push([data, isBinary]));
    const chunks = [Uint8Array.of(1), Uint8Array.of(2, 3)];
    const single = Uint8Array.of(4, 5);
    transport.write(chunks);
    transport.write([single]);
    while (messages.length < 2) {
      await once(peer, "message");
    }
    expect(messages.map(([data, isBinary]) => [[...data], isBinary])).toEqual([
      [[1, 2, 3], true],
      [[4, 5], true],
    ]);
    expect([...single]).toEqual([4, 5]);
    transport.abort();
    await record.reached("closed");
  });

  test("sends each packet as a message of its own where that is asked for", async () => {
    const { record, transport, peer } = await link(undefined, { onePacketPerFrame: true });
    const messages: number[][] = [];
    peer.on("message", (data: Buffer) => messages.push([...data]));
    transport.write([Uint8Array.of(0xc0, 0, 0x40, 2), Uint8Array.of(0, 1, 0xe0, 0)]);
    while (messages.length < 3) {
      await once(peer, "message");
    }
    expect(messages).toEqual([
      [0xc0, 0],
      [0x40, 2, 0, 1],
      [0xe0, 0],
    ]);
    transport.abort();
    await record.reached("closed");
  });

  test("passes on binary messages, in fragments too", async () => {
    const { record, transport, peer } = await link();
    peer.send(Buffer.from("on"));
    peer.send(Buffer.from("e, "), { fin: false });
    peer.send(Buffer.from("two"), { fin: true });
    peer.send(Buffer.alloc(200_000, "x"));
    expect((await record.read(200_008)).toString()).toBe(`one, two${"x".repeat(200_000)}`);
    transport.abort();
    await record.reached("closed");
  });

  test("closes on a text message [MQTT-6.0.0-1]", async () => {
    const { record, peer } = await link();
    const closed = once(peer, "close");
    peer.send("text");
    await record.reached("closed");
    expect(record.events).toEqual(["opened", "closed"]);
    expect(record.error).toMatchObject({ statement: "MQTT-6.0.0-1" });
    await closed;
  });

  /** The header of a binary message of this length (RFC 6455, section 5.2). */
  function headerOf(length: number): Uint8Array {
    const header = Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 0, 0, 0);
    header.writeBigUInt64BE(BigInt(length), 2);
    return header;
  }

  test.each([
    ["any packet needs", undefined, 269_484_036],
    ["maximumPacketSize and the room for further packets", 1_000, 1_049_576],
    ["any packet needs, however large maximumPacketSize is", 4_294_967_295, 269_484_036],
  ])("ends a message that announces more than %s, before it comes", async (_, maximumPacketSize, largest) => {
    const { record, socket } = await link(chooseMqtt, { maximumPacketSize });
    socket.write(headerOf(largest + 1));
    await record.reached("closed");
    expect(record.error).toMatchObject({
      phase: "connected",
      message: expect.stringContaining(
        `message of more than ${String(largest)} bytes; to accept it, raise connectOptions.maximumPacketSize`,
      ),
    });
  });

  test("ends at a message for which there is no memory", async () => {
    const { record, socket } = await link();
    const length = 3_000_000;
    const allocate = Buffer.allocUnsafe.bind(Buffer);
    const allocation = jest.spyOn(Buffer, "allocUnsafe").mockImplementation((size) => {
      if (size === length) {
        throw new RangeError("Array buffer allocation failed");
      }
      return allocate(size);
    });
    socket.write(headerOf(length));
    socket.write(new Uint8Array(length));
    await record.reached("closed");
    allocation.mockRestore();
    expect(record.events).toEqual(["opened", "closed"]);
    expect(record.error).toMatchObject({
      code: "CONNECTION_FAILED",
      phase: "connected",
      message: expect.stringContaining("no memory for a WebSocket message; connectOptions.maximumPacketSize"),
      cause: { cause: { message: "Array buffer allocation failed" } },
    });
  });

  test("takes a message of several packets that is larger than the largest packet", async () => {
    const { record, transport, peer } = await link(chooseMqtt, { maximumPacketSize: 1_000 });
    peer.send(Buffer.alloc(1_049_576, "x"));
    expect(await record.read(1_049_576)).toHaveLength(1_049_576);
    transport.abort();
    await record.reached("closed");
  });

  test("does not wait for the answer of a server whose message was refused", async () => {
    const { record, socket, peer } = await link(chooseMqtt, { maximumPacketSize: 1_000 });
    peer.pause();
    socket.write(headerOf(1_049_577));
    await record.reached("closed");
    expect(record.error).toMatchObject({ phase: "connected" });
    peer.terminate();
  });

  test("says when too much waits, and once when that has gone", async () => {
    const { record, transport, socket, peer } = await link();
    socket.pause();
    let length = 0;
    peer.on("message", (data: Buffer) => (length += data.byteLength));
    const size = 1_048_576;
    let written = size;
    while (transport.write([new Uint8Array(size)])) {
      written += size;
    }
    socket.resume();
    await record.reached("writable");
    while (length < written) {
      await once(peer, "message");
    }
    expect(record.events).toEqual(["opened", "writable"]);
    transport.abort();
    await record.reached("closed");
  });

  test("goes by the mark of Node's streams where that is higher, since there is no drain below it", async () => {
    const before = getDefaultHighWaterMark(false);
    setDefaultHighWaterMark(false, 67_108_864);
    const { transport, record, socket } = await link();
    setDefaultHighWaterMark(false, before);
    socket.pause();
    expect(transport.write([new Uint8Array(16_777_216)])).toBe(true);
    transport.abort();
    await record.reached("closed");
  });
});

describe("ending", () => {
  test("closes in order", async () => {
    const { record, transport, peer } = await link();
    const messages: Buffer[] = [];
    peer.on("message", (data: Buffer) => messages.push(data));
    transport.write([Uint8Array.of(1)]);
    transport.close();
    await Promise.all([once(peer, "close"), record.reached("closed")]);
    expect(messages).toHaveLength(1);
    expect(record.error).toBeUndefined();
  });

  test("can be cut off while it waits for a peer that does not read", async () => {
    const { record, transport, socket } = await link();
    socket.pause();
    while (transport.write([new Uint8Array(1_048_576)])) {
      // Until the system takes no more.
    }
    transport.close();
    transport.abort();
    await record.reached("closed");
    expect(record.events).toEqual(["opened", "closed"]);
    expect(record.error).toBeUndefined();
  });

  test("is orderly when the server closes", async () => {
    const { record, peer } = await link();
    peer.close(1000);
    await record.reached("closed");
    expect(record.error).toBeUndefined();
  });

  test("is an error with code and reason when the server closes for another one", async () => {
    const { record, peer } = await link();
    peer.close(1008, "token expired");
    await record.reached("closed");
    expect(record.error).toMatchObject({
      phase: "connected",
      message: 'the WebSocket was closed (code 1008: "token expired")',
    });
  });

  test("is an error of the phase connected when the connection breaks", async () => {
    const { record, socket } = await link();
    socket.resetAndDestroy();
    await record.reached("closed");
    expect(record.error).toMatchObject({ phase: "connected", closedByServer: false });
  });

  test("tells that the server closed the connection, with a FIN or with a close frame", async () => {
    const ended = await link();
    ended.socket.end();
    const closed = await link();
    closed.peer.close(1008);
    for (const { record } of [ended, closed]) {
      await record.reached("closed");
      expect(record.error).toMatchObject({ phase: "connected", closedByServer: true });
    }
  });
});
