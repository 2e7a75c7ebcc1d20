import { describe, expect, test, jest } from "@jest/globals";
import { MqttError } from "../../errors.js";
import { EngineBench, rejoiningBench } from "../../../test/support/engine-bench.js";
import type { EngineEvent } from "../engine-event.js";
import {
  connack,
  connackResumed,
  disconnect,
  pingresp,
  publish,
  puback,
  pubrel,
} from "../../../test/support/server-bytes.js";
import { ConnectionError, ConnectRejectedError, DisconnectedError } from "../errors/connection-errors.js";

const refused = (): ConnectionError => new ConnectionError({ phase: "tcp", message: "refused" });

/** Starts, and fails every attempt for so long; gives the times of the attempts. */
function attemptTimes(bench: EngineBench, durationMs: number): number[] {
  const times: number[] = [];
  bench.opens = false;
  const note = (): void => {
    if (bench.engine.state === "connecting") {
      times.push(bench.now);
      bench.cut(refused());
    }
  };
  bench.start();
  note();
  const end = bench.now + durationMs;
  while (bench.now < end) {
    const next = bench.engine.pollTimeout() ?? end;
    bench.advance(next - bench.now);
    note();
  }
  return times;
}

describe("starting", () => {
  test("nothing happens before start", () => {
    const bench = new EngineBench();
    bench.pump();
    expect([bench.engine.state, bench.engine.pollTimeout(), bench.sent()]).toEqual(["stopped", undefined, []]);
  });

  test("goes through its states", () => {
    const bench = new EngineBench();
    bench.opens = false;
    bench.start();
    expect(bench.engine.state).toBe("connecting");
    bench.openTransport();
    expect(bench.engine.state).toBe("awaitingConnack");
    bench.receive(connack());
    expect(bench.engine.state).toBe("connected");
    bench.cut();
    expect(bench.engine.state).toBe("waitingToReconnect");
  });

  test("a second start changes nothing, in any state", () => {
    const bench = new EngineBench();
    bench.start().start();
    bench.receive(connack()).start();
    bench.cut().start();
    expect(bench.told()).toEqual(["attemptingConnect", "connectionSuccess", "disconnection CONNECTION_FAILED"]);
    expect(bench.attempt).toBe(1);
  });
});

describe("time limits of an attempt", () => {
  test("connectTimeoutMs covers the request for options: scenario 37, a provider that never returns", () => {
    const bench = new EngineBench();
    bench.answersConnect = false;
    bench.start().advance(29_999);
    expect(bench.told()).toEqual(["attemptingConnect"]);
    bench.advance(1);
    expect(bench.told()).toEqual(["connectionFailure CONNECT_TIMEOUT"]);
    expect(bench.lastError).toMatchObject({ phase: "prepare", code: "CONNECT_TIMEOUT" });
  });

  test("connectTimeoutMs covers the layers below, and the error names the phase", () => {
    const bench = new EngineBench();
    bench.opens = false;
    bench.start();
    bench.engine.handlePhase(1, "dns");
    bench.engine.handlePhase(1, "tls");
    bench.advance(30_000);
    expect(bench.lastError).toMatchObject({ phase: "tls", code: "CONNECT_TIMEOUT" });
  });

  test("connackTimeoutMs runs from CONNECT", () => {
    const bench = new EngineBench();
    bench.opens = false;
    bench.start().advance(5_000).openTransport().advance(19_999);
    expect(bench.engine.state).toBe("awaitingConnack");
    bench.advance(1);
    expect(bench.lastError).toMatchObject({ phase: "connack", code: "CONNACK_TIMEOUT" });
  });

  test("connectTimeoutMs covers the wait for CONNACK too", () => {
    const bench = new EngineBench({ connectTimeoutMs: 10_000 });
    bench.start().advance(10_000);
    expect(bench.lastError).toMatchObject({ phase: "connack", code: "CONNECT_TIMEOUT" });
  });

  test("neither touches an established connection", () => {
    const bench = new EngineBench().online().advance(1_000_000);
    expect(bench.engine.state).toBe("connected");
  });

  test("an attempt that failed is aborted, and what its transport still reports is dropped (scenario 38)", () => {
    const bench = new EngineBench();
    bench.opens = false;
    bench.closes = false;
    bench.start().advance(31_000);
    expect(bench.attempt).toBe(2);
    expect(bench.events).toContainEqual({ type: "closeRequested", attempt: 1, isImmediate: true });
    bench.engine.handleTransportOpened(bench.now, 1);
    bench.engine.handlePhase(1, "websocket");
    bench.pump();
    expect(bench.sent()).toEqual([]);
    bench.openTransport().receive(connack());
    bench.told();
    bench.engine.handleBytes(bench.now, 1, disconnect(0x8b));
    bench.engine.handleWritten(bench.now, 1, false);
    bench.engine.handleWritten(bench.now, 1, true);
    bench.engine.handleConnectReady(1, bench.connect, bench.server);
    bench.engine.handleTransportClosed(bench.now, 1, refused());
    bench.pump();
    expect([bench.engine.state, bench.told()]).toEqual(["connected", []]);
    bench.publish({ topic: "alive" });
    expect(bench.sent()).toEqual(["connect clean", "publish #1 q1 alive"]);
  });

  test("an answer that comes twice opens one transport", () => {
    const bench = new EngineBench();
    bench.opens = false;
    bench.start();
    bench.engine.handleConnectReady(1, bench.connect, bench.server);
    bench.pump();
    expect(bench.events.filter(({ type }) => type === "openRequested")).toHaveLength(1);
  });

  test("bytes that come before the transport says that it is open are no CONNACK", () => {
    const bench = new EngineBench();
    bench.opens = false;
    bench.start().receive(connack());
    expect(bench.engine.state).toBe("connecting");
  });

  test("an attempt may fail in every phase, with the phase in the error", () => {
    const bench = new EngineBench();
    bench.start().closeByServer();
    expect(bench.lastError).toMatchObject({ code: "CONNECTION_FAILED", phase: "connack" });
    bench.opens = false;
    bench.advance(1_000);
    bench.engine.handlePhase(2, "websocket");
    bench.closeByServer();
    expect(bench.lastError).toMatchObject({ code: "CONNECTION_FAILED", phase: "websocket" });
    bench.answersConnect = false;
    bench.advance(2_000).cut(new MqttError("CONNECTION_FAILED", "no token"));
    expect(bench.lastError?.message).toBe("no token");
  });
});

