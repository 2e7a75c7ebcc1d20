/**
 * What a server sends against the rules: each input ends the connection with the DISCONNECT code that the specification
 * names for it, nothing after it is delivered, and the client goes on.
 */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { MqttError } from "../../src/errors.js";
import { bytesOfHex, joinBytes } from "../../src/testing/bytes.js";
import { EngineBench, rejoiningBench } from "../support/engine-bench.js";
import { connack, disconnect, publish, pubrel } from "../support/server-bytes.js";

type Case = readonly [title: string, code: number, bytes: string];

const malformed: readonly Case[] = [
  ["2.1.2: packet type 0", 0x81, "00 00"],
  ["MQTT-2.1.3-1: reserved flags of PUBACK", 0x81, "41 02 00 01"],
  ["MQTT-2.1.3-1: reserved flags of SUBACK", 0x81, "92 04 00 01 00 00"],
  ["MQTT-2.1.3-1: reserved flags of PINGRESP", 0x81, "d1 00"],
  ["MQTT-3.6.1-1: flags of PUBREL other than 0010", 0x81, "60 02 00 01"],
  ["MQTT-3.14.1-1: reserved flags of DISCONNECT", 0x81, "e1 00"],
  ["MQTT-3.15.1-1: reserved flags of AUTH", 0x81, "f2 00"],
  ["MQTT-3.3.1-4: both QoS bits", 0x81, "36 06 00 01 74 00 01 00"],
  ["1.5.5: a length of five bytes", 0x81, "30 ff ff ff ff 01"],
  ["2.2.2.2: a property that is not allowed in the packet", 0x81, "40 09 00 01 00 05 11 00 00 00 3c"],
  ["2.2.2.2: an unknown property", 0x81, "30 06 00 01 74 02 7f 00"],
  ["MQTT-2.2.2-1: PUBLISH without a property length", 0x81, "30 03 00 01 74"],
  ["a packet that ends before its fields do", 0x81, "40 01 00"],
  ["surplus bytes in PINGRESP", 0x81, "d0 01 00"],
  ["MQTT-1.5.4-1: an encoded surrogate in the topic", 0x81, "30 06 00 03 ed a0 80 00"],
  ["MQTT-1.5.4-1: an overlong form in the topic", 0x81, "30 05 00 02 c0 80 00"],
  ["MQTT-1.5.4-2: U+0000 in the topic", 0x81, "30 06 00 03 74 00 7a 00"],
  ["MQTT-1.5.7-1: ill-formed text in a user property", 0x81, "30 0b 00 01 74 07 26 00 01 61 00 01 ff"],
];

