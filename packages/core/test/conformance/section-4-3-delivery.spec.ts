/** The three delivery protocols, packet by packet, as another implementation reads them (section 4.3). */
import { describe, expect, test } from "@jest/globals";
import { EngineBench, rejoiningBench } from "../support/engine-bench.js";
import { connackResumed, puback, pubcomp, publish, pubrec, pubrel, suback } from "../support/server-bytes.js";

describe("sending at QoS 1", () => {
  test("MQTT-4.3.2-2: what waited for a connection is sent without DUP", () => {
    const bench = new EngineBench();
    bench.publishAll(1, "a");
    bench.online();
    expect(bench.sent()).toEqual(["connect clean", "publish #1 q1 a"]);
  });

  test("MQTT-4.3.2-3: it waits for its PUBACK, and for nothing else", () => {
    const bench = new EngineBench({ ackTimeoutMs: Infinity }).online();
    const id = bench.publish({ qos: 1 });
    bench.receive(puback(2), suback(7, 0), pubcomp(3)).advance(3_600_000);
    expect(bench.outcome(id)).toBe("pending");
    bench.receive(puback(1));
    expect(bench.outcome(id)).toBe("done");
  });

  test("MQTT-4.3.2-1: the id of an open exchange is not given to another", () => {
    const bench = new EngineBench().online();
    bench.publishAll(1, "a", "b");
    bench.receive(puback(2));
    bench.publishAll(1, "c");
    expect(bench.sent().slice(1)).toEqual(["publish #1 q1 a", "publish #2 q1 b", "publish #3 q1 c"]);
  });
});

describe("sending at QoS 2", () => {
  test("MQTT-4.3.3-2: what waited for a connection is sent without DUP", () => {
    const bench = new EngineBench();
    bench.publishAll(2, "a");
    bench.online();
    expect(bench.sent()).toEqual(["connect clean", "publish #1 q2 a"]);
  });

  test("MQTT-4.3.3-3: until PUBREC it is the PUBLISH that is sent again, and PUBACK is no answer", () => {
    const bench = rejoiningBench().online();
    const id = bench.publish({ qos: 2 });
    bench.cut().online(connackResumed());
    expect(bench.sent()).toEqual(["connect clean", "publish #1 q2 t", "connect resume", "publish #1 q2 dup t"]);
    bench.receive(puback(1));
    expect([bench.sent(), bench.outcome(id)]).toEqual([["disconnect 0x82"], "pending"]);
    expect(bench.lastError).toMatchObject({ statement: "MQTT-4.3.2-3" });
  });

  test("MQTT-4.3.3-5, MQTT-4.3.3-6: from PUBREC until PUBCOMP it is PUBREL, on every connection", () => {
    const bench = rejoiningBench().online();
    const id = bench.publish({ qos: 2 });
    bench.receive(pubrec(1));
    for (let count = 0; count < 3; count += 1) {
      bench.sent();
      bench.cut().online(connackResumed());
      expect([bench.sent(), bench.outcome(id)]).toEqual([["connect resume", "pubrel #1"], "pending"]);
    }
    bench.receive(pubcomp(1)).cut().online(connackResumed());
    expect([bench.sent(), bench.outcome(id)]).toEqual([["connect resume"], "done"]);
  });

  test("MQTT-4.3.3-5: a PUBREL that is sent again waits for its PUBCOMP as long as the first, and no longer", () => {
    const bench = rejoiningBench().online();
    const id = bench.publish({ qos: 2 });
    bench.receive(pubrec(1)).advance(59_000).cut().online(connackResumed()).advance(59_999);
    expect(bench.outcome(id)).toBe("pending");
    bench.advance(1);
    expect(bench.outcome(id)).toBe("OPERATION_TIMEOUT kept");
    bench.receive(pubcomp(1)).cut().online(connackResumed());
    expect(bench.sent().slice(-1)).toEqual(["connect resume"]);
  });

  test("MQTT-4.3.3-6: a PUBREC that came, though its PUBREL could not leave, is enough for that", () => {
    const bench = rejoiningBench().online().stopReading();
    bench.publish({ qos: 2 });
    bench.receive(pubrec(1)).cut().online(connackResumed());
    expect(bench.sent()).toEqual(["connect clean", "publish #1 q2 t", "connect resume", "pubrel #1"]);
  });

  test("MQTT-4.3.3-7: an expiry that passes between PUBLISH and PUBREC ends nothing", () => {
    const bench = rejoiningBench().online();
    const id = bench.publish({ qos: 2, messageExpiryInterval: 1 });
    bench.advance(2_000).receive(pubrec(1), pubcomp(1));
    expect([bench.sent().slice(1), bench.outcome(id)]).toEqual([["publish #1 q2 t", "pubrel #1"], "done"]);
  });
});