describe("reconnecting", () => {
  test("the first attempt comes at once, the waits double up to the longest", () => {
    const times = attemptTimes(new EngineBench({ maxReconnectDelayMs: 10_000 }), 45_000);
    expect(times).toEqual([0, 1_000, 3_000, 7_000, 15_000, 25_000, 35_000, 45_000]);
  });

  test("scenario 18: refused three times, then accepted", () => {
    const bench = new EngineBench();
    bench.opens = false;
    bench.start().cut(refused()).advance(1_000).cut(refused()).advance(2_000).cut(refused());
    bench.opens = true;
    bench.advance(4_000).receive(connack());
    const failure = ["attemptingConnect", "connectionFailure CONNECTION_FAILED"];
    expect(bench.told()).toEqual([...failure, ...failure, ...failure, "attemptingConnect", "connectionSuccess"]);
  });

  test("a connection that lasted begins the waits anew, a shorter one does not", () => {
    const bench = new EngineBench({ connectTimeoutMs: 1e9, connackTimeoutMs: 1e9 });
    const waitAfter = (durationMs: number): number => {
      bench.online().advance(durationMs).cut();
      return (bench.engine.pollTimeout() ?? NaN) - bench.now;
    };
    expect([29_999, 0, 29_999].map(waitAfter)).toEqual([1_000, 2_000, 4_000]);
    expect([30_000, 5_000, 30_000].map(waitAfter)).toEqual([1_000, 2_000, 1_000]);
  });

  test("the time before CONNACK does not count for that", () => {
    const bench = new EngineBench({ connectTimeoutMs: 1e9, connackTimeoutMs: 1e9 });
    bench.start().cut();
    bench.advance(1_000).advance(100_000).receive(connack()).advance(29_999).cut();
    expect((bench.engine.pollTimeout() ?? NaN) - bench.now).toBe(2_000);
  });

  test.each([0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c])(
    "after CONNACK %i the next attempt waits the longest delay, and cannot be hastened",
    (reasonCode) => {
      const bench = new EngineBench();
      bench.start().receive(connack({}, { reasonCode }));
      expect(bench.engine.pollTimeout()).toBe(120_000);
      expect(bench.lastError).toMatchObject({ retryable: false });
      bench.checkConnection();
      expect(bench.engine.pollTimeout()).toBe(120_000);
    },
  );

  test.each([0x80, 0x88, 0x89, 0x97, 0x9c, 0x9f])("after CONNACK %i it waits as after any failure", (reasonCode) => {
    const bench = new EngineBench();
    bench.start().receive(connack({}, { reasonCode }));
    expect(bench.engine.pollTimeout()).toBe(1_000);
    expect(bench.lastError).toBeInstanceOf(ConnectRejectedError);
  });

  test("scenario 35: after DISCONNECT 0x8E there is no fight", () => {
    const bench = new EngineBench().online();
    bench.receive(disconnect(0x8e));
    expect(bench.engine.pollTimeout()).toBe(120_000);
    expect(bench.lastError).toBeInstanceOf(DisconnectedError);
    bench.checkConnection();
    expect(bench.engine.pollTimeout()).toBe(120_000);
    bench.online().advance(40_000).receive(disconnect(0x8b));
    expect((bench.engine.pollTimeout() ?? NaN) - bench.now).toBe(1_000);
  });

  test("scenario 36: a check brings the next attempt forward into [0, minReconnectDelayMs]", () => {
    const bench = new EngineBench({ random: () => 0.25 });
    bench.opens = false;
    bench.start();
    for (const wait of [1_000, 2_000, 4_000, 8_000]) {
      bench.cut(refused()).advance(wait);
    }
    bench.cut(refused()).advance(10).checkConnection();
    expect((bench.engine.pollTimeout() ?? NaN) - bench.now).toBe(250);
  });

  test("a check does nothing while connecting, while stopped", () => {
    const bench = new EngineBench().checkConnection();
    expect(bench.engine.pollTimeout()).toBeUndefined();
    bench.start().checkConnection();
    expect([bench.attempt, bench.sent()]).toEqual([1, ["connect clean"]]);
  });

  test("a start after a stop begins the waits anew", () => {
    const bench = new EngineBench();
    bench.opens = false;
    bench.start().cut(refused()).advance(1_000).cut(refused()).stop().start().cut(refused());
    expect((bench.engine.pollTimeout() ?? NaN) - bench.now).toBe(1_000);
  });
});

