import { describe, expect, test } from "@jest/globals";
import type { MqttError } from "../errors.js";
import { ConnectionError } from "../protocol/errors/connection-errors.js";
import { type WebSocketListener, type WebSocketLike, WebSocketTransport } from "./websocket-transport.js";

/** Time that passes when the test says so. */
class ManualClock {
  time = 0;
  readonly wakeUps = new Set<{ readonly deadline: number; readonly wake: () => void }>();
  readonly #callbacks: (() => void)[] = [];

  now(): number {
    return this.time;
  }

  wallNow(): number {
    return this.time;
  }

  wakeAt(deadline: number, wake: () => void): () => void {
    const entry = { deadline, wake };
    this.wakeUps.add(entry);
    return () => this.wakeUps.delete(entry);
  }

  endOfTurn(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  endTurn(): void {
    this.#callbacks.splice(0).forEach((callback) => callback());
  }

  /** Goes to the nearest deadline and returns how far that was. */
  advance(): number {
    const [next] = [...this.wakeUps].sort((a, b) => a.deadline - b.deadline);
    if (next === undefined) {
      throw new Error("nothing to wait for");
    }
    const passed = next.deadline - this.time;
    this.time = next.deadline;
    this.wakeUps.delete(next);
    next.wake();
    return passed;
  }
}

class FakeWebSocket implements WebSocketLike {
  protocol = "mqtt";
  bufferedAmount = 0;
  readonly sent: Uint8Array[] = [];
  readonly calls: string[] = [];

  send(data: Uint8Array): void {
    this.sent.push(data);
  }

  close(): void {
    this.calls.push("close");
  }

  abort(): void {
    this.calls.push("abort");
  }
}

interface Opening {
  readonly url: string;
  readonly subprotocols: readonly string[];
  readonly listener: WebSocketListener;
}

function open(socket: WebSocketLike = new FakeWebSocket()) {
  const clock = new ManualClock();
  const openings: Opening[] = [];
  const events: string[] = [];
  const received: Uint8Array[] = [];
  const errors: (MqttError | undefined)[] = [];
  const transport = new WebSocketTransport(
    {
      url: "ws://broker.example/mqtt",
      clock,
      factory: (url, subprotocols, listener) => {
        openings.push({ url, subprotocols, listener });
        return socket;
      },
    },
    {
      phase: (phase) => events.push(phase),
      opened: () => events.push("opened"),
      received: (chunk) => received.push(chunk),
      writable: () => events.push("writable"),
      progress: (direction, byteCount) => events.push(`${direction} ${String(byteCount)}`),
      closed: (error) => {
        events.push("closed");
        errors.push(error);
      },
    },
  );
  const [opening] = openings;
  if (opening === undefined) {
    throw new Error("nothing was opened");
  }
  return { transport, clock, opening, listener: opening.listener, events, received, errors };
}

function opened(socket: WebSocketLike = new FakeWebSocket()) {
  const parts = open(socket);
  parts.listener.opened();
  return parts;
}

describe("opening", () => {
  test("offers the subprotocol mqtt [MQTT-6.0.0-3]", () => {
    const { opening } = open();
    expect(opening.url).toBe("ws://broker.example/mqtt");
    expect(opening.subprotocols).toEqual(["mqtt"]);
  });

  test("is open when the server chose it", () => {
    expect(opened().events).toEqual(["opened"]);
  });

  test.each(["mqttv3.1", "MQTT", ""])("refuses a server that chose %p [MQTT-6.0.0-4]", (protocol) => {
    const socket = new FakeWebSocket();
    socket.protocol = protocol;
    const { events, errors } = opened(socket);
    expect(socket.calls).toEqual(["abort"]);
    expect(events).toEqual(["closed"]);
    expect(errors).toEqual([expect.objectContaining({ phase: "websocket", code: "CONNECTION_FAILED" })]);
  });

  test("tells what a factory throws, after the call", () => {
    const clock = new ManualClock();
    const errors: (MqttError | undefined)[] = [];
    const cause = new Error("mixed content");
    const handlers = { phase() {}, opened() {}, received() {}, writable() {} };
    new WebSocketTransport(
      {
        url: "ws://broker.example/mqtt",
        clock,
        factory: () => {
          throw cause;
        },
      },
      { ...handlers, closed: (error) => errors.push(error) },
    );
    expect(errors).toEqual([]);
    clock.endTurn();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ phase: "websocket", cause });
  });

