import { describe, expect, test } from "@jest/globals";
import type { AuthenticationAnswer, AuthenticationStep } from "../../src/protocol/connection/authentication-step.js";
import { EngineBench, utf8 } from "../support/engine-bench.js";
import { auth, connack, disconnect, publish } from "../support/server-bytes.js";

const accepted = connack({ authenticationMethod: "m" });
const again = 0x18;

/** The authentication data of every AUTH that was written, with its reason code. */
function written(bench: EngineBench): string[] {
  return bench.sentPackets().map(({ packet, text }) => {
    if (packet.cmd !== "auth") {
      return text;
    }
    const { authenticationMethod = "", authenticationData } = packet.properties ?? {};
    return `auth 0x${packet.reasonCode.toString(16)} ${authenticationMethod} ${String(authenticationData)}`;
  });
}

function dataOf(step: AuthenticationStep): string {
  return step.kind === "start" ? "" : new TextDecoder().decode(step.packet.authenticationData);
}

/** Answers each step with its kind and the data it was shown. */
const echo = (step: AuthenticationStep): AuthenticationAnswer => ({
  fields: { authenticationData: utf8(`${step.kind}(${dataOf(step)})`) },
});

function authenticatingBench(options: ConstructorParameters<typeof EngineBench>[0] = {}): EngineBench {
  const connect = { authenticationMethod: "m", ...options.connect };
  const bench = new EngineBench({ ...options, connect });
  bench.authenticate = echo;
  return bench;
}

/** A bench in the midst of a re-authentication: AUTH 0x19 is written. */
function reauthenticatingBench(): { readonly bench: EngineBench; readonly id: number } {
  const bench = authenticatingBench().online(accepted);
  const id = bench.reauthenticate();
  bench.sent();
  return { bench, id };
}

describe("the exchange of the handshake", () => {
  test("MQTT-4.12.0-3: each AUTH of the server's is answered with AUTH 0x18, over one round and three", () => {
    for (const rounds of [["one"], ["one", "two", "three"]]) {
      const bench = authenticatingBench().start();
      for (const round of rounds) {
        bench.receive(auth(again, { data: round }));
      }
      expect(bench.receive(accepted).engine.state).toBe("connected");
      expect(written(bench)).toEqual(["connect clean", ...rounds.map((round) => `auth 0x18 m respond(${round})`)]);
      expect(bench.questions.at(-1)?.step).toMatchObject({ kind: "verify", packet: { type: "connack" } });
      expect(bench.told()).toEqual(["attemptingConnect", "connectionSuccess"]);
    }
  });

  test("MQTT-3.1.2-30, MQTT-3.1.0-2: nothing but AUTH is sent between CONNECT and CONNACK", () => {
    const bench = authenticatingBench({ connect: { keepAlive: 10 } }).start();
    bench.publishAll(0, "a");
    bench.publishAll(1, "b");
    bench.subscribe("c");
    bench.advance(9_000).checkConnection();
    bench.receive(auth(again)).advance(9_000);
    expect(bench.sent()).toEqual(["connect clean", "auth"]);
    expect(bench.receive(accepted).sent()).toEqual(["publish #1 q1 b", "subscribe #2 c"]);
  });

  test.each([
    ["MQTT-4.12.0-5: AUTH with another method", auth(again, { method: "n" })],
    ["3.15.2.2.2: AUTH without a method", "f0 02 18 00"],
    ["MQTT-4.12.0-2: AUTH with success", auth(0)],
    ["MQTT-4.12.0-2: AUTH with success in the short form", "f0 00"],
    ["MQTT-3.15.2-1: AUTH that asks to authenticate again", auth(0x19)],
    ["MQTT-4.12.0-5: CONNACK with another method", connack({ authenticationMethod: "n" })],
    ["MQTT-4.12.0-5: CONNACK without a method", connack()],
    ["3.2.2.3.18: CONNACK with data and no method", "20 07 00 00 04 16 00 01 78"],
  ])("%s is an error of the protocol, and ends the attempt", (title, bytes) => {
    const bench = authenticatingBench().start().receive(bytes);
    const [statement] = title.split(":");
    expect(bench.lastError).toMatchObject({ code: "PROTOCOL_VIOLATION", reasonCode: 0x82, statement });
    expect(bench.sent()).toEqual(["connect clean", "disconnect 0x82"]);
    expect(bench.questions).toEqual([]);
  });

  test("an AUTH before the last one is answered is an error of the protocol", () => {
    const bench = authenticatingBench().start();
    bench.authenticate = () => undefined;
    bench.receive(auth(again));
    bench.flushes = false;
    bench.receive(auth(again)).answerAuthentication({ fields: {} });
    bench.flush();
    expect(bench.lastError).toMatchObject({ code: "PROTOCOL_VIOLATION", reasonCode: 0x82 });
    expect([bench.sent(), bench.questions.length]).toEqual([["connect clean", "disconnect 0x82"], 1]);
  });

  test("MQTT-3.1.2-29: reason strings and user properties in AUTH are refused where they were declined", () => {
    for (const requestProblemInformation of [true, false]) {
      const bench = authenticatingBench({ connect: { requestProblemInformation } }).start();
      bench.receive(auth(again, { reasonString: "why" }));
      expect(bench.lastError?.code).toBe(requestProblemInformation ? undefined : "PROTOCOL_VIOLATION");
    }
  });

  test("a refusal in CONNACK needs no method, and is told as one", () => {
    const bench = authenticatingBench().start().receive(auth(again));
    bench.receive(connack({}, { reasonCode: 0x8c }));
    expect(bench.lastError).toMatchObject({ code: "CONNECT_REJECTED", retryable: false });
    expect(bench.questions.map(({ step }) => step.kind)).toEqual(["respond"]);
  });
});

