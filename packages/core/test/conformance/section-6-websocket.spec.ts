/** MQTT over WebSocket (section 6): frames and packets do not align, and only binary frames count. */
import { describe, expect, test } from "@jest/globals";
import { Mqtt5ClientBase } from "../../src/client/client.js";
import type { ClientOptions } from "../../src/client/options/client-options.js";
import type { Platform } from "../../src/client/platform.js";
import { bytesOfHex, joinBytes } from "../../src/testing/bytes.js";
import { VirtualClock } from "../../src/testing/index.js";
import {
  type WebSocketLike,
  type WebSocketListener,
  WebSocketTransport,
} from "../../src/transports/websocket-transport.js";
import { connack, publish, suback } from "../support/server-bytes.js";
import { WireReader } from "../support/wire.js";

class WebSocketClient extends Mqtt5ClientBase {
  public constructor(options: ClientOptions, platform: Platform) {
    super(options, platform);
  }
}

/** A client on a WebSocket that the test plays the far end of. */
function makeBench() {
  const clock = new VirtualClock();
  const messages: Uint8Array[] = [];
  const offered: (readonly string[])[] = [];
  const listeners: WebSocketListener[] = [];
  const socket: WebSocketLike = {
    protocol: "mqtt",
    bufferedAmount: 0,
    send: (data) => messages.push(data),
    close: () => undefined,
    abort: () => undefined,
  };
  const client = new WebSocketClient(
    { url: "ws://broker.example/mqtt" },
    {
      schemes: ["ws"],
      optionChecks: {},
      clock,
      random: { number: () => 0.5 },
      logger: { warn: () => undefined },
      prepareTransport: (server) => (handlers) =>
        new WebSocketTransport(
          {
            url: server.href,
            clock,
            factory: (_url, subprotocols, listener) => {
              offered.push(subprotocols);
              listeners.push(listener);
              return socket;
            },
          },
          handlers,
        ),
    },
  );
  const topics: string[] = [];
  client.on("messageReceived", ({ message }) => topics.push(message.topic));
  client.start();
  return { client, clock, messages, offered, listeners, topics };
}

async function makeConnectedBench(...answer: Uint8Array[]) {
  const bench = makeBench();
  await bench.clock.settle();
  const [listener] = bench.listeners;
  if (listener === undefined) {
    throw new Error("no WebSocket was opened");
  }
  listener.opened();
  for (const message of answer) {
    listener.received(message.slice());
  }
  await bench.clock.settle();
  return { ...bench, listener };
}

describe("MQTT-6.0.0-2: frames and packets do not align", () => {
  const stream = joinBytes([connack(), publish({ topic: "a", payload: "x".repeat(300) }), publish({ topic: "b" })]);

  test.each([1, 2, 3, 5, 7, 64, stream.length])("in frames of %i bytes", async (size) => {
    const frames: Uint8Array[] = [];
    for (let offset = 0; offset < stream.length; offset += size) {
      frames.push(stream.slice(offset, offset + size));
    }
    const { client, topics } = await makeConnectedBench(...frames);
    expect([topics, client.isConnected]).toEqual([["a", "b"], true]);
  });

  test("with empty frames in between", async () => {
    const frames = Array.from(stream).flatMap((byte) => [new Uint8Array(0), Uint8Array.of(byte)]);
    const { topics } = await makeConnectedBench(...frames);
    expect(topics).toEqual(["a", "b"]);
  });

  test("the packets of a turn leave in one frame, which ends where a packet ends", async () => {
    const { client, clock, listener, messages } = await makeConnectedBench(connack());
    messages.length = 0;
    const subscribed = client.subscribe("f");
    const published = client.publish({ topic: "t", payload: "x".repeat(100_000) });
    await clock.settle();
    const reader = new WireReader();
    expect(messages.map((message) => reader.read(message).map(({ text }) => text))).toEqual([
      ["subscribe #1 f", "publish q0 t"],
    ]);
    expect(reader.rest).toBe(0);
    listener.received(suback(1, 0));
    await Promise.all([subscribed, published, clock.settle()]);
  });
});

describe("frames", () => {
  test("MQTT-6.0.0-3: the client offers the subprotocol mqtt and no other", () => {
    const { offered } = makeBench();
    expect(offered).toEqual([["mqtt"]]);
  });

  test("MQTT-6.0.0-1: the client sends bytes, never text", async () => {
    const { messages } = await makeConnectedBench();
    expect(messages).toHaveLength(1);
    expect(messages[0]).toBeInstanceOf(Uint8Array);
  });

  test("MQTT-6.0.0-1: a frame of text ends the connection, and what follows does not count", async () => {
    const { client, clock, listener, topics } = await makeConnectedBench(connack());
    const errors: unknown[] = [];
    client.on("disconnection", ({ error }) => errors.push(error));
    listener.received(undefined);
    listener.received(bytesOfHex("30 04 00 01 74 00"));
    await clock.advanceAndSettle(100);
    expect(topics).toEqual([]);
    expect(errors).toMatchObject([{ code: "PROTOCOL_VIOLATION", statement: "MQTT-6.0.0-1" }]);
  });
});
