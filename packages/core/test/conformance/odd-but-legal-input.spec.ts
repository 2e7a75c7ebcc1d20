/** What the specification allows and other clients stumble over: it is accepted, byte by byte and in one piece alike. */
import { describe, expect, test } from "@jest/globals";
import type { PublishPacket } from "../../src/codec/packets/publish.js";
import { type BytesLike, joinBytes } from "../../src/testing/bytes.js";
import { type BenchOptions, EngineBench, rejoiningBench } from "../support/engine-bench.js";
import {
  connack,
  connackResumed,
  disconnect,
  pingresp,
  puback,
  pubcomp,
  publish,
  pubrec,
  pubrel,
  suback,
  unsuback,
} from "../support/server-bytes.js";
import { carried, serverCarriers } from "../vectors/carriers.js";

/** The same input on three benches: in one chunk, packet by packet, and byte by byte. */
function inEveryCut(options: BenchOptions, prepare: (bench: EngineBench) => void, ...input: BytesLike[]) {
  const ways = [
    (bench: EngineBench) => bench.receive(...input),
    (bench: EngineBench) => input.map((packet) => bench.receive(packet)),
    (bench: EngineBench) => bench.receiveSlowly(...input),
  ];
  return ways.map((receive) => {
    const bench = new EngineBench({ sessionBehavior: "rejoinAlways", ...options }).online();
    prepare(bench);
    bench.sent();
    receive(bench);
    return bench;
  });
}

function nothing(): void {
  // The connection alone is enough.
}

describe("R-3.4.2.1-short-forms", () => {
  test.each(["40 02 00 01", "40 03 00 01 00", "40 04 00 01 00 00"])("PUBACK %s", (bytes) => {
    const ids: number[] = [];
    const benches = inEveryCut({}, (bench) => ids.push(bench.publish({ qos: 1 })), bytes, publish({ topic: "next" }));
    for (const [index, bench] of benches.entries()) {
      expect([bench.outcome(ids[index] ?? 0), bench.topics]).toEqual(["done", ["next"]]);
    }
  });

  test.each([
    ["50 02 00 01", "70 02 00 01"],
    ["50 03 00 01 00", "70 03 00 01 00"],
    ["50 04 00 01 00 00", "70 04 00 01 00 00"],
  ])("PUBREC %s and PUBCOMP %s", (rec, comp) => {
    const ids: number[] = [];
    const benches = inEveryCut({}, (bench) => ids.push(bench.publish({ qos: 2 })), rec, comp, publish());
    for (const [index, bench] of benches.entries()) {
      expect([bench.outcome(ids[index] ?? 0), bench.sent(), bench.topics]).toEqual(["done", ["pubrel #1"], ["t"]]);
    }
  });

  test.each(["62 02 00 05", "62 03 00 05 00", "62 04 00 05 00 00"])("PUBREL %s", (bytes) => {
    for (const bench of inEveryCut({}, nothing, bytes, publish())) {
      expect([bench.sent(), bench.topics]).toEqual([["pubcomp #5 0x92"], ["t"]]);
    }
  });

  test.each(["e0 00", "e0 01 00", "e0 02 00 00", "e0 01 8c"])("DISCONNECT %s", (bytes) => {
    for (const bench of inEveryCut({}, nothing, publish(), bytes, publish({ topic: "after" }))) {
      expect([bench.topics, bench.sent()]).toEqual([["t"], []]);
      expect(bench.lastError).toMatchObject({ code: "DISCONNECTED", source: "server" });
    }
  });
});

describe("aliases (R-3.3.2.3.4-alias)", () => {
  test("set, used, set anew, left out and taken up again", () => {
    const input = [
      publish({ topic: "a", properties: { topicAlias: 1 } }),
      publish({ topic: "", properties: { topicAlias: 1 } }),
      publish({ topic: "a" }),
      publish({ topic: "b", properties: { topicAlias: 1 } }),
      publish({ topic: "", properties: { topicAlias: 1 } }),
      publish({ topic: "b", properties: { topicAlias: 1 } }),
      publish({ topic: "z", properties: { topicAlias: 65_535 } }),
      publish({ topic: "", properties: { topicAlias: 65_535 } }),
    ];
    const topicAliasing = { outbound: "disabled", outboundCacheMaxSize: 1, inboundMaximum: 65_535 } as const;
    for (const bench of inEveryCut({ topicAliasing }, nothing, ...input)) {
      expect(bench.topics).toEqual(["a", "a", "a", "b", "b", "b", "z", "z"]);
    }
  });
});