describe("the application in the handshake", () => {
  const silent = (): EngineBench => {
    const bench = authenticatingBench().start();
    bench.authenticate = () => undefined;
    return bench;
  };

  test("may answer later, on whatever attempt is then under way only", () => {
    const bench = silent().receive(auth(again, { data: "x" }));
    const late = bench.questions.at(-1);
    bench.cut().advance(1_000);
    bench.sent();
    bench.receive(auth(again)).answerAuthentication({ fields: {} }, late);
    expect(bench.sent()).toEqual([]);
    bench.answerAuthentication({ fields: {} }).answerAuthentication({ fields: {} });
    expect(bench.sent()).toEqual(["auth"]);
  });

  test.each([
    ["respond" as const, auth(again)],
    ["verify" as const, accepted],
  ])("that fails to %s ends the attempt, and says in which phase", (kind, bytes) => {
    const cause = new Error("no such key");
    const bench = silent().receive(bytes).answerAuthentication({ error: cause });
    const message = `authentication.${kind} failed: no such key`;
    expect(bench.lastError).toMatchObject({ code: "AUTHENTICATION_FAILED", phase: "connack", message, cause });
    expect(bench.told()).toEqual(["attemptingConnect", "connectionFailure AUTHENTICATION_FAILED"]);
    expect(bench.sent()).toEqual(["connect clean", "disconnect 0x83"]);
    bench.answerAuthentication({ fields: {} });
    expect(bench.engine.state).toBe("waitingToReconnect");
  });

  test("holds back what follows CONNACK until it is verified, byte for byte", () => {
    const bench = silent().receive(accepted, publish({ topic: "a" }), publish({ topic: "b" }).subarray(0, 3));
    bench.receive(publish({ topic: "b" }).subarray(3), publish({ topic: "c" }));
    expect([bench.topics, bench.engine.state]).toEqual([[], "awaitingConnack"]);
    bench.answerAuthentication({ fields: {} });
    expect([bench.topics, bench.engine.state]).toEqual([["a", "b", "c"], "connected"]);
  });

  test("and what follows CONNACK may also be an error of the protocol", () => {
    const bench = silent().receive(accepted, "f0 00").answerAuthentication({ fields: {} });
    expect(bench.told()).toEqual(["attemptingConnect", "connectionSuccess", "disconnection PROTOCOL_VIOLATION"]);
    expect(bench.sent()).toEqual(["connect clean", "disconnect 0x82"]);
  });

  test("that verifies nothing while 16 MiB arrive ends the attempt", () => {
    const bench = silent().receive(accepted);
    const mebibyte = new Uint8Array(1_048_576);
    for (let count = 0; count < 15; count += 1) {
      bench.receive(mebibyte);
    }
    expect(bench.lastError).toBeUndefined();
    bench.closes = false;
    bench.receive(mebibyte).answerAuthentication({ fields: {} });
    expect(bench.engine.state).toBe("closing");
    bench.cut();
    expect(bench.lastError).toMatchObject({ code: "AUTHENTICATION_FAILED", phase: "connack" });
  });

  test("is given connackTimeoutMs for each step, counted from what the server sent last", () => {
    for (const [bytes, kind] of [
      [auth(again), "respond"],
      [accepted, "verify"],
    ] as const) {
      const bench = authenticatingBench({ connectTimeoutMs: 600_000 }).start().advance(19_999);
      bench.authenticate = (step) => (step.kind === kind ? undefined : { fields: {} });
      bench.receive(bytes).advance(19_999);
      expect(bench.engine.state).toBe("awaitingConnack");
      bench.advance(1);
      const message = `no answer of authentication.${kind} within 20000 ms`;
      expect(bench.lastError).toMatchObject({ code: "CONNACK_TIMEOUT", phase: "connack", message });
      bench.answerAuthentication({ fields: {} });
      expect(bench.engine.state).toBe("waitingToReconnect");
    }
  });

  test("and the server as long from the last AUTH that it sent, within connectTimeoutMs as a whole", () => {
    const bench = authenticatingBench().start().advance(15_000).receive(auth(again)).advance(14_999);
    expect(bench.engine.state).toBe("awaitingConnack");
    expect(bench.advance(1).lastError).toMatchObject({ code: "CONNECT_TIMEOUT" });
  });

  test("does not hold up a stop", () => {
    const bench = silent().receive(auth(again)).stop();
    expect(bench.told()).toEqual(["attemptingConnect", "connectionFailure DISCONNECTED", "stopped"]);
    bench.answerAuthentication({ fields: {} });
    expect([bench.engine.state, bench.engine.pollTimeout()]).toEqual(["stopped", undefined]);
  });

  test("whose answer waits for room gives way to the CONNACK", () => {
    for (const isSuperseded of [false, true]) {
      const bench = authenticatingBench();
      bench.opens = false;
      bench.start().stopReading().openTransport().receive(auth(again));
      if (isSuperseded) {
        bench.authenticate = () => undefined;
        bench.receive(accepted);
      }
      expect(bench.resumeReading().sent()).toEqual(isSuperseded ? ["connect clean"] : ["connect clean", "auth"]);
    }
  });

  test("that answers what was asked before the CONNACK has not verified that", () => {
    const bench = silent().receive(auth(again)).receive(accepted);
    bench.answerAuthentication({ fields: {} }, bench.questions.at(-2));
    expect([bench.engine.state, bench.sent()]).toEqual(["awaitingConnack", ["connect clean"]]);
  });
});

