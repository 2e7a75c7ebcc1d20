import dns from "node:dns";
import { once } from "node:events";
import { createServer, type Server, Socket } from "node:net";
import { getDefaultHighWaterMark, setDefaultHighWaterMark } from "node:stream";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { ConnectionError } from "@mqtt5/core";
import { end, listen, urlOf } from "../../test/support/local-servers.js";
import { TransportRecord } from "../../test/support/recorded-transport.js";
import type { Destination } from "./destination.js";
import { nodeClock } from "../platform/node-clock.js";
import type { SocketOptions } from "../options/socket-options.js";
import { StreamTransport } from "./stream-transport.js";

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(end));
});

interface Link {
  readonly record: TransportRecord;
  readonly transport: StreamTransport;
  readonly peer: Socket;
}

function destination(port: number, socketOptions: SocketOptions = {}, host = "127.0.0.1"): Destination {
  return { server: urlOf("mqtt", port, host), socketOptions, tlsSettings: undefined, clock: nodeClock };
}

async function serve(options: Parameters<typeof createServer>[0] = {}): Promise<{ server: Server; port: number }> {
  const server = createServer(options);
  servers.push(server);
  return { server, port: await listen(server) };
}

async function link(options: Parameters<typeof createServer>[0] = {}): Promise<Link> {
  const { server, port } = await serve(options);
  const record = new TransportRecord();
  const connected = once(server, "connection") as Promise<[Socket]>;
  const transport = new StreamTransport(destination(port), record);
  const [[peer]] = await Promise.all([connected, record.reached("opened")]);
  return { record, transport, peer };
}

async function readAll(peer: Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of peer.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if (Buffer.concat(chunks).byteLength >= length) {
      break;
    }
  }
  return Buffer.concat(chunks);
}