describe("the end of a connection", () => {
  test("a DISCONNECT of the server is told with its packet, and the transport closed", () => {
    const bench = new EngineBench().online();
    bench.closes = false;
    bench.receive(disconnect(0x8b));
    expect(bench.engine.state).toBe("closing");
    bench.cut();
    const event = bench.events.find(({ type }) => type === "disconnection");
    expect(event).toMatchObject({ error: { source: "server" }, disconnect: { reasonCode: 0x8b } });
  });

  test.each([
    ["a packet before CONNACK", ["d0 00"], "connack", true],
    ["a DISCONNECT in place of CONNACK", [disconnect(0x87)], "connack", false],
    ["a malformed packet", [connack(), "00 00"], "connected", true],
  ])("%s: the error says how far the connection had come, and whether haste can help", (...row) => {
    const [, bytes, phase, retryable] = row;
    const bench = new EngineBench().start();
    bytes.forEach((each) => bench.receive(each));
    expect(bench.lastError).toMatchObject({ phase, retryable });
  });

  test("the error of a stop during an attempt says how far that had come", () => {
    const bench = new EngineBench();
    bench.opens = false;
    bench.start();
    bench.engine.handlePhase(bench.attempt, "tcp");
    expect(bench.stop().lastError).toMatchObject({ source: "user", phase: "tcp" });
  });

  test("MQTT-3.14.4-1: nothing after a DISCONNECT of the server counts, or is sent", () => {
    const bench = new EngineBench().online();
    bench.closes = false;
    bench.sent();
    bench.receive(publish({ qos: 1, packetId: 1 }), pubrel(9), disconnect(), publish({ topic: "late" }));
    bench.receive(publish({ topic: "later" }));
    bench.acknowledge(bench.lastDelivery);
    bench.publish({ qos: 1 });
    bench.advance(500);
    expect(bench.topics).toEqual(["t"]);
    expect(bench.sent()).toEqual([]);
  });

  test("MQTT-4.13.2-1: a transport that does not close in time is cut off", () => {
    const bench = new EngineBench().online();
    bench.closes = false;
    bench.receive(disconnect(0x80)).advance(999);
    expect(bench.engine.state).toBe("closing");
    bench.advance(1);
    expect(bench.events).toContainEqual({ type: "closeRequested", attempt: 1, isImmediate: true });
    expect(bench.told().at(-1)).toBe("disconnection DISCONNECTED");
  });

  test("a second error of the same connection does not replace the first", () => {
    const bench = new EngineBench().online();
    bench.closes = false;
    bench.receive(disconnect(0x8b)).cut(refused());
    expect(bench.lastError).toBeInstanceOf(DisconnectedError);
  });

  test("a broken connection is told with the transport's error", () => {
    const bench = new EngineBench().online();
    const error = refused();
    bench.cut(error);
    expect(bench.lastError).toBe(error);
  });
});

