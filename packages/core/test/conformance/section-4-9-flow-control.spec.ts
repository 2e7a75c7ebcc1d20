/** The send quota (section 4.9), and what it does not hold back (section 3.3.4). */
import { describe, expect, test } from "@jest/globals";
import { EngineBench, rejoiningBench } from "../support/engine-bench.js";
import {
  connack,
  connackResumed,
  pingresp,
  puback,
  pubcomp,
  publish,
  pubrec,
  pubrel,
} from "../support/server-bytes.js";

const publishes = (bench: EngineBench): string[] => bench.sent().filter((text) => text.startsWith("publish"));

describe("the send quota", () => {
  test("MQTT-4.9.0-1: a Receive Maximum of 1 lets one go at a time, to the last", () => {
    const bench = new EngineBench().online(connack({ receiveMaximum: 1 }));
    const ids = bench.publishAll(1, "a", "b", "c");
    expect(publishes(bench)).toEqual(["publish #1 q1 a"]);
    bench.receive(puback(1)).receive(puback(2)).receive(puback(3));
    expect([publishes(bench), bench.outcomes(ids)]).toEqual([
      ["publish #2 q1 b", "publish #3 q1 c"],
      ["done", "done", "done"],
    ]);
  });

  test("MQTT-4.9.0-1: without the property it is 65 535", () => {
    const bench = new EngineBench({
      queue: { maxOperations: Infinity, maxBytes: Infinity, whenFull: "reject" },
    }).online();
    bench.flushes = false;
    for (let count = 0; count < 65_536; count += 1) {
      bench.publish({ qos: 1, topic: "t" });
    }
    bench.flush();
    expect(publishes(bench)).toHaveLength(65_535);
  });

  test("MQTT-3.3.4-7: PUBREC keeps its unit, PUBCOMP, PUBACK and a failing PUBREC give one back", () => {
    const bench = new EngineBench().online(connack({ receiveMaximum: 2 }));
    bench.publishAll(2, "a", "b", "c", "d", "e");
    expect(publishes(bench)).toHaveLength(2);
    bench.receive(pubrec(1), pubrec(1, 0x10));
    expect(publishes(bench)).toEqual([]);
    bench.receive(pubcomp(1));
    expect(publishes(bench)).toEqual(["publish #3 q2 c"]);
    bench.receive(pubrec(2, 0x80));
    expect(publishes(bench)).toEqual(["publish #4 q2 d"]);
  });

  test("MQTT-4.9.0-2: answers to nothing, and answers given twice, do not raise it", () => {
    const bench = new EngineBench().online(connack({ receiveMaximum: 1 }));
    bench.publishAll(1, "a", "b", "c");
    bench.receive(puback(9), pubcomp(9), pubrec(9, 0x80), puback(1), puback(1), pubcomp(8));
    expect(publishes(bench)).toEqual(["publish #1 q1 a", "publish #2 q1 b"]);
  });

  test("R-4.9-quota-per-connection: each connection begins with the whole of what its CONNACK says", () => {
    const bench = rejoiningBench().online(connack({ receiveMaximum: 1 }));
    bench.publishAll(1, "a", "b", "c", "d");
    bench.sent();
    bench.cut().online(connackResumed({ receiveMaximum: 3 }));
    expect(publishes(bench)).toEqual(["publish #1 q1 dup a", "publish #2 q1 b", "publish #3 q1 c"]);
    bench.cut().online(connackResumed({ receiveMaximum: 2 }));
    expect(publishes(bench)).toEqual(["publish #1 q1 dup a", "publish #2 q1 dup b"]);
  });
});

describe("MQTT-3.3.4-8, MQTT-4.9.0-3: at quota 0", () => {
  test("everything but PUBLISH at QoS 1 and 2 goes on", () => {
    const bench = new EngineBench({ connect: { keepAlive: 10 } }).online(connack({ receiveMaximum: 1 }));
    bench.publishAll(2, "first", "waits");
    bench.sent();
    bench.publishAll(0, "zero");
    bench.subscribe("f");
    bench.unsubscribe("g");
    bench.receive(publish({ qos: 1, packetId: 5 }), publish({ qos: 2, packetId: 6 }));
    bench.messages.forEach(({ deliveryId }) => bench.acknowledge(deliveryId));
    bench.receive(pubrel(6), pubrec(1)).advance(9_000).receive(pingresp).stop();
    expect(bench.sent()).toEqual([
      "publish q0 zero",
      "subscribe #2 f",
      "unsubscribe #3 g",
      "puback #5",
      "pubrec #6",
      "pubcomp #6",
      "pubrel #1",
      "pingreq",
      "disconnect",
    ]);
  });
});