  test("fails in the phase websocket when it is closed before it was open", () => {
    const { listener, errors } = open();
    listener.closed({ code: 1006 });
    expect(errors[0]).toBeInstanceOf(ConnectionError);
    expect(errors[0]).toMatchObject({ phase: "websocket" });
  });

  test("passes on the error that the platform gave", () => {
    const { listener, errors } = open();
    const error = new ConnectionError({ phase: "dns", message: "no such name" });
    listener.closed({ code: 1006, error });
    expect(errors).toEqual([error]);
  });

  test("never opens once it was cut off", () => {
    const { transport, clock, listener, events } = open();
    transport.abort();
    listener.opened();
    clock.endTurn();
    expect(events).toEqual(["closed"]);
  });
});

describe("receiving", () => {
  test("passes messages on, in their order", () => {
    const { listener, received } = opened();
    listener.received(new Uint8Array([1, 2]));
    listener.received(new Uint8Array([3]));
    expect(received.map((chunk) => [...chunk])).toEqual([[1, 2], [3]]);
  });

  test("passes no empty message on", () => {
    const { listener, received, events } = opened();
    listener.received(new Uint8Array(0));
    expect(received).toEqual([]);
    expect(events).toEqual(["opened"]);
  });

  test("closes on a message that is not binary, and takes nothing after it [MQTT-6.0.0-1]", () => {
    const socket = new FakeWebSocket();
    const { listener, received, errors } = opened(socket);
    listener.received(undefined);
    listener.received(new Uint8Array([1]));
    expect(socket.calls).toEqual(["abort"]);
    expect(errors[0]).toMatchObject({ code: "PROTOCOL_VIOLATION", statement: "MQTT-6.0.0-1" });
    expect(received).toEqual([]);
  });
});

describe("writing", () => {
  test("sends a single chunk as it is", () => {
    const socket = new FakeWebSocket();
    const chunk = new Uint8Array([1, 2]);
    expect(opened(socket).transport.write([chunk])).toBe(true);
    expect(socket.sent).toEqual([chunk]);
    expect(socket.sent[0]).toBe(chunk);
  });

  test("sends the chunks of a write as one message", () => {
    const socket = new FakeWebSocket();
    opened(socket).transport.write([new Uint8Array([1, 2]), new Uint8Array([3]), new Uint8Array([4])]);
    expect(socket.sent).toEqual([new Uint8Array([1, 2, 3, 4])]);
  });

  test("sends nothing before it is open and nothing after it was closed", () => {
    const socket = new FakeWebSocket();
    const { transport, listener } = open(socket);
    transport.write([new Uint8Array([1])]);
    listener.opened();
    transport.close();
    transport.write([new Uint8Array([2])]);
    expect(socket.sent).toEqual([]);
  });

  test("looks at what waits in short steps, and only while that is above the mark", () => {
    const socket = new FakeWebSocket();
    const { transport, clock, events } = opened(socket);
    socket.bufferedAmount = 65_536;
    expect(transport.write([new Uint8Array(1)])).toBe(true);
    expect(clock.wakeUps.size).toBe(0);
    socket.bufferedAmount = 65_537;
    expect(transport.write([new Uint8Array(1)])).toBe(false);
    const pauses = Array.from({ length: 10 }, () => clock.advance());
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 50, 50, 50, 50]);
    expect(events).toEqual(["opened"]);
    socket.bufferedAmount = 65_536;
    clock.advance();
    expect(events).toEqual(["opened", "sent 1", "writable"]);
    expect(clock.wakeUps.size).toBe(0);
  });

  test("reports what the network took since the last look, and nothing when that is nothing", () => {
    const socket = new FakeWebSocket();
    const { transport, clock, events } = opened(socket);
    socket.bufferedAmount = 300_000;
    transport.write([new Uint8Array(1)]);
    for (const waiting of [300_000, 299_000, 299_000, 100_000, 0]) {
      socket.bufferedAmount = waiting;
      clock.advance();
    }
    expect(events).toEqual(["opened", "sent 1000", "sent 199000", "sent 100000", "writable"]);
  });

  test("keeps one look ahead however often it is written to above the mark", () => {
    const socket = new FakeWebSocket();
    const { transport, clock } = opened(socket);
    socket.bufferedAmount = 100_000;
    transport.write([new Uint8Array(1)]);
    transport.write([new Uint8Array(1)]);
    expect(clock.wakeUps.size).toBe(1);
  });

  test("waits for the platform's word where it gives one", () => {
    const callbacks: (() => void)[] = [];
    class TellingWebSocket extends FakeWebSocket {
      whenDrained(callback: () => void): void {
        callbacks.push(callback);
      }
    }
    const socket = new TellingWebSocket();
    const { transport, clock, events } = opened(socket);
    socket.bufferedAmount = 100_000;
    expect(transport.write([new Uint8Array(1)])).toBe(false);
    expect(clock.wakeUps.size).toBe(0);
    callbacks.forEach((callback) => callback());
    expect(events).toEqual(["opened", "writable"]);
  });

  test("stops looking when the connection ends", () => {
    const socket = new FakeWebSocket();
    const { transport, clock, listener, events } = opened(socket);
    socket.bufferedAmount = 100_000;
    transport.write([new Uint8Array(1)]);
    listener.closed({ code: 1006 });
    expect(clock.wakeUps.size).toBe(0);
    expect(events).toEqual(["opened", "closed"]);
  });
});