describe("keep-alive", () => {
  const idle = (keepAlive: number, connackProperties = {}): EngineBench =>
    new EngineBench({ connect: { keepAlive } }).online(connack(connackProperties));

  test("MQTT-3.1.2-20: an idle connection pings in time, again and again", () => {
    const bench = idle(10);
    bench.advance(8_999);
    expect(bench.sent()).toEqual(["connect clean"]);
    bench.advance(1).receive(pingresp).advance(9_000).receive(pingresp);
    expect(bench.sent()).toEqual(["pingreq", "pingreq"]);
    expect(bench.wire.slice(1).map(({ at }) => at)).toEqual([9_000, 18_000]);
  });

  test("scenario 30: PINGREQ is on time in an inbound flood with nothing sent", () => {
    const bench = idle(10);
    for (let second = 0; second < 60; second += 1) {
      bench.advance(1_000).receive(publish(), bench.sent().includes("pingreq") ? pingresp : "");
    }
    expect(bench.engine.state).toBe("connected");
    expect(bench.wire.filter(({ text }) => text === "pingreq").map(({ at }) => at)).toEqual([
      9_000, 18_000, 27_000, 36_000, 45_000, 54_000,
    ]);
  });

  test("scenario 30: steady sends to a dead peer do not put the PINGREQ off, and it is found", () => {
    const bench = idle(10);
    for (let second = 0; second < 13; second += 1) {
      bench.advance(1_000).publish({ qos: 0 });
    }
    expect(bench.engine.state).toBe("connected");
    bench.advance(1_000);
    expect(bench.lastError).toMatchObject({ code: "PING_TIMEOUT", phase: "connected" });
    expect(bench.wire.filter(({ text }) => text === "pingreq").map(({ at }) => at)).toEqual([9_000]);
  });

  test("MQTT-3.12.4-1: without PINGRESP the connection is aborted, without DISCONNECT", () => {
    const bench = idle(10).advance(14_000);
    expect(bench.told()).toEqual(["attemptingConnect", "connectionSuccess", "disconnection PING_TIMEOUT"]);
    expect(bench.events).toContainEqual({ type: "closeRequested", attempt: 1, isImmediate: true });
    expect(bench.sent()).toEqual(["connect clean", "pingreq"]);
  });

  test("MQTT-3.1.2-21, MQTT-3.2.2-21: scenario 32, the server's shorter keep-alive is obeyed", () => {
    expect(idle(60, { serverKeepAlive: 5 }).advance(4_500).sent()).toContain("pingreq");
  });

  test("MQTT-3.1.2-21: so is a longer one, one where we asked for none, and none where we asked for one", () => {
    expect(idle(5, { serverKeepAlive: 60 }).advance(53_999).sent()).not.toContain("pingreq");
    expect(idle(0, { serverKeepAlive: 5 }).advance(4_500).sent()).toContain("pingreq");
    expect(idle(5, { serverKeepAlive: 0 }).advance(1e6).sent()).toEqual(["connect clean"]);
  });

  test("the server's keep-alive does not leak into the next CONNECT", () => {
    const bench = idle(60, { serverKeepAlive: 5 });
    bench.cut().online();
    expect(bench.sentPackets().at(-1)?.packet).toMatchObject({ cmd: "connect", keepalive: 60 });
    expect(bench.advance(6_000).engine.state).toBe("connected");
  });

  test("no PINGREQ before CONNACK", () => {
    const bench = new EngineBench({ connect: { keepAlive: 1 } }).start().advance(19_000);
    expect(bench.sent()).toEqual(["connect clean"]);
  });

  test("scenario 29: pings go on while the application has not answered a message", () => {
    const bench = idle(10).receive(publish({ qos: 1, packetId: 1 }));
    for (let count = 0; count < 4; count += 1) {
      bench.advance(9_000).receive(pingresp);
    }
    expect(bench.engine.state).toBe("connected");
    expect(bench.acknowledge(bench.lastDelivery)).toBe(true);
    expect(bench.sent().at(-1)).toBe("puback #1");
  });

  test("scenario 31: a timer that fires 60 s late with the answer waiting is no timeout", () => {
    const bench = idle(10).advance(9_000);
    bench.leap(65_000).wake();
    expect(bench.engine.state).toBe("connected");
    bench.receive(pingresp).advance(4_999);
    expect(bench.engine.state).toBe("connected");
  });

  test("scenario 31: nor is one that fires 60 s late before the PINGREQ went out", () => {
    const bench = idle(10);
    bench.leap(70_000).wake();
    expect(bench.sent().at(-1)).toBe("pingreq");
    bench.advance(100).receive(pingresp).advance(5_000);
    expect(bench.engine.state).toBe("connected");
  });

  test("a long message that arrives slowly before the PINGRESP is no timeout", () => {
    const bench = idle(10).advance(9_000);
    const bytes = publish({ payload: "x".repeat(40_000) });
    for (let second = 0; second < 60; second += 1) {
      bench.advance(1_000).receive(bytes.slice(second * 600, (second + 1) * 600));
    }
    expect(bench.engine.state).toBe("connected");
    bench.receive(bytes.slice(36_000), pingresp).advance(4_999);
    expect([bench.engine.state, bench.topics]).toEqual(["connected", ["t"]]);
  });

  test("a peer that stops reading and is silent is found", () => {
    const bench = idle(10).stopReading();
    bench.publish({ qos: 0 });
    bench.advance(14_999);
    expect(bench.engine.state).toBe("connected");
    bench.advance(1);
    expect(bench.lastError).toMatchObject({ code: "PING_TIMEOUT" });
  });

  test("a PINGREQ that was held back by a full transport goes as soon as there is room", () => {
    const bench = idle(10).stopReading();
    bench.publish({ qos: 0 });
    bench.advance(10_000).pump().advance(2_000);
    expect(bench.sent()).not.toContain("pingreq");
    bench.resumeReading();
    expect(bench.sent()).toEqual(["pingreq"]);
    expect(bench.advance(4_999).engine.state).toBe("connected");
    expect(bench.advance(1).engine.state).toBe("waitingToReconnect");
  });

  test("checkConnection pings at once, with keep-alive 0 bounded by pingTimeoutMs", () => {
    const bench = idle(0).advance(1_000).checkConnection();
    expect(bench.sent()).toEqual(["connect clean", "pingreq"]);
    bench.checkConnection();
    expect(bench.sent()).toEqual([]);
    bench.advance(29_999);
    expect(bench.engine.state).toBe("connected");
    bench.advance(1);
    expect(bench.lastError).toMatchObject({ code: "PING_TIMEOUT" });
  });

  test("an unasked PINGRESP is ignored", () => {
    const bench = idle(10).receive(pingresp, pingresp);
    expect(bench.engine.state).toBe("connected");
    expect(bench.advance(9_000).sent()).toContain("pingreq");
  });
});

