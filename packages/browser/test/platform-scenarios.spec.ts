/**
 * The scenarios that each platform has to show for itself: the client on its own clock and WebSocket transport, over a
 * WebSocket whose network the test plays, in the time of Jest's timers.
 */

import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { MqttError } from "@mqtt5/core";
import type { Mqtt5Client as Client, Mqtt5ClientOptions, WebSocketHandshakeRequest } from "../src/index.js";
import { FakePage } from "./support/fake-page.js";
import { acceptOn, FakeWebSocket, madeWebSocket } from "./support/fake-websocket.js";

jest.mock("isomorphic-ws", () => ({
  __esModule: true,
  get default() {
    return FakeWebSocket;
  },
}));

let Mqtt5Client: typeof Client;
let page: FakePage;

// Only now, when what it imports has its stand-in.
beforeAll(async () => {
  ({ Mqtt5Client } = await import("../src/index.js"));
});

beforeEach(() => {
  jest.useFakeTimers();
  page = new FakePage();
});

afterEach(() => {
  page.remove();
  jest.useRealTimers();
  FakeWebSocket.made.length = 0;
});

const turn = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

/** Lets time pass, and what a timer left to the end of its turn be done, which with Jest's timers is a millisecond later. */
const pass = (durationMs: number): Promise<void> => jest.advanceTimersByTimeAsync(durationMs + 5);

function start(options: Partial<Mqtt5ClientOptions> = {}, listen: (client: Client) => void = () => undefined): Client {
  const client = new Mqtt5Client({ url: "wss://broker.example", retryJitterMode: "none", ...options });
  listen(client);
  client.start();
  return client;
}

async function connect(options: Partial<Mqtt5ClientOptions> = {}): Promise<Client> {
  const client = start(options);
  await turn();
  await acceptOn(madeWebSocket(0), turn);
  expect(client.isConnected).toBe(true);
  return client;
}

async function stop(client: Client): Promise<void> {
  const stopped = client.stop();
  await turn();
  FakeWebSocket.made.forEach((socket) => socket.onclose?.({ code: 1000 }));
  await turn();
  await stopped;
}

const pingreq = Uint8Array.of(0xc0, 0);

describe("scenario 36", () => {
  test("when the page is seen again the connection is checked at once", async () => {
    const client = await connect();
    page.show("visible");
    await turn();
    expect(madeWebSocket(0).sent.at(-1)).toEqual(pingreq);
    await stop(client);
  });

  test("when the network is back the next attempt comes at once, however long it was to wait", async () => {
    const client = await connect({ reconnectPolicy: () => ({ delayMs: 3_600_000 }) });
    madeWebSocket(0).onclose?.({ code: 1006 });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(FakeWebSocket.made).toHaveLength(1);
    page.tell("online");
    await jest.advanceTimersByTimeAsync(1_000);
    await acceptOn(madeWebSocket(1), turn);
    expect(client.isConnected).toBe(true);
    await stop(client);
  });

  test("a client listens to the page while it is started, also when it is started again while it stops", async () => {
    const client = await connect();
    const count = page.listenerCount;
    expect(count).toBeGreaterThan(0);
    const stopped = client.stop();
    client.start();
    await turn();
    madeWebSocket(0).onclose?.({ code: 1000 });
    await turn();
    await stopped;
    expect(FakeWebSocket.made).toHaveLength(2);
    expect(page.listenerCount).toBe(count);
    await stop(client);
    expect(page.listenerCount).toBe(0);
  });
});

test("a list of servers is tried in turn, and begins with the last that accepted", async () => {
  const client = start({ url: ["wss://a.example", "wss://b.example/live?token=x"] });
  await turn();
  madeWebSocket(0).onclose?.({ code: 1006 });
  await pass(1_000);
  await acceptOn(madeWebSocket(1), turn);
  expect(client.isConnected).toBe(true);
  await expect(client.waitUntilConnected()).resolves.toMatchObject({ server: "b.example:443" });
  madeWebSocket(1).onclose?.({ code: 1006 });
  await pass(2_000);
  expect(FakeWebSocket.made.map(({ url }) => url)).toEqual([
    "wss://a.example:443/mqtt",
    "wss://b.example:443/live?token=x",
    "wss://b.example:443/live?token=x",
  ]);
  await stop(client);
});