describe("re-authentication", () => {
  test("MQTT-4.12.1-1: begins with AUTH 0x19 and the same method; messages go on meanwhile", () => {
    const bench = authenticatingBench().online(accepted);
    const id = bench.reauthenticate();
    bench.publishAll(0, "a");
    bench.receive(auth(again, { data: "x" }), publish({ topic: "b" }));
    expect(written(bench)).toEqual(["connect clean", "auth 0x19 m start()", "publish q0 a", "auth 0x18 m respond(x)"]);
    expect([bench.outcome(id), bench.topics]).toEqual(["pending", ["b"]]);
    bench.receive(auth(0, { data: "done", reasonString: "fine" }));
    expect(bench.settlement(id)).toMatchObject({ auth: { reasonCode: 0, reasonString: "fine" } });
    expect(bench.questions.at(-1)?.step).toMatchObject({ kind: "verify", packet: { type: "auth" } });
    expect(bench.reauthenticate()).toBeGreaterThan(id);
    expect(written(bench)).toEqual(["auth 0x19 m start()"]);
  });

  test("3.15.1: also ends with the short form of success, which has no place for the method", () => {
    const { bench, id } = reauthenticatingBench();
    expect(bench.receive("f0 00").outcome(id)).toBe("done");
  });

  test("MQTT-4.12.0-7: without a method in CONNECT there is none", () => {
    const bench = new EngineBench().online();
    bench.sent();
    expect(bench.errorOf(bench.reauthenticate())).toMatchObject({ code: "INVALID_ARGUMENT", field: "authentication" });
    expect(bench.sent()).toEqual([]);
  });

  test("MQTT-4.12.1-1: before CONNACK, and without a connection, there is none", () => {
    const bench = authenticatingBench();
    expect(bench.outcome(bench.reauthenticate())).toBe("OFFLINE");
    expect(bench.outcome(bench.start().reauthenticate())).toBe("OFFLINE");
    bench.authenticate = () => undefined;
    expect(bench.outcome(bench.receive(accepted).reauthenticate())).toBe("OFFLINE");
  });

  test("goes one at a time", () => {
    const { bench, id } = reauthenticatingBench();
    expect(bench.outcome(bench.reauthenticate())).toBe("AUTHENTICATION_FAILED");
    expect([bench.outcome(id), bench.sent()]).toEqual(["pending", []]);
  });

  test.each([
    ["4.12: AUTH outside an exchange", auth(again)],
    ["4.12: AUTH with success outside an exchange", auth(0)],
    ["4.12: AUTH with success, in the short form, outside an exchange", "f0 00"],
    ["MQTT-4.12.0-5: AUTH with another method", auth(again, { method: "n" })],
  ])("%s gets DISCONNECT 0x82", (_, bytes) => {
    const bench = authenticatingBench().online(accepted).receive(bytes);
    expect(bench.sent()).toEqual(["connect clean", "disconnect 0x82"]);
    expect(bench.told().at(-1)).toBe("disconnection PROTOCOL_VIOLATION");
  });

  test("4.12: AUTH before ours is written, and after the exchange, gets DISCONNECT 0x82", () => {
    const early = authenticatingBench().online(accepted);
    early.authenticate = () => undefined;
    const id = early.reauthenticate();
    expect(early.receive(auth(again)).sent()).toEqual(["connect clean", "disconnect 0x82"]);
    expect(early.errorOf(id)).toMatchObject({ code: "DISCONNECTED", source: "client" });
    const { bench } = reauthenticatingBench();
    expect(bench.receive(auth(0), auth(0)).sent()).toEqual(["disconnect 0x82"]);
  });

  test.each([0x87, 0x8c])("MQTT-4.12.1-2: fails with the code of DISCONNECT %i", (reasonCode) => {
    const { bench, id } = reauthenticatingBench();
    bench.receive(disconnect(reasonCode));
    expect(bench.errorOf(id)).toMatchObject({ code: "AUTHENTICATION_FAILED", reasonCode, retryable: false });
    expect(bench.lastError).toMatchObject({ code: "DISCONNECTED", source: "server", disconnect: { reasonCode } });
  });

  test("ends with its connection, whatever ends that", () => {
    const ends: readonly [(bench: EngineBench) => void, object][] = [
      [(bench) => bench.receive(disconnect(0x8b)), { source: "server", disconnect: { reasonCode: 0x8b } }],
      [(bench) => bench.cut(), { source: "client" }],
      [(bench) => bench.stop(), { source: "user" }],
    ];
    for (const [end, expected] of ends) {
      const { bench, id } = reauthenticatingBench();
      end(bench);
      expect(bench.errorOf(id)).toMatchObject({ code: "DISCONNECTED", ...expected });
    }
  });

  test.each(["start", "respond", "verify"] as const)(
    "MQTT-4.12.1-2: an application that fails to %s makes DISCONNECT 0x83 and the end of the connection",
    (kind) => {
      const bench = authenticatingBench().online(accepted);
      bench.authenticate = (step) => (step.kind === kind ? { error: new Error("no") } : { fields: {} });
      const id = bench.reauthenticate();
      if (kind !== "start") {
        bench.receive(auth(kind === "respond" ? again : 0));
      }
      expect(bench.sent().at(-1)).toBe("disconnect 0x83");
      const error = { code: "AUTHENTICATION_FAILED", phase: "connected", message: `authentication.${kind} failed: no` };
      expect(bench.errorOf(id)).toMatchObject(error);
      expect(bench.lastError).toMatchObject(error);
      expect(bench.engine.state).toBe("waitingToReconnect");
    },
  );
});