describe("ending", () => {
  test("closes in order and then says so, without an error", () => {
    const socket = new FakeWebSocket();
    const { transport, listener, events, errors } = opened(socket);
    transport.close();
    transport.close();
    expect(socket.calls).toEqual(["close"]);
    expect(events).toEqual(["opened"]);
    listener.closed({ code: 1006 });
    expect(events).toEqual(["opened", "closed"]);
    expect(errors).toEqual([undefined]);
  });

  test("is over at the end of the turn when cut off, whether the platform says so or not", () => {
    const socket = new FakeWebSocket();
    const { transport, clock, listener, events, received } = opened(socket);
    transport.abort();
    expect(events).toEqual(["opened"]);
    listener.received(new Uint8Array([1]));
    clock.endTurn();
    listener.closed({ code: 1006 });
    expect(events).toEqual(["opened", "closed"]);
    expect(socket.calls).toEqual(["abort"]);
    expect(received).toEqual([]);
  });

  test("may be cut off while it closes", () => {
    const socket = new FakeWebSocket();
    const { transport, clock, events } = opened(socket);
    transport.close();
    transport.abort();
    clock.endTurn();
    expect(socket.calls).toEqual(["close", "abort"]);
    expect(events).toEqual(["opened", "closed"]);
  });

  test("a close before it is open cuts it off", () => {
    const socket = new FakeWebSocket();
    const { transport, clock, events } = open(socket);
    transport.close();
    clock.endTurn();
    expect(socket.calls).toEqual(["abort"]);
    expect(events).toEqual(["closed"]);
  });

  test.each([1000, 1001, 1005])("is orderly when the server closes with %p", (code) => {
    const { listener, errors } = opened();
    listener.closed({ code });
    expect(errors).toEqual([undefined]);
  });

  test("is an error of the phase connected when it breaks", () => {
    const { listener, errors } = opened();
    listener.closed({ code: 1006 });
    expect(errors[0]).toMatchObject({
      phase: "connected",
      code: "CONNECTION_FAILED",
      message: "the WebSocket was closed (code 1006)",
      closedByServer: false,
    });
  });

  test("says whether the server closed it: with a close frame, or with a FIN where the platform tells", () => {
    const closures = [{ code: 1008 }, { code: 1006, hasEnded: true }, { code: 1006, hasEnded: false }];
    const told = closures.map((closure) => {
      const { listener, errors } = opened();
      listener.closed(closure);
      return errors[0] instanceof ConnectionError && errors[0].closedByServer;
    });
    expect(told).toEqual([true, true, false]);
  });

  test("is an error with the server's reason, where it gives one", () => {
    const { listener, errors } = opened();
    listener.closed({ code: 1008, reason: "token expired" });
    expect(errors[0]?.message).toBe('the WebSocket was closed (code 1008: "token expired")');
  });
});
