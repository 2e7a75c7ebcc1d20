import { describe, expect, test } from "@jest/globals";
import { EngineBench, rejoiningBench } from "../support/engine-bench.js";
import { connackResumed, publish } from "../support/server-bytes.js";

describe("PUBLISH from the client", () => {
  test("every field and property arrives, as another implementation reads it", () => {
    const bench = new EngineBench().online();
    bench.publish({
      topic: "a/b",
      payload: "text",
      qos: 2,
      retain: true,
      payloadFormatIndicator: 1,
      messageExpiryInterval: 60,
      contentType: "text/plain",
      responseTopic: "answer",
      correlationData: Uint8Array.of(1, 2),
      userProperties: [
        { name: "a", value: "1" },
        { name: "a", value: "2" },
      ],
    });
    expect(bench.sentPackets().at(-1)?.packet).toMatchObject({
      cmd: "publish",
      topic: "a/b",
      payload: Buffer.from("text"),
      qos: 2,
      retain: true,
      dup: false,
      messageId: 1,
      properties: {
        payloadFormatIndicator: true,
        messageExpiryInterval: 60,
        contentType: "text/plain",
        responseTopic: "answer",
        correlationData: Buffer.of(1, 2),
        userProperties: { a: ["1", "2"] },
      },
    });
  });

  test("MQTT-3.3.1-1: a redelivery differs from the first sending in its DUP flag alone", () => {
    const bench = rejoiningBench().online();
    bench.publish({ topic: "a", payload: "p", qos: 1, contentType: "c" });
    bench.cut().online(connackResumed());
    const [first, second] = bench.sentPackets().filter(({ packet }) => packet.cmd === "publish");
    expect((first?.bytes[0] ?? 0) | 0b1000).toBe(second?.bytes[0]);
    expect(second?.bytes.slice(1)).toEqual(first?.bytes.slice(1));
  });
});

describe("PUBLISH from the server", () => {
  test("MQTT-3.3.4-4: several subscription identifiers, in any order and repeated", () => {
    const bench = new EngineBench().online();
    bench.receive(publish({ properties: { subscriptionIdentifier: [7, 268_435_455, 7] } }));
    expect(bench.messages[0]?.packet.subscriptionIdentifiers).toEqual([7, 268_435_455, 7]);
  });

  test("MQTT-1.5.4-3: U+FEFF at the start of a topic and of a property is kept", () => {
    const bench = new EngineBench().online();
    bench.receive(publish({ topic: "\uFEFFt", properties: { contentType: "\uFEFFc" } }));
    expect(bench.messages[0]?.packet).toMatchObject({ topic: "\uFEFFt", contentType: "\uFEFFc" });
  });

  test("3.8.4: a retained message before the SUBACK is delivered", () => {
    const bench = new EngineBench().online();
    const id = bench.subscribe("t");
    bench.receive(publish({ retain: true }), "90 04 00 01 00 00");
    expect([bench.topics, bench.outcome(id)]).toEqual([["t"], "done"]);
  });

  test("MQTT-4.5.0-2: a message that nobody asked for can be acknowledged all the same", () => {
    const bench = new EngineBench().online().receive(publish({ topic: "stray", qos: 1, packetId: 3 }));
    expect(bench.acknowledge(bench.lastDelivery)).toBe(true);
    expect(bench.sent().at(-1)).toBe("puback #3");
  });

  test("MQTT-3.3.1-3: DUP at QoS 1 does not keep a message from being delivered", () => {
    const bench = new EngineBench().online().receive(publish({ qos: 1, packetId: 1, dup: true }));
    expect(bench.messages[0]?.packet).toMatchObject({ dup: true });
  });
});