describe("sessions", () => {
  const kinds = (bench: EngineBench): string[] => bench.sent().filter((text) => text.startsWith("connect"));

  test("MQTT-3.1.2-4: clean asks for a new session at every connection", () => {
    const bench = new EngineBench({ sessionBehavior: "clean" }).online().cut().online();
    expect(kinds(bench)).toEqual(["connect clean", "connect clean"]);
  });

  test("rejoinPostSuccess asks for the session once a connection has succeeded since start", () => {
    const bench = rejoiningBench().start().cut();
    bench.online().cut().online(connackResumed()).stop();
    bench.online();
    expect(kinds(bench)).toEqual(["connect clean", "connect clean", "connect resume", "connect clean"]);
  });

  test("rejoinAlways asks for the session from the first connection on, and adopts one with a warning", () => {
    const bench = new EngineBench({ sessionBehavior: "rejoinAlways" }).online(connackResumed());
    expect(kinds(bench)).toEqual(["connect resume"]);
    expect(bench.events).toContainEqual(expect.objectContaining({ type: "warning", code: "SESSION_ADOPTED" }));
    bench.cut().online(connackResumed());
    expect(bench.events.filter(({ type }) => type === "warning")).toHaveLength(1);
  });

  test("a rejoin mode with a session that ends with its connection is one warning, and asks for the session", () => {
    const bench = rejoiningBench({ connect: { sessionExpiryInterval: 0 } })
      .online()
      .cut()
      .online();
    expect(kinds(bench)).toEqual(["connect clean", "connect resume"]);
    const warnings = bench.events.flatMap((event) => (event.type === "warning" ? [event.code] : []));
    expect(warnings).toEqual(["SESSION_EXPIRY_ZERO"]);
  });

  test("MQTT-3.1.2-23: after a CONNACK with a session expiry interval of 0, too, it asks for the session", () => {
    const bench = rejoiningBench()
      .online(connack({ sessionExpiryInterval: 0 }))
      .cut()
      .online();
    expect(kinds(bench)).toEqual(["connect clean", "connect resume"]);
  });

  test("MQTT-3.2.2-4: Session Present after a Clean Start closes the connection", () => {
    const bench = new EngineBench().start();
    const id = bench.publish();
    bench.receive(connackResumed());
    expect(bench.told()).toEqual(["attemptingConnect", "connectionFailure PROTOCOL_VIOLATION"]);
    expect([bench.sent(), bench.outcome(id)]).toEqual([["connect clean", "disconnect 0x82"], "pending"]);
  });

  test("MQTT-3.2.2-16: an assigned client id is used again", () => {
    const bench = rejoiningBench();
    bench.connect = { keepAlive: 0, sessionExpiryInterval: 60 };
    bench
      .online(connack({ assignedClientIdentifier: "given" }))
      .cut()
      .online(connackResumed())
      .cut();
    bench.connect = { keepAlive: 0, sessionExpiryInterval: 60, clientId: "" };
    bench.online(connackResumed());
    const ids = bench.sentPackets().flatMap(({ packet }) => (packet.cmd === "connect" ? [packet.clientId] : []));
    expect(ids).toEqual(["", "given", "given"]);
  });

  test("MQTT-3.2.2-16: one that is assigned though we have our own costs us no session", () => {
    const bench = rejoiningBench().online(connack({ assignedClientIdentifier: "given" }));
    const id = bench.publish({ qos: 2 });
    bench.cut().online(connackResumed({ assignedClientIdentifier: "given" }));
    expect([bench.sent().slice(1), bench.outcome(id)]).toEqual([
      ["publish #1 q2 t", "connect resume", "publish #1 q2 dup t"],
      "pending",
    ]);
  });

  test("the negotiated settings are told with the success", () => {
    const bench = new EngineBench({ connect: { clientId: "" } });
    bench.online(connack({ receiveMaximum: 7, assignedClientIdentifier: "given" }));
    expect(bench.events.find(({ type }) => type === "connectionSuccess")).toMatchObject({
      connack: { reasonCode: 0, receiveMaximum: 7 },
      negotiatedSettings: { receiveMaximumFromServer: 7, clientId: "given", rejoinedSession: false },
    });
  });
});

