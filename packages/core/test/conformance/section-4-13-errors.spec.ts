/**
 * What an application sees of a server that breaks the rules or ends the connection (section 4.13): one event that names
 * the cause, promises that all settle, and a client that goes on.
 */
import { describe, expect, test } from "@jest/globals";
import type { DisconnectionEvent } from "../../src/client/events/client-events.js";
import { connack, connackResumed, disconnect, publish } from "../support/server-bytes.js";
import { type ClientBench, makeBench, makeConnectedBench } from "../support/test-client.js";

/** What was told to the application, in words. */
function listen({ client }: ClientBench): { readonly told: string[]; readonly ends: DisconnectionEvent[] } {
  const told: string[] = [];
  const ends: DisconnectionEvent[] = [];
  client.on("messageReceived", ({ message }) => told.push(`message ${message.topic}`));
  client.on("connectionSuccess", () => told.push("connectionSuccess"));
  client.on("connectionFailure", ({ error }) => told.push(`connectionFailure ${error.code}`));
  client.on("disconnection", (event) => {
    ends.push(event);
    told.push(`disconnection ${event.error.code}`);
  });
  client.on("stopped", () => told.push("stopped"));
  client.on("handlerError", () => told.push("handlerError"));
  return { told, ends };
}

const hostile: readonly (readonly [what: string, bytes: string, code: number, statement: string])[] = [
  ["packet type 0", "00 00", 0x81, "2.1.2"],
  ["reserved flags", "41 02 00 01", 0x81, "MQTT-2.1.3-1"],
  ["an endless length", "30 ff ff ff ff 7f", 0x81, "1.5.5"],
  ["ill-formed text", "30 05 00 02 c0 80 00", 0x81, "MQTT-1.5.4-1"],
  ["a second CONNACK", "20 03 00 00 00", 0x82, "MQTT-3.2.0-2"],
  ["a SUBSCRIBE", "82 00", 0x82, "2.1.2"],
  ["a wildcard as a topic", "30 04 00 01 23 00", 0x82, "MQTT-3.3.2-2"],
  ["an unlisted code", "40 03 00 01 01", 0x82, "MQTT-3.4.2-1"],
  ["an answer of the wrong kind", "90 04 00 01 00 00", 0x82, "MQTT-3.8.4-2"],
  ["a PUBCOMP before its PUBREC", "70 02 00 03", 0x82, "MQTT-4.3.3-5"],
  ["an UNSUBACK for a SUBSCRIBE", "b0 04 00 02 00 00", 0x82, "MQTT-3.10.4-5"],
  ["too many codes", "90 05 00 02 00 00 00", 0x82, "MQTT-3.8.4-6"],
  ["an alias that is not allowed", "30 07 00 01 74 03 23 00 01", 0x94, "MQTT-3.1.2-27"],
];