describe("opening", () => {
  test("tells its phases: an address needs no name service", async () => {
    const { record, transport } = await link();
    expect(record.phases).toEqual(["tcp"]);
    transport.abort();
    await record.reached("closed");
  });

  test("tells its phases: a name does", async () => {
    const { port } = await serve();
    const record = new TransportRecord();
    const transport = new StreamTransport(destination(port, { family: 4 }, "localhost"), record);
    await record.reached("opened");
    expect(record.phases).toEqual(["dns", "tcp"]);
    transport.abort();
    await record.reached("closed");
  });

  test("scenario 44: fails in the phase dns for a name that does not exist", async () => {
    const record = new TransportRecord();
    new StreamTransport(destination(1883, {}, "no-such-host.invalid"), record);
    await record.reached("closed");
    expect(record.error).toBeInstanceOf(ConnectionError);
    expect(record.error).toMatchObject({
      phase: "dns",
      code: "CONNECTION_FAILED",
      message: expect.stringContaining("no-such-host.invalid"),
      cause: expect.objectContaining({ syscall: "getaddrinfo" }),
    });
  });

  test("scenario 44: fails in the phase tcp where nobody listens", async () => {
    const { server, port } = await serve();
    servers.splice(0);
    await end(server);
    const record = new TransportRecord();
    new StreamTransport(destination(port), record);
    await record.reached("closed");
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toMatchObject({
      phase: "tcp",
      message: expect.stringContaining(`127.0.0.1:${String(port)}`),
      cause: expect.objectContaining({ code: "ECONNREFUSED" }),
    });
  });

  test("says what became of each address where there are several", async () => {
    const { server, port } = await serve();
    servers.splice(0);
    await end(server);
    const record = new TransportRecord();
    new StreamTransport(destination(port, {}, "localhost"), record);
    await record.reached("closed");
    expect(record.error).toMatchObject({ phase: "tcp", message: expect.stringContaining("ECONNREFUSED") });
  });

  test("gives each address the time of a slow link", async () => {
    const { port } = await serve();
    const record = new TransportRecord();
    const connect = jest.spyOn(Socket.prototype, "connect");
    const transport = new StreamTransport(destination(port, {}, "localhost"), record);
    expect(connect.mock.calls.flat(2)).toContainEqual(
      expect.objectContaining({ autoSelectFamilyAttemptTimeout: 2_500, host: "localhost" }),
    );
    connect.mockRestore();
    transport.abort();
    await record.reached("closed");
  });

  test.each([4, 6] as const)("asks for addresses of version %i of IP alone", async (family) => {
    const { port } = await serve();
    const record = new TransportRecord();
    const lookup = jest.spyOn(dns, "lookup");
    const transport = new StreamTransport(destination(port, { family }, "localhost"), record);
    expect(lookup.mock.calls[0]?.slice(0, 2)).toEqual(["localhost", expect.objectContaining({ family })]);
    lookup.mockRestore();
    transport.abort();
    await record.reached("closed");
  });

  test("fails when the time is over that connecting may take", async () => {
    const { port } = await serve();
    const record = new TransportRecord();
    // Time flies: the wake-up comes before the system has connected.
    const wakeAt = (_deadline: number, wake: () => void) => {
      queueMicrotask(wake);
      return () => undefined;
    };
    const hurried = { ...destination(port, { connectTimeoutMs: 500 }), clock: { ...nodeClock, wakeAt } };
    new StreamTransport(hurried, record);
    await record.reached("closed");
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toMatchObject({
      phase: "tcp",
      code: "CONNECT_TIMEOUT",
      message: expect.stringContaining("500 ms"),
    });
  });

  test("never opens once it was cut off", async () => {
    const { port } = await serve();
    const record = new TransportRecord();
    const transport = new StreamTransport(destination(port), record);
    transport.abort();
    await record.reached("closed");
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toBeUndefined();
  });

  test("sends nothing late, and probes as asked", async () => {
    const { port } = await serve();
    const record = new TransportRecord();
    const noDelay = jest.spyOn(Socket.prototype, "setNoDelay");
    const keepAlive = jest.spyOn(Socket.prototype, "setKeepAlive");
    const options = { keepAlive: true, keepAliveInitialDelayMs: 30_000 };
    const transport = new StreamTransport(destination(port, options), record);
    await record.reached("opened");
    expect(noDelay).toHaveBeenCalledWith(true);
    expect(keepAlive).toHaveBeenCalledWith(true, 30_000);
    noDelay.mockRestore();
    keepAlive.mockRestore();
    transport.abort();
    await record.reached("closed");
  });
});