describe("stopping", () => {
  test("scenario 17: a client that was never started is stopped already", () => {
    const bench = new EngineBench().stop();
    expect([bench.told(), bench.engine.state]).toEqual([[], "stopped"]);
  });

  test("scenario 15: stop on a client that was never started settles what was submitted", () => {
    const bench = new EngineBench();
    const ids = [bench.publish({ qos: 1 }), bench.publish({ qos: 2 }), bench.subscribe("f")];
    bench.stop();
    expect(bench.outcomes(ids)).toEqual(["DISCONNECTED notSent", "DISCONNECTED notSent", "DISCONNECTED"]);
    expect(bench.engine.pollTimeout()).toBeUndefined();
  });

  test("so does stop on a client that is stopped again", () => {
    const bench = new EngineBench().online().stop();
    const id = bench.publish({ qos: 1 }, { timeoutMs: 1e6 });
    bench.stop();
    expect(bench.outcome(id)).toBe("DISCONNECTED notSent");
    bench.start().receive(connack());
    expect(bench.sent()).toEqual(["connect clean", "disconnect", "connect clean"]);
  });

  test("MQTT-3.14.4-1, MQTT-3.14.4-2: DISCONNECT is the last packet, and then the connection is closed", () => {
    const bench = new EngineBench().online();
    bench.closes = false;
    const id = bench.publish({ qos: 0 });
    bench.flushes = false;
    const queued = bench.publish({ qos: 0 });
    bench.flushes = true;
    bench.stop({ disconnect: { reasonCode: 4 } });
    expect(bench.sent()).toEqual(["connect clean", "publish q0 t", "publish q0 t", "disconnect 0x4"]);
    expect(bench.events.at(-1)).toEqual({ type: "closeRequested", attempt: 1, isImmediate: false });
    bench.cut();
    expect(bench.outcomes([id, queued])).toEqual(["done", "done"]);
    expect(bench.told().slice(2)).toEqual(["disconnection DISCONNECTED", "stopped"]);
    expect(bench.lastError).toMatchObject({ source: "user" });
  });

  test("MQTT-3.14.4-1: what is asked for in the turn of the stop does not follow DISCONNECT", () => {
    const bench = new EngineBench().online().receive(publish({ qos: 1, packetId: 1 }));
    bench.flushes = false;
    bench.stop();
    bench.acknowledge(bench.lastDelivery);
    bench.publishAll(0, "late");
    bench.subscribe("late");
    bench.checkConnection().flush();
    expect(bench.sent()).toEqual(["connect clean", "disconnect"]);
  });

  test("MQTT-3.14.4-1: nor does a PINGREQ that is due at that moment", () => {
    const bench = new EngineBench({ connect: { keepAlive: 10 } }).online().leap(9_000);
    expect(bench.stop().sent()).toEqual(["connect clean", "disconnect"]);
  });

  test.each([
    ["prepare", (bench: EngineBench) => ((bench.answersConnect = false), bench.start())],
    ["opening", (bench: EngineBench) => ((bench.opens = false), bench.start())],
    ["awaiting CONNACK", (bench: EngineBench) => bench.start()],
  ])("scenario 16: while %s it ends at once, in a connectionFailure", (_, begin) => {
    const bench = new EngineBench();
    bench.closes = false;
    begin(bench);
    const id = bench.publish();
    bench.stop();
    expect(bench.told()).toEqual(["attemptingConnect", "connectionFailure DISCONNECTED", "stopped"]);
    expect(bench.outcome(id)).toBe("DISCONNECTED notSent");
    expect(bench.engine.pollTimeout()).toBeUndefined();
  });

  test("while waiting to reconnect it ends at once", () => {
    const bench = new EngineBench().online().cut().stop();
    expect(bench.told().slice(2)).toEqual(["disconnection CONNECTION_FAILED", "stopped"]);
    expect(bench.engine.pollTimeout()).toBeUndefined();
  });

  test("scenario 16: with a peer that stopped reading it ends at the deadline", () => {
    const bench = new EngineBench().online().stopReading();
    const ids = [bench.publish({ qos: 0 }), bench.publish({ qos: 1 }), bench.subscribe("f")];
    bench.stop({ timeoutMs: 3_000 }).advance(2_999);
    expect(bench.engine.state).toBe("disconnecting");
    bench.advance(1);
    expect(bench.told().slice(2)).toEqual(["disconnection DISCONNECTED", "stopped"]);
    expect(bench.outcomes(ids)).toEqual(["DISCONNECTED unknown", "DISCONNECTED notSent", "DISCONNECTED"]);
  });

  test("scenario 16: with a transport that never closes it ends within the deadline", () => {
    const bench = new EngineBench().online();
    bench.closes = false;
    bench.stop({ timeoutMs: 500 }).advance(500);
    expect(bench.told().slice(2)).toEqual(["disconnection DISCONNECTED", "stopped"]);
  });

  test("a later stop may only hasten", () => {
    const bench = new EngineBench().online().stopReading();
    bench.publish({ qos: 0 });
    bench.stop({ timeoutMs: 5_000 }).advance(1_000).stop({ timeoutMs: 1_000 }).stop({ timeoutMs: 60_000 });
    expect(bench.engine.pollTimeout()).toBe(2_000);
    bench.advance(1_000);
    expect(bench.told().at(-1)).toBe("stopped");
  });

  test("a stop during the close that follows a server's DISCONNECT ends in stopped, with the server's error", () => {
    const bench = new EngineBench().online();
    bench.closes = false;
    bench.receive(disconnect(0x8b)).stop().cut();
    expect(bench.told().slice(2)).toEqual(["disconnection DISCONNECTED", "stopped"]);
    expect(bench.lastError).toMatchObject({ source: "server" });
  });

  test("a stop while our DISCONNECT for a broken rule waits shares its end", () => {
    const bench = new EngineBench().online().stopReading();
    bench.publish({ qos: 0 });
    bench.receive("00 00").stop({ timeoutMs: 400 });
    expect(bench.engine.state).toBe("disconnecting");
    bench.advance(400);
    expect(bench.told().slice(2)).toEqual(["disconnection MALFORMED_PACKET", "stopped"]);
  });

  test("scenario 25: stopped comes last, whatever the end was", () => {
    for (const state of ["connecting", "connected", "waiting"]) {
      const bench = new EngineBench();
      if (state === "connecting") {
        bench.start();
      } else {
        bench.online();
      }
      if (state === "waiting") {
        bench.cut();
      }
      bench.publish();
      bench.stop();
      expect(bench.events.at(-1)?.type).toBe("stopped");
    }
  });

  test("a start while stopping takes effect after it, and a further stop takes it back", () => {
    const bench = new EngineBench().online();
    bench.closes = false;
    bench.stop().start();
    expect(bench.attempt).toBe(1);
    bench.cut();
    expect(bench.told().slice(2)).toEqual(["disconnection DISCONNECTED", "stopped", "attemptingConnect"]);
    bench.receive(connack()).stop().start().stop().cut();
    expect(bench.told()).toEqual(["connectionSuccess", "disconnection DISCONNECTED", "stopped"]);
    expect(bench.engine.state).toBe("stopped");
  });

  test("scenario 6: stop, then start: everything is settled, and under rejoinAlways the session goes on", () => {
    const bench = new EngineBench({ sessionBehavior: "rejoinAlways" }).online();
    const ids = [bench.publish({ topic: "one" }), bench.publish({ topic: "two", qos: 2 })];
    bench.stop();
    expect(bench.outcomes(ids)).toEqual(["DISCONNECTED kept", "DISCONNECTED kept"]);
    bench.sent();
    bench.online(connackResumed()).receive(puback(1));
    expect(bench.sent()).toEqual(["connect resume", "publish #1 q1 dup one", "publish #2 q2 dup two"]);
    bench.publish({ topic: "three" });
    expect(bench.sent()).toEqual(["publish #3 q1 three"]);
  });

  test("under the other modes the next start is clean, and what was in flight is as after a lost session", () => {
    const bench = rejoiningBench().online();
    const ids = [bench.publish({ topic: "one" }), bench.publish({ topic: "two", qos: 2 })];
    bench.stop();
    expect(bench.outcomes(ids)).toEqual(["DISCONNECTED kept", "DISCONNECTED unknown"]);
    bench.sent();
    bench.online();
    expect(bench.sent()).toEqual(["connect clean", "publish #3 q1 one"]);
  });

  test("a DISCONNECT with session expiry 0 discards the session", () => {
    const bench = new EngineBench({ sessionBehavior: "rejoinAlways" }).online();
    const ids = [bench.publish({ topic: "one" }), bench.publish({ topic: "two", qos: 2 })];
    bench.stop({ disconnect: { sessionExpiryInterval: 0 } });
    expect(bench.outcomes(ids)).toEqual(["DISCONNECTED unknown", "DISCONNECTED unknown"]);
    bench.sent();
    bench.online();
    expect(bench.sent()).toEqual(["connect clean"]);
  });

  test("MQTT-3.1.2-23: a DISCONNECT with another expiry keeps it", () => {
    const bench = new EngineBench({ sessionBehavior: "rejoinAlways" }).online();
    bench.publish();
    bench.stop({ disconnect: { sessionExpiryInterval: 60 } });
    bench.sent();
    bench.online(connackResumed());
    expect(bench.sent()).toEqual(["connect resume", "publish #1 q1 dup t"]);
  });
});