describe("messages", () => {
  const received = (...input: BytesLike[]): PublishPacket[][] =>
    inEveryCut({}, nothing, ...input).map(({ messages }) => messages.map(({ packet }) => packet));

  test("MQTT-3.3.4-3, MQTT-3.3.4-4: many subscription identifiers, in their order, repeated, up to the largest", () => {
    const identifiers = Array.from({ length: 100 }, (_, index) => (index % 3 === 0 ? 7 : 268_435_455 - index));
    for (const [packet] of received(publish({ properties: { subscriptionIdentifier: identifiers } }))) {
      expect(packet?.subscriptionIdentifiers).toEqual(identifiers);
    }
  });

  test("MQTT-3.3.4-5, MQTT-3.3.2-3: one message in several copies, each with its identifier, or with none", () => {
    const copies = [3, 4, undefined].map((identifier) =>
      publish({ properties: identifier === undefined ? {} : { subscriptionIdentifier: identifier } }),
    );
    for (const packets of received(...copies)) {
      expect(packets.map(({ subscriptionIdentifiers }) => subscriptionIdentifiers)).toEqual([[3], [4], undefined]);
    }
  });

  test("MQTT-1.5.4-3: U+FEFF in topic, content type, response topic and both halves of a user property", () => {
    const text = "\uFEFFx\uFEFF";
    const properties = { contentType: text, responseTopic: text, userProperties: { [text]: text } };
    for (const [packet] of received(publish({ topic: text, properties }))) {
      expect(packet).toMatchObject({
        topic: text,
        contentType: text,
        responseTopic: text,
        userProperties: [{ name: text, value: text }],
      });
    }
  });

  test("user properties that repeat a name, are empty, or are called __proto__ keep their order", () => {
    const pairs = ["00 01 61 00 00", "00 09 5f 5f 70 72 6f 74 6f 5f 5f 00 01 62", "00 00 00 00", "00 01 61 00 01 63"];
    const properties = pairs.map((pair) => `26 ${pair}`).join(" ");
    for (const [packet] of received(carried(serverCarriers.publish, properties))) {
      expect(packet?.userProperties).toEqual([
        { name: "a", value: "" },
        { name: "__proto__", value: "b" },
        { name: "", value: "" },
        { name: "a", value: "c" },
      ]);
    }
  });

  test("MQTT-4.7.3-3: a topic of 65 535 bytes, levels that are empty, and one of a slash alone", () => {
    const long = `${"é".repeat(32_767)}x`;
    for (const packets of received(publish({ topic: long }), publish({ topic: "/" }), publish({ topic: "//a//" }))) {
      expect(packets.map(({ topic }) => topic)).toEqual([long, "/", "//a//"]);
    }
  });

  test("R-3.3.1.3-retain-flag: no payload, a retained one, and a DUP that is the first to come", () => {
    const input = [
      publish({ payload: "" }),
      publish({ retain: true, payload: "x" }),
      publish({ qos: 1, packetId: 65_535, dup: true }),
    ];
    for (const packets of received(...input)) {
      expect(packets.map(({ retain, dup, payload }) => [retain, dup, payload.length])).toEqual([
        [false, false, 0],
        [true, false, 1],
        [false, true, 0],
      ]);
    }
  });

  test("R-3.8.4-before-suback: retained messages before, between and after the SUBACK", () => {
    const input = [publish({ retain: true }), suback(1, 0), publish({ retain: true }), publish()];
    for (const bench of inEveryCut({}, (it) => it.subscribe("t"), ...input)) {
      expect([bench.topics, bench.outcome(1)]).toEqual([["t", "t", "t"], "done"]);
    }
  });

  test("a payload that is not what its format indicator says is delivered as it is", () => {
    for (const [packet] of received("30 08 00 01 74 02 01 01 ff fe")) {
      expect([packet?.payloadFormatIndicator, packet?.payload]).toEqual([1, Uint8Array.of(0xff, 0xfe)]);
    }
  });
});

describe("acknowledgements", () => {
  test("MQTT-2.2.1-5, MQTT-2.2.1-6: for ids that are not in use they mean nothing, but PUBREC and PUBREL are answered", () => {
    const input = [puback(9), pubcomp(9), suback(9, 0), unsuback(9, 0), pubrec(9), pubrel(9), pingresp, publish()];
    for (const bench of inEveryCut({}, (it) => it.publish({ qos: 1 }), ...input)) {
      expect(bench.sent()).toEqual(["pubrel #9 0x92", "pubcomp #9 0x92"]);
      expect([bench.outcome(1), bench.topics, bench.engine.state]).toEqual(["pending", ["t"], "connected"]);
    }
  });

  test("in another order than the publishes, and all in one chunk", () => {
    const input = [puback(3), puback(1), puback(2)];
    for (const bench of inEveryCut({}, (it) => it.publishAll(1, "a", "b", "c"), ...input)) {
      expect(bench.outcomes([1, 2, 3])).toEqual(["done", "done", "done"]);
    }
  });

  test("before the message could be sent again", () => {
    const bench = rejoiningBench().online();
    const id = bench.publish({ qos: 1 });
    bench.cut();
    bench.online(joinBytes([connackResumed(), puback(1)]));
    expect(bench.outcome(id)).toBe("done");
  });
});

describe("CONNACK", () => {
  test("MQTT-3.1.2-28: response information that was not asked for, and all there is beside it", () => {
    const properties = {
      sessionExpiryInterval: 9,
      receiveMaximum: 1,
      retainAvailable: false,
      responseInformation: "unasked",
      serverReference: "a:1 [::1]:2 c",
      reasonString: "welcome",
      userProperties: { a: ["1", "2"] },
      serverKeepAlive: 65_535,
    };
    for (const cut of [false, true]) {
      const bench = new EngineBench().start();
      expect(cut ? bench.receiveSlowly(connack(properties)) : bench.receive(connack(properties))).toBe(bench);
      expect(bench.events.find(({ type }) => type === "connectionSuccess")).toMatchObject({
        connack: { responseInformation: "unasked", serverReference: "a:1 [::1]:2 c", reasonString: "welcome" },
        negotiatedSettings: { sessionExpiryInterval: 9, serverKeepAlive: 65_535, retainAvailable: false },
      });
    }
  });

  test("in one chunk with what follows it, a message and the end", () => {
    const bench = new EngineBench().start().receive(connack(), publish(), disconnect(0x8b));
    expect([bench.topics, bench.told()]).toEqual([
      ["t"],
      ["attemptingConnect", "connectionSuccess", "disconnection DISCONNECTED"],
    ]);
  });

  test("MQTT-3.1.3-7, MQTT-3.2.2-16: no client id for an empty one is borne, and the next CONNECT has none either", () => {
    const bench = rejoiningBench({ connect: { clientId: "" } }).online();
    bench.cut().online(connackResumed());
    expect(bench.sentPackets().map(({ packet }) => packet.cmd === "connect" && packet.clientId)).toEqual(["", ""]);
  });
});
