import { afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { MqttError } from "@mqtt5/core";
import type { Transport, TransportHandlers, WebSocketTransportParts } from "@mqtt5/core/adapter";
import { FakeWebSocket } from "../../test/support/fake-websocket.js";
import { BrowserClock } from "../platform/browser-clock.js";

const webSocketClass: { default: unknown } = { default: FakeWebSocket };

jest.mock("isomorphic-ws", () => ({
  __esModule: true,
  get default() {
    return webSocketClass.default;
  },
}));

let openWebSocket: (parts: Omit<WebSocketTransportParts, "factory">, handlers: TransportHandlers) => Transport;

// Only now, when what it imports has its stand-in.
beforeAll(async () => {
  ({ openWebSocket } = await import("./websocket.js"));
});

afterEach(() => {
  FakeWebSocket.made.length = 0;
  webSocketClass.default = FakeWebSocket;
});

const url = "wss://broker.example:443/mqtt";

function open() {
  const events: string[] = [];
  const received: Uint8Array[] = [];
  let ended: (error: MqttError | undefined) => void = () => undefined;
  const end = new Promise<MqttError | undefined>((resolve) => {
    ended = resolve;
  });
  const handlers: TransportHandlers = {
    phase: (phase) => events.push(phase),
    opened: () => events.push("opened"),
    received: (chunk) => received.push(chunk),
    writable: () => events.push("writable"),
    closed: (error) => {
      events.push("closed");
      ended(error);
    },
  };
  const transport = openWebSocket({ url, clock: new BrowserClock() }, handlers);
  const [socket] = FakeWebSocket.made;
  return { transport, socket, events, received, end };
}

describe("the WebSocket of the browser", () => {
  test("is asked for binary data as array buffers, and for the subprotocol mqtt", () => {
    const { socket, events } = open();
    expect(socket).toMatchObject({ url, protocols: ["mqtt"], binaryType: "arraybuffer" });
    expect(events).toEqual(["websocket"]);
  });

  test("carries bytes both ways", () => {
    const { transport, socket, received, events } = open();
    socket?.onopen?.();
    expect(events).toEqual(["websocket", "opened"]);
    transport.write([Uint8Array.of(1, 2)]);
    expect(socket?.sent).toEqual([Uint8Array.of(1, 2)]);
    socket?.onmessage?.({ data: Uint8Array.of(3).buffer });
    expect(received).toEqual([Uint8Array.of(3)]);
  });

  test("closes on a message that is text [MQTT-6.0.0-1]", async () => {
    const { socket, end } = open();
    socket?.onopen?.();
    socket?.onmessage?.({ data: "text" });
    expect(await end).toMatchObject({ statement: "MQTT-6.0.0-1" });
  });

  test("is not given memory that is shared with workers", () => {
    const { transport, socket } = open();
    socket?.onopen?.();
    transport.write([new Uint8Array(new SharedArrayBuffer(2))]);
    const [sent] = socket?.sent ?? [];
    expect(sent).toBeInstanceOf(Uint8Array);
    expect(sent instanceof Uint8Array && sent.buffer).toBeInstanceOf(ArrayBuffer);
  });

  test("scenario 44: does not tell why it could not be opened, so that the error lists what is likely", async () => {
    const { socket, end } = open();
    socket?.onerror?.();
    socket?.onclose?.({ code: 1006 });
    const error = await end;
    expect(error).toMatchObject({ phase: "websocket", code: "CONNECTION_FAILED", retryable: true });
    for (const likely of ["network", "port", "path", "certificate", "subprotocol", "refused", "policy", "1006"]) {
      expect(error?.message).toContain(likely);
    }
  });

  test("closes in order, and is over at once when it is cut off", async () => {
    const { transport, socket, end } = open();
    socket?.onopen?.();
    transport.close();
    transport.abort();
    expect(socket?.calls).toEqual(["close", "close"]);
    expect(await end).toBeUndefined();
  });

  test("may break", async () => {
    const { socket, end } = open();
    socket?.onopen?.();
    socket?.onclose?.({ code: 1008, reason: "token expired" });
    expect(await end).toMatchObject({
      phase: "connected",
      message: 'the WebSocket was closed (code 1008: "token expired")',
    });
  });
});

test("where there is none the error says so", async () => {
  webSocketClass.default = null;
  const { socket, end } = open();
  expect(socket).toBeUndefined();
  expect(await end).toMatchObject({ phase: "websocket", message: expect.stringContaining("no WebSocket here") });
});

test("nothing is probed or made at import, nor by making a client", async () => {
  const { Mqtt5Client } = await import("../index.js");
  const client = new Mqtt5Client({ url });
  expect(client.state).toBe("stopped");
  expect(FakeWebSocket.made).toEqual([]);
  await client.stop();
});