const violations: readonly Case[] = [
  ["2.1.2: CONNECT from a server", 0x82, "10 00"],
  ["2.1.2: SUBSCRIBE from a server", 0x82, "82 00"],
  ["2.1.2: UNSUBSCRIBE from a server", 0x82, "a2 00"],
  ["2.1.2: PINGREQ from a server", 0x82, "c0 00"],
  ["MQTT-3.2.0-2: a second CONNACK", 0x82, "20 03 00 00 00"],
  ["2.2.2.2: a property twice", 0x82, "30 0e 00 01 74 0a 02 00 00 00 01 02 00 00 00 01"],
  ["3.3.2.3.2: Payload Format Indicator 2", 0x82, "30 06 00 01 74 02 01 02"],
  ["3.3.2.3.8: subscription identifier 0", 0x82, "30 06 00 01 74 02 0b 00"],
  ["MQTT-2.2.1-4: packet id 0 in PUBLISH", 0x82, "32 06 00 01 74 00 00 00"],
  ["MQTT-2.2.1-5: packet id 0 in PUBACK", 0x82, "40 02 00 00"],
  ["MQTT-3.3.1-2: DUP at QoS 0", 0x82, "38 04 00 01 74 00"],
  ["MQTT-3.4.2-1: an unlisted code in PUBACK", 0x82, "40 03 00 01 01"],
  ["MQTT-3.5.2-1: an unlisted code in PUBREC", 0x82, "50 03 00 01 92"],
  ["MQTT-3.6.2-1: an unlisted code in PUBREL", 0x82, "62 03 00 01 10"],
  ["MQTT-3.7.2-1: an unlisted code in PUBCOMP", 0x82, "70 03 00 01 80"],
  ["MQTT-3.9.3-2: an unlisted code in SUBACK", 0x82, "90 04 00 01 00 03"],
  ["MQTT-3.11.3-2: an unlisted code in UNSUBACK", 0x82, "b0 04 00 01 00 01"],
  ["MQTT-3.3.2-2: a wildcard in the topic", 0x82, "30 06 00 03 61 2f 2b 00"],
  ["MQTT-4.7.3-1: an empty topic without an alias", 0x82, "30 03 00 00 00"],
  ["MQTT-3.3.2-14: a wildcard in the response topic", 0x82, "30 09 00 01 74 05 08 00 02 61 23"],
  ["MQTT-4.12.0-6: AUTH without a method in CONNECT", 0x82, "f0 00"],
  ["MQTT-3.1.2-27: a topic alias though our maximum is 0", 0x94, "30 07 00 01 74 03 23 00 01"],
  ["MQTT-3.3.2-8: topic alias 0", 0x94, "30 07 00 01 74 03 23 00 00"],
];