test("a function may supply the URL of each attempt", async () => {
  const client = start({ url: (attempt) => Promise.resolve(`wss://${String(attempt)}.server.example`) });
  await turn();
  madeWebSocket(0).onclose?.({ code: 1006 });
  await pass(1_000);
  await acceptOn(madeWebSocket(1), turn);
  await expect(client.waitUntilConnected()).resolves.toMatchObject({ server: "2.server.example:443" });
  await stop(client);
});

test("scenario 38: what the WebSocket of the first attempt still tells does not touch the second", async () => {
  const client = start({ connackTimeoutMs: 5_000 });
  const disconnections: unknown[] = [];
  client.on("disconnection", (event) => disconnections.push(event));
  await turn();
  const first = madeWebSocket(0);
  first.onopen?.();
  await pass(6_000);
  const second = madeWebSocket(1);
  await acceptOn(second, turn);
  // A browser closes the first by itself, whenever the server answers.
  first.onmessage?.({ data: Uint8Array.of(0x20, 3, 0, 0x87, 0).buffer });
  first.onerror?.();
  first.onclose?.({ code: 1006 });
  await turn();
  expect(client.isConnected).toBe(true);
  expect(disconnections).toEqual([]);
  await stop(client);
});

test("scenario 43: above the mark nothing is sent, and what waits goes within milliseconds once there is room", async () => {
  const client = await connect();
  const socket = madeWebSocket(0);
  const sentBefore = socket.sent.length;
  socket.bufferedAmount = 100_000;
  const publishes = Array.from({ length: 3 }, () => client.publish({ topic: "t", payload: new Uint8Array(70_000) }));
  let settled = 0;
  publishes.forEach((publish) => void publish.then(() => (settled += 1)));
  await jest.advanceTimersByTimeAsync(5_000);
  expect([socket.sent.length - sentBefore, settled]).toEqual([1, 0]);
  socket.bufferedAmount = 0;
  await jest.advanceTimersByTimeAsync(60);
  expect([socket.sent.length - sentBefore, settled]).toEqual([3, 3]);
  await stop(client);
});

test("scenario 46: after stop no timer is left, and nothing listens", async () => {
  const client = await connect();
  await stop(client);
  expect(jest.getTimerCount()).toBe(0);
  expect(page.listenerCount).toBe(0);
  const failing = start();
  await turn();
  madeWebSocket(1).onclose?.({ code: 1006 });
  await turn();
  expect(failing.state).toBe("waitingToReconnect");
  await stop(failing);
  expect(jest.getTimerCount()).toBe(0);
  expect(page.listenerCount).toBe(0);
});