describe("carrying", () => {
  test("writes the chunks of a write in order", async () => {
    const { record, transport, peer } = await link();
    expect(transport.write([Uint8Array.of(1), Uint8Array.of(2, 3), new Uint8Array(100_000).fill(4)])).toBe(true);
    transport.write([Uint8Array.of(5)]);
    const bytes = await readAll(peer, 100_004);
    expect([...bytes.subarray(0, 4), ...bytes.subarray(-2)]).toEqual([1, 2, 3, 4, 4, 5]);
    expect(bytes.byteLength).toBe(100_004);
    transport.abort();
    await record.reached("closed");
  });

  test("passes on what it reads", async () => {
    const { record, transport, peer } = await link();
    peer.write(Buffer.from("one"));
    await record.read(3);
    peer.write(Buffer.alloc(200_000, "x"));
    const bytes = await record.read(200_003);
    expect(bytes.toString()).toBe(`one${"x".repeat(200_000)}`);
    transport.abort();
    await record.reached("closed");
  });

  test("writes nothing before it is open and nothing after it was closed", async () => {
    const { server, port } = await serve();
    const connected = once(server, "connection") as Promise<[Socket]>;
    const record = new TransportRecord();
    const transport = new StreamTransport(destination(port), record);
    transport.write([Uint8Array.of(1)]);
    const [[peer]] = await Promise.all([connected, record.reached("opened")]);
    transport.write([Uint8Array.of(2)]);
    transport.close();
    transport.write([Uint8Array.of(3)]);
    expect([...(await readAll(peer, 4))]).toEqual([2]);
  });

  test("says when too much waits, and once when that has gone", async () => {
    const { record, transport, peer } = await link({ pauseOnConnect: true });
    const size = 1_048_576;
    let written = 0;
    while (transport.write([new Uint8Array(size)])) {
      written += size;
    }
    written += size;
    const readable = readAll(peer, written);
    await record.reached("writable");
    expect((await readable).byteLength).toBe(written);
    transport.write([Uint8Array.of(1)]);
    await readAll(peer, 1);
    expect(record.events).toEqual(["opened", "writable"]);
    transport.abort();
    await record.reached("closed");
  });

  test("reports the progress of a large write in slices, and sends its bytes unchanged", async () => {
    const { record, transport, peer } = await link();
    const large = new Uint8Array(1_000_001).map((_, index) => index % 251);
    const chunks = [Uint8Array.of(1, 2), large, Uint8Array.of(3)];
    const total = large.byteLength + 3;
    const readable = readAll(peer, total);
    transport.write(chunks);
    transport.close();
    expect((await readable).equals(Buffer.concat(chunks))).toBe(true);
    expect(record.progressed.sent).toBe(total);
  });

  test("goes by the mark of Node's streams where that is higher, since there is no drain below it", async () => {
    const before = getDefaultHighWaterMark(false);
    setDefaultHighWaterMark(false, 67_108_864);
    const { record, transport } = await link({ pauseOnConnect: true });
    setDefaultHighWaterMark(false, before);
    expect(transport.write([new Uint8Array(16_777_216)])).toBe(true);
    transport.abort();
    await record.reached("closed");
  });
});

describe("ending", () => {
  test("sends what waits before it closes", async () => {
    const { record, transport, peer } = await link({ pauseOnConnect: true });
    const size = 8_388_608;
    transport.write([new Uint8Array(size)]);
    transport.close();
    let length = 0;
    for await (const chunk of peer as AsyncIterable<Buffer>) {
      length += chunk.byteLength;
    }
    expect(length).toBe(size);
    await record.reached("closed");
    expect(record.error).toBeUndefined();
  });

  test("can be cut off while it waits for a peer that does not read", async () => {
    const { record, transport } = await link({ pauseOnConnect: true });
    while (transport.write([new Uint8Array(1_048_576)])) {
      // Until the system takes no more.
    }
    transport.close();
    transport.abort();
    await record.reached("closed");
    expect(record.events).toEqual(["opened", "closed"]);
    expect(record.error).toBeUndefined();
  });

  test("is orderly when the server ends its side", async () => {
    const { record, peer } = await link();
    peer.end("a");
    await record.reached("closed");
    expect(record.error).toBeUndefined();
  });

  test("is an error of the phase connack when the server ends its side without a word", async () => {
    const { record, peer } = await link();
    peer.end();
    await record.reached("closed");
    expect(record.error).toMatchObject({ phase: "connack", code: "CONNECTION_FAILED" });
  });

  test("is over when the server ends its side, even if it reads no more", async () => {
    const { record, transport, peer } = await link({ pauseOnConnect: true, allowHalfOpen: true });
    while (transport.write([new Uint8Array(1_048_576)])) {
      // Until the system takes no more.
    }
    peer.end();
    await record.reached("closed");
    expect(record.events).toEqual(["opened", "closed"]);
  });

  test("is an error of the phase connected when the connection breaks", async () => {
    const { record, peer } = await link();
    peer.write("a");
    await record.read(1);
    peer.resetAndDestroy();
    await record.reached("closed");
    expect(record.error).toMatchObject({
      phase: "connected",
      retryable: true,
      cause: expect.objectContaining({ code: "ECONNRESET" }),
    });
  });

  test("tells nothing after it was cut off", async () => {
    const { record, transport, peer } = await link();
    peer.write("late");
    transport.abort();
    await record.reached("closed");
    expect(record.events).toEqual(["opened", "closed"]);
  });
});