describe("after CONNACK", () => {
  test.each([...malformed, ...violations])("MQTT-4.13.1-1, %s: DISCONNECT %i, and no more", (_, code, bytes) => {
    const bench = rejoiningBench().online();
    bench.sent();
    bench.receive(publish({ topic: "before" }), bytes, publish({ topic: "after" }));
    bench.receive(publish({ topic: "later" }));
    expect(bench.topics).toEqual(["before"]);
    expect(bench.sent()).toEqual([`disconnect 0x${code.toString(16)}`]);
    expect(bench.lastError).toMatchObject({ reasonCode: code });
    expect(MqttError.is(bench.lastError)).toBe(true);
    expect(bench.told().at(-1)).toMatch(/^disconnection (MALFORMED_(PACKET|TOPIC)|PROTOCOL_VIOLATION)$/);
    expect(bench.engine.pollTimeout()).toBe(bench.now + 1_000);
  });

  test.each([...malformed, ...violations])("MQTT-4.2-1, %s: the same byte by byte", (_, code, bytes) => {
    const bench = new EngineBench().online();
    bench.sent();
    bench.receiveSlowly(bytes, publish());
    expect([bench.topics, bench.sent()]).toEqual([[], [`disconnect 0x${code.toString(16)}`]]);
  });

  test("MQTT-3.1.2-24: a packet above our Maximum Packet Size gets 0x95, judged by its header", () => {
    const bench = new EngineBench({ connect: { maximumPacketSize: 100 } }).online();
    bench.sent();
    bench.receive(publish({ payload: "x".repeat(94) }));
    expect(bench.topics).toHaveLength(1);
    bench.receive("30 63");
    expect(bench.sent()).toEqual(["disconnect 0x95"]);
  });

  test("MQTT-3.1.2-29: problem information though we declined it", () => {
    const bytes = "40 08 00 01 00 04 1f 00 01 78";
    const declined = new EngineBench({ connect: { requestProblemInformation: false } }).online();
    declined.publish();
    declined.receive(bytes);
    expect(declined.sent().at(-1)).toBe("disconnect 0x82");
    const asked = new EngineBench().online();
    const id = asked.publish();
    asked.receive(bytes);
    expect(asked.settlement(id)).toMatchObject({ result: { puback: { reasonString: "x" } } });
  });

  test("MQTT-3.1.2-29: PUBLISH and DISCONNECT may carry it all the same", () => {
    const bench = new EngineBench({ connect: { requestProblemInformation: false } }).online();
    bench.receive(publish({ properties: { userProperties: { a: "b" } } }), "e0 06 8b 04 1f 00 01 78");
    expect(bench.topics).toHaveLength(1);
    expect(bench.lastError).toMatchObject({ code: "DISCONNECTED", disconnect: { reasonString: "x" } });
  });

  test("MQTT-3.14.2-2: a session expiry in the server's DISCONNECT is an error", () => {
    const bench = new EngineBench().online().receive("e0 07 00 05 11 00 00 00 3c");
    expect(bench.lastError).toMatchObject({ reasonCode: 0x82, statement: "MQTT-3.14.2-2" });
  });

  test("MQTT-3.14.2-3, MQTT-3.14.2-4: the reason string is left out where DISCONNECT would be too large", () => {
    const bench = new EngineBench().online(connack({ maximumPacketSize: 20 })).receive("00 00");
    expect(bench.sentPackets().at(-1)?.bytes).toHaveLength(3);
    const roomy = new EngineBench().online().receive("00 00");
    expect(roomy.sentPackets().at(-1)?.packet).toMatchObject({
      properties: { reasonString: expect.stringContaining("packet type is 0") },
    });
  });

  test("MQTT-3.2.2-15: where not even the bare DISCONNECT fits, the connection is closed without one", () => {
    const bench = new EngineBench().online(connack({ maximumPacketSize: 2 })).receive("00 00");
    expect(bench.sent()).toEqual(["connect clean"]);
    expect(bench.told().at(-1)).toBe("disconnection MALFORMED_PACKET");
  });

  test("operations survive a hostile peer as they do a cut", () => {
    const bench = rejoiningBench().online();
    const ids = [bench.publish({ qos: 1 }), bench.publish({ qos: 2 }), bench.subscribe("f")];
    bench.receive("00 00");
    expect(bench.outcomes(ids)).toEqual(["pending", "pending", "pending"]);
    bench.stop();
    expect(bench.outcomes(ids)).not.toContain("pending");
  });

  test.each([
    ["instead of CONNACK", new EngineBench().start()],
    ["afterwards", new EngineBench().online()],
  ])("%s: that the server closes in the same turn does not hide what it did", (_, bench) => {
    bench.flushes = false;
    bench.receive("00 00").cut();
    expect(bench.lastError).toMatchObject({ code: "MALFORMED_PACKET", statement: "2.1.2" });
  });

  test("MQTT-4.3.3-11: a flood of PUBRELs while our DISCONNECT waits has no effect", () => {
    const bench = new EngineBench().online().stopReading();
    bench.publish({ qos: 0 });
    bench.receive("00 00").receive(pubrel(1), publish());
    bench.resumeReading();
    expect(bench.sent()).toEqual(["connect clean", "publish q0 t", "disconnect 0x81"]);
  });
});