describe("websocketHandshakeTransform", () => {
  const url = "wss://us:secret@broker.example/mqtt";

  test("is asked before each attempt, and decides on URL and subprotocols; user info is no part of the URL", async () => {
    const requests: WebSocketHandshakeRequest[] = [];
    const client = start({
      url,
      websocketHandshakeTransform: async (request) => {
        requests.push(request);
        await Promise.resolve();
        const signed = `${request.url.replace("broker", "me:hush@broker")}?n=${String(requests.length)}`;
        return { url: signed, subprotocols: [...request.subprotocols, "token"] };
      },
    });
    await turn();
    madeWebSocket(0).onclose?.({ code: 1006 });
    await pass(1_000);
    await acceptOn(madeWebSocket(1), turn);
    expect(client.isConnected).toBe(true);
    const asked = { url: "wss://broker.example:443/mqtt", subprotocols: ["mqtt"] };
    expect(requests).toEqual([asked, asked]);
    expect(FakeWebSocket.made.map((socket) => [socket.url, socket.protocols])).toEqual([
      ["wss://broker.example:443/mqtt?n=1", ["mqtt", "token"]],
      ["wss://broker.example:443/mqtt?n=2", ["mqtt", "token"]],
    ]);
    await stop(client);
  });

  const never = new Promise<WebSocketHandshakeRequest>(() => undefined);
  const cause = new Error("no signature");
  test.each<readonly [string, () => Promise<WebSocketHandshakeRequest>, object]>([
    ["rejects", () => Promise.reject(cause), { code: "CONNECTION_FAILED", phase: "prepare", cause }],
    ["never answers", () => never, { code: "CONNECT_TIMEOUT", phase: "prepare" }],
  ])("scenario 37: fails the attempt in time when it %s", async (_, websocketHandshakeTransform, expected) => {
    const client = start({ url, connectTimeoutMs: 5_000, minReconnectDelayMs: 60_000, websocketHandshakeTransform });
    const failures: MqttError[] = [];
    client.on("connectionFailure", ({ error }) => failures.push(error));
    await pass(5_000);
    expect(failures).toEqual([expect.objectContaining(expected)]);
    expect(FakeWebSocket.made).toEqual([]);
    await stop(client);
  });

  test.each<readonly [string, unknown]>([
    ["", "wss://broker.example"],
    [".url", { subprotocols: ["mqtt"] }],
    [".url", { url: "https://me:hush@broker.example", subprotocols: ["mqtt"] }],
    [".subprotocols", { url }],
    [".subprotocols", { url, subprotocols: "mqtt" }],
    [".subprotocols", { url, subprotocols: ["hush"] }],
    [".subprotocols", { url, subprotocols: ["mqtt", { hush: true }] }],
    [".subprotocols", { url, subprotocols: ["mqtt", "hush=="] }],
    [".headers", { url, subprotocols: ["mqtt"], headers: {} }],
  ])("names the field%s of a wrong answer, and quotes no secret", async (field, answer) => {
    const failures: unknown[] = [];
    const client = start({ url, websocketHandshakeTransform: () => answer as WebSocketHandshakeRequest }, (made) => {
      made.on("connectionFailure", ({ error }) => failures.push(error.cause));
    });
    await turn();
    expect(failures).toEqual([expect.objectContaining({ field: `websocketHandshakeTransform${field}` })]);
    expect(String(failures[0])).not.toContain("hush");
    await stop(client);
  });

  test("an option of another kind is an invalid argument", () => {
    const broken = { url, websocketHandshakeTransform: {}, webSocket: {} } as unknown as Mqtt5ClientOptions;
    expect(() => new Mqtt5Client(broken)).toThrow("websocketHandshakeTransform must be a function");
  });
});

test("options that are accessors of a class count, and later changes of them do not", async () => {
  const given = { url: "wss://broker.example", allowInsecure: true };
  class Options {
    get url(): string {
      return given.url;
    }
    get allowInsecure(): boolean {
      return given.allowInsecure;
    }
    websocketHandshakeTransform = (): WebSocketHandshakeRequest => ({ url: "ws://a.example", subprotocols: ["mqtt"] });
  }
  const options = new Options();
  const client = new Mqtt5Client(options);
  options.websocketHandshakeTransform = () => ({ url: "ws://b.example", subprotocols: ["mqtt"] });
  given.allowInsecure = false;
  client.start();
  await turn();
  expect(madeWebSocket(0).url).toBe("ws://a.example:80/mqtt");
  await acceptOn(madeWebSocket(0), turn);
  await stop(client);
});

test("webSocket.onePacketPerFrame sends each packet as a message of its own", async () => {
  const client = await connect({ webSocket: { onePacketPerFrame: true } });
  const socket = madeWebSocket(0);
  const publishes = [client.publish({ topic: "a" }), client.publish({ topic: "b" })];
  await turn();
  await Promise.all(publishes);
  expect(socket.sent.slice(-2)).toEqual([Uint8Array.of(0x30, 4, 0, 1, 0x61, 0), Uint8Array.of(0x30, 4, 0, 1, 0x62, 0)]);
  await stop(client);
});
