/**
 * PUBACK, PUBREC, PUBREL and PUBCOMP in both directions: which codes they carry, what each code does to the exchange,
 * and that what we write stays within the form that every server takes.
 */
import { describe, expect, test } from "@jest/globals";
import { hexOfBytes } from "../../src/testing/bytes.js";
import { EngineBench, rejoiningBench } from "../support/engine-bench.js";
import { connack, connackResumed, puback, pubcomp, publish, pubrec, pubrel } from "../support/server-bytes.js";

const failures = [0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
const pubackCodes = [0x00, 0x10, ...failures];
const allCodes = Array.from({ length: 256 }, (_, code) => code);

/** The bytes of what was written since the last look, without CONNECT. */
function written(bench: EngineBench): string[] {
  return bench
    .sentPackets()
    .filter(({ packet }) => packet.cmd !== "connect")
    .map(({ bytes }) => hexOfBytes(bytes));
}

/** A connection on which the last packet of an exchange is still to come; gives the publish. */
const waiting = {
  puback: (bench: EngineBench) => bench.publish({ qos: 1 }),
  pubrec: (bench: EngineBench) => bench.publish({ qos: 2 }),
  pubcomp: (bench: EngineBench) => {
    const id = bench.publish({ qos: 2 });
    bench.receive(pubrec(1));
    return id;
  },
};

describe("codes that the server sends", () => {
  test.each([
    ["MQTT-3.4.2-1", "puback", puback, pubackCodes],
    ["MQTT-3.5.2-1", "pubrec", pubrec, pubackCodes],
    ["MQTT-3.7.2-1", "pubcomp", pubcomp, [0x00, 0x92]],
  ] as const)("%s: every code of %s that is not listed ends the connection with 0x82", (id, kind, answer, listed) => {
    for (const code of allCodes.filter((it) => !listed.some((known) => known === it))) {
      const bench = rejoiningBench().online();
      const operation = waiting[kind](bench);
      bench.sent();
      bench.receive(answer(1, code), publish());
      expect([bench.sent(), bench.topics]).toEqual([["disconnect 0x82"], []]);
      expect(bench.lastError).toMatchObject({ code: "PROTOCOL_VIOLATION", statement: id });
      expect(bench.outcome(operation)).toBe("pending");
    }
  });

  test("MQTT-3.6.2-1: every code of PUBREL but 0 and 0x92 ends the connection with 0x82", () => {
    for (const code of allCodes.filter((it) => it !== 0 && it !== 0x92)) {
      const bench = new EngineBench().online().receive(publish({ qos: 2, packetId: 1 }));
      bench.acknowledge(bench.lastDelivery);
      bench.sent();
      bench.receive(pubrel(1, code));
      expect(bench.sent()).toEqual(["disconnect 0x82"]);
      expect(bench.lastError).toMatchObject({ statement: "MQTT-3.6.2-1" });
    }
  });

  test("MQTT-3.6.2-1: PUBREL with 0x92 ends the exchange like any other", () => {
    const bench = new EngineBench().online().receive(publish({ qos: 2, packetId: 1 }));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(pubrel(1, 0x92), publish({ topic: "new", qos: 2, packetId: 1 }));
    expect(bench.sent().slice(1)).toEqual(["pubrec #1", "pubcomp #1"]);
    expect(bench.topics).toEqual(["t", "new"]);
  });

  test.each(failures)("MQTT-4.4.0-2: PUBACK and PUBREC %i reject with the packet, and end the exchange", (code) => {
    const bench = rejoiningBench().online(connack({ receiveMaximum: 2 }));
    const ids = [bench.publish({ qos: 1 }), bench.publish({ qos: 2 })];
    bench.receive(puback(1, code), pubrec(2, code));
    expect(bench.outcomes(ids)).toEqual(["PUBLISH_REJECTED refused", "PUBLISH_REJECTED refused"]);
    expect(bench.errorOf(ids[1] ?? 0)).toMatchObject({ acknowledgement: { type: "pubrec", reasonCode: code } });
    bench.sent();
    bench.cut().online(connackResumed());
    expect(bench.sent()).toEqual(["connect resume"]);
  });

  test.each([0x00, 0x92])("MQTT-3.7.2-1: PUBCOMP %i completes the publish", (code) => {
    const bench = new EngineBench().online();
    const id = waiting.pubcomp(bench);
    bench.receive(pubcomp(1, code));
    expect(bench.settlement(id)).toMatchObject({ result: { qos: 2, pubcomp: { reasonCode: code } } });
  });

  test("a reason string and user properties come with the result, in order", () => {
    const bench = new EngineBench().online();
    const id = bench.publish({ qos: 1 });
    bench.receive("40 17 00 01 10 13 1f 00 02 6e 6f 26 00 01 62 00 01 32 26 00 01 61 00 01 31");
    expect(bench.settlement(id)).toMatchObject({
      result: {
        puback: {
          reasonCode: 0x10,
          reasonString: "no",
          userProperties: [
            { name: "b", value: "2" },
            { name: "a", value: "1" },
          ],
        },
      },
    });
  });
});

describe("what we answer", () => {
  test("success is the packet identifier alone, another code comes without properties", () => {
    const bench = new EngineBench().online();
    bench.receive(publish({ qos: 1, packetId: 0x1234 }), publish({ qos: 2, packetId: 0x2345 }));
    const [first, second] = bench.messages;
    bench.acknowledge(first?.deliveryId ?? 0);
    bench.acknowledge(second?.deliveryId ?? 0, 0x87);
    bench.receive(pubrel(9));
    expect(written(bench)).toEqual(["40 02 12 34", "50 03 23 45 87", "70 03 00 09 92"]);
  });

  test("MQTT-3.4.2-2, MQTT-3.4.2-3: PUBACK carries no explanation, so it fits where nothing else does", () => {
    const bench = new EngineBench().online(connack({ maximumPacketSize: 5 })).receive(publish({ qos: 1, packetId: 1 }));
    bench.acknowledge(bench.lastDelivery, 0x80);
    expect(written(bench)).toEqual(["40 03 00 01 80"]);
  });

  test("MQTT-3.5.2-2, MQTT-3.5.2-3: nor does PUBREC", () => {
    const bench = new EngineBench().online(connack({ maximumPacketSize: 5 })).receive(publish({ qos: 2, packetId: 1 }));
    bench.acknowledge(bench.lastDelivery, 0x80);
    expect(written(bench)).toEqual(["50 03 00 01 80"]);
  });

  test("MQTT-3.6.2-2, MQTT-3.6.2-3: nor does PUBREL", () => {
    const bench = new EngineBench().online(connack({ maximumPacketSize: 8 }));
    bench.publish({ qos: 2 });
    bench.receive(pubrec(1), pubrec(7));
    expect(written(bench).slice(1)).toEqual(["62 02 00 01", "62 03 00 07 92"]);
  });

  test("MQTT-3.7.2-2, MQTT-3.7.2-3: nor does PUBCOMP", () => {
    const bench = new EngineBench().online(connack({ maximumPacketSize: 5 })).receive(publish({ qos: 2, packetId: 1 }));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(pubrel(1), pubrel(2));
    expect(written(bench)).toEqual(["50 02 00 01", "70 02 00 01", "70 03 00 02 92"]);
  });

  test("MQTT-3.6.1-1: a PUBREL that is sent again has the flags 0010 and no DUP", () => {
    const bench = rejoiningBench().online();
    waiting.pubcomp(bench);
    bench.cut().online(connackResumed());
    expect(written(bench)).toEqual(["34 06 00 01 74 00 01 00", "62 02 00 01", "62 02 00 01"]);
  });

  test("MQTT-4.3.3-4: an unknown PUBREC is answered with 0x92, unless it says that the exchange is over", () => {
    const bench = new EngineBench().online().receive(pubrec(7), pubrec(8, 0x10), pubrec(9, 0x80));
    expect(written(bench)).toEqual(["62 03 00 07 92", "62 03 00 08 92"]);
    expect(bench.engine.state).toBe("connected");
  });
});