describe("before CONNACK", () => {
  const before: readonly (readonly [string, string, string])[] = [
    ["MQTT-3.2.0-1: PUBLISH", "30 04 00 01 74 00", "PROTOCOL_VIOLATION"],
    ["MQTT-3.2.0-1: PINGRESP", "d0 00", "PROTOCOL_VIOLATION"],
    ["MQTT-3.2.0-1: SUBACK", "90 04 00 01 00 00", "PROTOCOL_VIOLATION"],
    ["MQTT-4.12.0-6: AUTH without a method", "f0 00", "PROTOCOL_VIOLATION"],
    ["MQTT-3.2.2-1: CONNACK with reserved flags", "20 03 02 00 00", "MALFORMED_PACKET"],
    ["MQTT-2.2.2-1: CONNACK without a property length", "20 02 00 00", "MALFORMED_PACKET"],
    ["3.2.2.3.3: Receive Maximum 0", "20 06 00 00 03 21 00 00", "PROTOCOL_VIOLATION"],
    ["3.2.2.3.6: Maximum Packet Size 0", "20 08 00 00 05 27 00 00 00 00", "PROTOCOL_VIOLATION"],
    ["3.2.2.3.4: Maximum QoS 2", "20 05 00 00 02 24 02", "PROTOCOL_VIOLATION"],
    ["3.2.2.3.5: Retain Available 2", "20 05 00 00 02 25 02", "PROTOCOL_VIOLATION"],
    ["2.2.2.2: Server Keep Alive twice", "20 09 00 00 06 13 00 0a 13 00 0a", "PROTOCOL_VIOLATION"],
    ["MQTT-4.12.0-6: CONNACK with an authentication method", "20 07 00 00 04 15 00 01 78", "PROTOCOL_VIOLATION"],
    ["MQTT-3.2.2-4: Session Present after a Clean Start", "20 03 01 00 00", "PROTOCOL_VIOLATION"],
    ["garbage", "48 54 54 50 2f 31", "MALFORMED_PACKET"],
  ];

  test.each(before)("%s: the attempt fails, nothing is delivered, nothing queued is sent", (_, bytes, code) => {
    const bench = new EngineBench().start();
    const id = bench.publish();
    bench.receive(bytes, connack(), publish());
    expect(bench.told()).toEqual(["attemptingConnect", `connectionFailure ${code}`]);
    const told = expect.stringMatching(/^disconnect 0x8[12]$/);
    expect([bench.sent(), bench.topics, bench.outcome(id)]).toEqual([["connect clean", told], [], "pending"]);
    expect(bench.engine.pollTimeout()).toBe(1_000);
  });

  test("MQTT-3.14.0-1: a DISCONNECT in the place of CONNACK fails the attempt with its code", () => {
    const bench = new EngineBench().start().receive(disconnect(0x9d));
    expect(bench.told()).toEqual(["attemptingConnect", "connectionFailure DISCONNECTED"]);
    expect(bench.lastError).toMatchObject({ source: "server", disconnect: { reasonCode: 0x9d } });
  });
});

describe("any bytes", () => {
  const start = (): EngineBench => {
    const bench = rejoiningBench({ connect: { receiveMaximum: 5, maximumPacketSize: 1_000 } }).online();
    bench.publish({ qos: 1 });
    bench.publish({ qos: 2 });
    bench.subscribe("f");
    return bench;
  };
  const parts = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.constantFrom(
      ...malformed.map(([, , bytes]) => bytesOfHex(bytes)),
      ...violations.map(([, , bytes]) => bytesOfHex(bytes)),
    ),
    fc
      .record({ qos: fc.constantFrom(1, 2), packetId: fc.integer({ min: 1, max: 6 }) })
      .map((it) => publish({ qos: it.qos === 1 ? 1 : 2, packetId: it.packetId })),
    fc.tuple(fc.constantFrom(0x40, 0x50, 0x62, 0x70), fc.nat(4)).map(([type, id]) => Uint8Array.of(type, 2, 0, id)),
  );

  test("give packets or one end of the connection, never an exception, and every operation ends at stop (property)", () => {
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), (chunks, step) => {
        const bench = start();
        const bytes = joinBytes(chunks);
        for (let offset = 0; offset < bytes.length; offset += step) {
          bench.receive(bytes.slice(offset, offset + step));
          bench.acknowledge(bench.lastDelivery);
        }
        bench.advance(100).stop();
        expect(bench.outcomes([1, 2, 3])).not.toContain("pending");
        expect(bench.told().at(-1)).toBe("stopped");
      }),
      { numRuns: 500 },
    );
  });

  test("a peer that breaks every connection is not met in a tight loop", () => {
    const bench = new EngineBench().online();
    for (let count = 0; count < 6; count += 1) {
      bench.receive("00 00");
      bench.online();
    }
    expect(bench.now).toBe(63_000);
  });
});