describe("the time of a re-authentication", () => {
  test("ackTimeoutMs without an answer of the server's ends the connection (MQTT-4.12.1-2)", () => {
    const { bench, id } = reauthenticatingBench();
    bench.advance(59_999).receive(auth(again)).advance(59_999);
    expect(bench.outcome(id)).toBe("pending");
    bench.advance(1);
    expect(bench.errorOf(id)).toMatchObject({ code: "OPERATION_TIMEOUT", stage: "sent" });
    expect(bench.sent()).toEqual(["auth", "disconnect 0x83"]);
    expect(bench.lastError).toMatchObject({ code: "AUTHENTICATION_FAILED", phase: "connected" });
  });

  test("ackTimeoutMs is counted from the AUTH, however late the application gave it", () => {
    const bench = authenticatingBench().online(accepted);
    bench.authenticate = () => undefined;
    const id = bench.reauthenticate();
    bench.advance(59_000).answerAuthentication({ fields: {} }).advance(59_999);
    expect(bench.outcome(id)).toBe("pending");
    expect(bench.advance(1).outcome(id)).toBe("OPERATION_TIMEOUT");
  });

  test("ackTimeoutMs without an answer of the application's ends the connection once AUTH was written", () => {
    for (const kind of ["respond", "verify"]) {
      const { bench, id } = reauthenticatingBench();
      bench.authenticate = () => undefined;
      bench.receive(auth(kind === "respond" ? again : 0)).advance(60_000);
      expect([bench.outcome(id), bench.sent()]).toEqual(["OPERATION_TIMEOUT", ["disconnect 0x83"]]);
      bench.answerAuthentication({ fields: {} });
      expect(bench.sent()).toEqual([]);
    }
  });

  test.each(["ackTimeoutMs", "timeoutMs", "abort"])("%s before AUTH was written withdraws it", (how) => {
    const bench = authenticatingBench().online(accepted);
    bench.sent();
    bench.authenticate = () => undefined;
    const id = bench.reauthenticate(how === "timeoutMs" ? 100 : Infinity);
    if (how === "abort") {
      bench.cancel(id);
      expect(bench.outcome(id)).toBe("pending");
    } else {
      bench.advance(how === "timeoutMs" ? 100 : 60_000);
      expect(bench.errorOf(id)).toMatchObject({ code: "OPERATION_TIMEOUT", stage: "queued" });
    }
    bench.answerAuthentication({ fields: {} });
    expect([bench.sent(), bench.engine.pollTimeout()]).toEqual([[], undefined]);
    bench.authenticate = echo;
    bench.reauthenticate();
    expect(bench.sent()).toEqual(["auth"]);
  });

  test.each(["timeoutMs", "abort"])("%s once AUTH was written ends the promise only", (how) => {
    const bench = authenticatingBench().online(accepted);
    const id = bench.reauthenticate(how === "timeoutMs" ? 100 : Infinity);
    bench.sent();
    if (how === "abort") {
      bench.cancel(id);
    }
    bench.advance(100);
    expect(bench.outcome(id)).toBe(how === "timeoutMs" ? "OPERATION_TIMEOUT" : "pending");
    expect(bench.outcome(bench.reauthenticate())).toBe("AUTHENTICATION_FAILED");
    bench.receive(auth(again)).receive(auth(0));
    expect([bench.sent(), bench.engine.state]).toEqual([["auth"], "connected"]);
    expect(bench.outcome(id)).toBe(how === "timeoutMs" ? "OPERATION_TIMEOUT" : "pending");
    expect(bench.engine.pollTimeout()).toBeUndefined();
    bench.reauthenticate();
    expect(bench.sent()).toEqual(["auth"]);
  });

  test("a deadline while the connection is being closed settles it, and asks for nothing more", () => {
    const bench = authenticatingBench({ ackTimeoutMs: 300 }).online(accepted);
    const id = bench.reauthenticate();
    bench.closes = false;
    bench.stop().advance(4_000);
    expect([bench.outcome(id), bench.sent()]).toEqual(["OPERATION_TIMEOUT", ["connect clean", "auth", "disconnect"]]);
    bench.advance(1_000);
    expect(bench.engine.state).toBe("stopped");
  });

  test("a stop that drains lets it finish", () => {
    const { bench, id } = reauthenticatingBench();
    bench.stop({ drain: true });
    expect(bench.sent()).toEqual([]);
    bench.receive(auth(0));
    expect([bench.outcome(id), bench.sent(), bench.engine.state]).toEqual(["done", ["disconnect"], "stopped"]);
  });
});