describe("receiving", () => {
  test("MQTT-4.3.2-4: PUBACK comes when the application is done with the message, and once", () => {
    const bench = new EngineBench()
      .online()
      .receive(publish({ qos: 1, packetId: 7 }))
      .advance(10_000);
    bench.sent();
    expect(bench.acknowledge(bench.lastDelivery)).toBe(true);
    expect(bench.acknowledge(bench.lastDelivery)).toBe(false);
    expect(bench.sent()).toEqual(["puback #7"]);
  });

  test.each([false, true])("MQTT-4.3.2-5, MQTT-3.3.1-3: after PUBACK the id is new, DUP being %s", (dup) => {
    const bench = new EngineBench().online().receive(publish({ qos: 1, packetId: 7 }));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(publish({ qos: 1, packetId: 7, dup }));
    bench.acknowledge(bench.lastDelivery);
    expect([bench.topics, bench.sent()]).toEqual([
      ["t", "t"],
      ["connect clean", "puback #7", "puback #7"],
    ]);
  });

  test.each([false, true])("MQTT-4.3.3-10: until PUBREL a QoS 2 message is the same, DUP being %s", (dup) => {
    const bench = rejoiningBench()
      .online()
      .receive(publish({ qos: 2, packetId: 7 }));
    bench.acknowledge(bench.lastDelivery);
    bench.sent();
    bench.receive(publish({ qos: 2, packetId: 7, dup }));
    bench
      .cut()
      .online(connackResumed())
      .receive(publish({ qos: 2, packetId: 7, dup }), pubrel(7));
    expect(bench.topics).toEqual(["t"]);
    expect(bench.sent()).toEqual(["pubrec #7", "connect resume", "pubrec #7", "pubcomp #7"]);
  });

  test("MQTT-4.3.3-8, MQTT-4.3.3-12: the whole exchange, twice with one id", () => {
    const bench = new EngineBench().online();
    for (const payload of ["x", "y"]) {
      bench.receive(publish({ qos: 2, packetId: 7, payload }));
      bench.acknowledge(bench.lastDelivery);
      bench.receive(pubrel(7));
    }
    expect(bench.sent().slice(1)).toEqual(["pubrec #7", "pubcomp #7", "pubrec #7", "pubcomp #7"]);
    expect(bench.messages.map(({ packet }) => new TextDecoder().decode(packet.payload))).toEqual(["x", "y"]);
  });

  test("MQTT-4.3.3-9: after a failing PUBREC the id is new, and a PUBREL for it is unknown", () => {
    const bench = new EngineBench().online().receive(publish({ qos: 2, packetId: 7 }));
    bench.acknowledge(bench.lastDelivery, 0x87);
    bench.receive(pubrel(7), publish({ qos: 2, packetId: 7, dup: true }));
    expect([bench.topics.length, bench.sent().slice(1)]).toEqual([2, ["pubrec #7 0x87", "pubcomp #7 0x92"]]);
  });

  test("MQTT-4.3.3-13: expiry does not end an exchange on this side either", () => {
    const bench = new EngineBench().online();
    bench.receive(publish({ qos: 2, packetId: 7, properties: { messageExpiryInterval: 1 } })).advance(2_000);
    bench.acknowledge(bench.lastDelivery);
    bench.receive(pubrel(7));
    expect(bench.sent().slice(1)).toEqual(["pubrec #7", "pubcomp #7"]);
  });

  test("one id may be open at QoS 1 and at QoS 2 in turn, and each answer fits", () => {
    const bench = new EngineBench().online().receive(publish({ qos: 1, packetId: 7 }));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(publish({ qos: 2, packetId: 7 }));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(pubrel(7));
    expect(bench.sent().slice(1)).toEqual(["puback #7", "pubrec #7", "pubcomp #7"]);
  });
});