describe("a stop comes after the events before it", () => {
  /** Polls the events one by one, and publishes at the first of this type, as a listener may. */
  function publishAt(bench: EngineBench, type: EngineEvent["type"], topic: string): { readonly id: number } {
    const order: string[] = [];
    let id = 0;
    const poll = bench.engine.pollEvent.bind(bench.engine);
    jest.spyOn(bench.engine, "pollEvent").mockImplementation(() => {
      const event = poll();
      if (event) {
        order.push(event.type);
      }
      if (event?.type === type && id === 0) {
        const packet = { type: "publish", topic, payload: "", qos: 1, retain: false, dup: false } as const;
        id = bench.engine.publish(bench.now, packet, { timeoutMs: Infinity, isCancellable: true });
      }
      return event;
    });
    return {
      get id() {
        expect(order.at(-1)).toBe("stopped");
        return id;
      },
    };
  }

  test("what a listener of `disconnection` publishes ends with the stop", () => {
    const bench = new EngineBench().online();
    const published = publishAt(bench, "disconnection", "late");
    bench.stop();
    expect(bench.outcome(published.id)).toBe("DISCONNECTED notSent");
    expect(bench.engine.statistics().incompleteOperationCount).toBe(0);
  });

  test("what a listener of `connectionFailure` publishes ends with the stop", () => {
    const bench = new EngineBench().start();
    const published = publishAt(bench, "connectionFailure", "late");
    bench.stop();
    expect(bench.outcome(published.id)).toBe("DISCONNECTED notSent");
  });

  test("what is published between the call of stop and `stopped` ends with the stop", () => {
    const bench = new EngineBench().start();
    bench.cut();
    expect(bench.engine.state).toBe("waitingToReconnect");
    bench.engine.stop(bench.now, {
      timeoutMs: 1,
      drain: false,
      disconnect: { type: "disconnect", reasonCode: 0 },
    });
    const id = bench.publish();
    expect(bench.outcome(id)).toBe("DISCONNECTED notSent");
  });

  test("a start in such a listener takes effect after `stopped`", () => {
    const bench = new EngineBench().online();
    const poll = bench.engine.pollEvent.bind(bench.engine);
    jest.spyOn(bench.engine, "pollEvent").mockImplementation(() => {
      const event = poll();
      if (event?.type === "disconnection") {
        bench.engine.start(bench.now);
      }
      return event;
    });
    bench.told();
    bench.stop();
    expect(bench.told()).toEqual(["disconnection DISCONNECTED", "stopped", "attemptingConnect"]);
  });
});