describe("MQTT-4.13.1-1, R-4.13.1-disconnect: a server that breaks a rule", () => {
  test.each(hostile)("%s: one event with the cause, nothing after it, every promise settles", async (...row) => {
    const [, bytes, reasonCode, statement] = row;
    const bench = await makeConnectedBench({ sessionBehavior: "rejoinPostSuccess" });
    const { client, peer, clock, ledger } = bench;
    const { told, ends } = listen(bench);
    ledger.register("publish", client.publish({ topic: "t", qos: 1 }));
    ledger.register("subscribe", client.subscribe("f"));
    ledger.register("publish at QoS 2", client.publish({ topic: "t", qos: 2 }));
    await clock.settle();
    peer.takeAll();
    peer.send(publish({ topic: "before" }), bytes, publish({ topic: "after" }));
    peer.send(publish({ topic: "later" }));
    await clock.settle();
    expect(peer.expect("disconnect")).toMatchObject({ reasonCode, reasonString: ends[0]?.error.message });
    peer.expectNothing();
    peer.close();
    await clock.settle();
    expect(told).toEqual(["message before", expect.stringMatching(/^disconnection (MALFORMED|PROTOCOL)_/)]);
    expect(ends[0]?.error).toMatchObject({ reasonCode, statement });
    expect(ledger.pending).toHaveLength(3);
    await clock.advanceAndSettle(400);
    expect(peer.connections).toHaveLength(1);
    await Promise.all([client.stop(), clock.settle()]);
    expect([ledger.pending, told.at(-1), clock.pendingCount]).toEqual([[], "stopped", 0]);
  });

  test.each([
    ["a CONNACK with reserved flags", "20 03 02 00 00", 0x81, "MQTT-3.2.2-1"],
    ["a CONNACK that is cut short", "20 01 00", 0x81, "2.1.4"],
    ["a CONNACK with a property twice", "20 09 00 00 06 21 00 01 21 00 01", 0x82, "2.2.2.2"],
    ["a CONNACK with a session that was not asked for", connackResumed(), 0x82, "MQTT-3.2.2-4"],
    ["an AUTH without a method in CONNECT", "f0 00", 0x82, "MQTT-4.12.0-6"],
    ["an AUTH with flags", "f1 00", 0x81, "MQTT-3.15.1-1"],
    ["a PUBLISH before CONNACK", publish({ topic: "t" }), 0x82, "MQTT-3.2.0-1"],
    ["packet type 0 before CONNACK", "00 00", 0x81, "2.1.2"],
  ])("%s: DISCONNECT with the reason code, then the end of the attempt", async (_, bytes, reasonCode, statement) => {
    const { client, peer, clock } = makeBench();
    const failures: unknown[] = [];
    client.on("connectionFailure", ({ error }) => failures.push(error));
    client.start();
    peer.acceptConnections("");
    await clock.settle();
    peer.expect("connect");
    peer.send(bytes);
    await clock.settle();
    expect(peer.expect("disconnect")).toMatchObject({ reasonCode, reasonString: expect.stringContaining(statement) });
    expect(failures).toEqual([expect.objectContaining({ phase: "connack", reasonCode, statement })]);
    peer.expectNothing();
    await Promise.all([client.stop(), clock.settle()]);
    expect(clock.pendingCount).toBe(0);
  });

  test.each([
    ["HTTP", "48 54 54 50 2f 31 2e 31 20 34 30 30", "the server speaks HTTP: use a ws: or wss: URL"],
    ["a TLS alert", "15 03 03 00 02 02 46", "the server speaks TLS: use mqtts:"],
    ["a CONNACK of MQTT 3.1.1 with code 0", "20 02 00 00", "3.1.1 with code 0: the server does not speak MQTT 5"],
    ["a CONNACK of MQTT 3.1.1 with code 5", "20 02 00 05", "3.1.1 with code 5: the server does not speak MQTT 5"],
  ])("%s in answer to CONNECT: the error says what to do", async (_, bytes, advice) => {
    const { client, peer, clock } = makeBench();
    const messages: string[] = [];
    client.on("connectionFailure", ({ error }) => messages.push(error.message));
    client.start();
    peer.acceptConnections(bytes);
    await clock.settle();
    expect(messages).toEqual([expect.stringContaining(advice)]);
    await Promise.all([client.stop(), clock.settle()]);
  });

  test("a CONNACK with a small Maximum Packet Size and a mistake: the DISCONNECT keeps to the size", async () => {
    const { client, peer, clock } = makeBench();
    client.start();
    peer.acceptConnections(connackResumed({ maximumPacketSize: 10 }));
    await clock.settle();
    expect(peer.takeAll()).toMatchObject([{ type: "connect" }, { type: "disconnect", reasonCode: 0x82 }]);
    await Promise.all([client.stop(), clock.settle()]);
  });

  test("that does so on every connection is met less and less often, and stop still works", async () => {
    const bench = makeBench({ retryJitterMode: "none" });
    const { client, peer, clock, ledger } = bench;
    peer.acceptConnections(new Uint8Array([...connack(), 0, 0]));
    ledger.register("publish", client.publish({ topic: "t", qos: 1 }));
    client.start();
    await clock.advanceAndSettle(600_000);
    expect(peer.connections.length).toBeGreaterThan(5);
    expect(peer.connections.length).toBeLessThan(15);
    await Promise.all([client.stop(), clock.settle()]);
    expect(ledger.pending).toEqual([]);
  });
});

describe("MQTT-4.13.2-1: a code of 0x80 and above ends the connection", () => {
  test("a refusal: the attempt fails with it, though the server leaves the connection open", async () => {
    const bench = makeBench();
    const { told } = listen(bench);
    bench.client.start();
    bench.peer.open();
    await bench.clock.settle();
    bench.peer.expect("connect");
    bench.peer.send(connack({}, { reasonCode: 0x87 }), publish());
    await bench.clock.settle();
    bench.peer.expectNothing();
    expect(told).toEqual(["connectionFailure CONNECT_REJECTED"]);
    expect(bench.peer.connection.state).toBe("closed");
  });

  test("MQTT-3.1.4-3: a take-over (0x8E) is told as such, and not fought", async () => {
    const bench = await makeConnectedBench();
    const { told, ends } = listen(bench);
    bench.peer.send(disconnect(0x8e), publish());
    await bench.clock.settle();
    bench.peer.close();
    await bench.clock.advanceAndSettle(60_000);
    expect(told).toEqual(["disconnection DISCONNECTED"]);
    expect(ends[0]).toMatchObject({ disconnect: { reasonCode: 0x8e }, error: { source: "server" } });
    expect(bench.peer.connections).toHaveLength(1);
  });

  test("R-4.11-server-reference: another server is named in the event, and not gone to", async () => {
    const bench = await makeConnectedBench();
    const { ends } = listen(bench);
    bench.peer.send("e0 0b 9d 09 1c 00 06 68 32 3a 31 38 38");
    await bench.clock.settle();
    bench.peer.close();
    await bench.clock.settle();
    expect(ends[0]?.disconnect).toMatchObject({ reasonCode: 0x9d, serverReference: "h2:188" });
  });

  test("a session that the server resumes against our wish is left, and what was in flight settles", async () => {
    const bench = makeBench();
    const { told } = listen(bench);
    bench.ledger.register("publish", bench.client.publish({ topic: "t", qos: 2 }));
    bench.client.start();
    bench.peer.acceptConnections(connackResumed());
    await bench.clock.settle();
    expect(bench.peer.takeAll().map(({ type }) => type)).toEqual(["connect", "disconnect"]);
    expect(told).toEqual(["connectionFailure PROTOCOL_VIOLATION"]);
    await Promise.all([bench.client.stop(), bench.clock.settle()]);
    expect(bench.ledger.pending).toEqual([]);
  });
});
