import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { EngineBench, rejoiningBench } from "../../../test/support/engine-bench.js";
import { connack, connackResumed, disconnect, publish, pubrel } from "../../../test/support/server-bytes.js";

const texts = (bench: EngineBench): string[] => bench.sent().filter((text) => !text.startsWith("connect"));
const q1 = (packetId: number, topic = "t") => publish({ qos: 1, packetId, topic });
const q2 = (packetId: number, topic = "t", dup = false) => publish({ qos: 2, packetId, topic, dup });

/** The delivery ids, in the order of arrival. */
const deliveries = (bench: EngineBench): number[] => bench.messages.map(({ deliveryId }) => deliveryId);

describe("receiving", () => {
  test("MQTT-3.3.4-1: QoS 0 is delivered and not acknowledged", () => {
    const bench = new EngineBench().online().receive(publish({ topic: "a", payload: "hi", retain: true }));
    expect(bench.messages[0]).toMatchObject({ deliveryId: 0, packet: { topic: "a", retain: true, qos: 0 } });
    expect(bench.acknowledge(0)).toBe(false);
    expect(texts(bench)).toEqual([]);
  });

  test("MQTT-4.3.2-4, MQTT-2.2.1-5: QoS 1 is acknowledged with its id once the application is done, once", () => {
    const bench = new EngineBench().online().receive(q1(513));
    expect(texts(bench)).toEqual([]);
    expect(bench.acknowledge(bench.lastDelivery)).toBe(true);
    expect(bench.acknowledge(bench.lastDelivery)).toBe(false);
    expect(texts(bench)).toEqual(["puback #513"]);
  });

  test("MQTT-4.3.3-8, MQTT-4.3.3-11: QoS 2 goes through PUBREC and PUBCOMP with its id", () => {
    const bench = new EngineBench().online().receive(q2(7));
    expect(texts(bench)).toEqual([]);
    bench.acknowledge(bench.lastDelivery);
    bench.receive(pubrel(7));
    expect(texts(bench)).toEqual(["pubrec #7", "pubcomp #7"]);
    expect(bench.topics).toEqual(["t"]);
  });

  test("MQTT-4.5.0-2: a code that the application gives goes to the server", () => {
    const bench = new EngineBench().online().receive(q1(1), q2(2));
    bench.acknowledge(deliveries(bench)[0] ?? 0, 0x87);
    bench.acknowledge(deliveries(bench)[1] ?? 0, 0x99);
    expect(texts(bench)).toEqual(["puback #1 0x87", "pubrec #2 0x99"]);
  });

  test("scenario 10: the payloads of one chunk stay as they were delivered", () => {
    const bench = new EngineBench().online();
    bench.receive(
      publish({ payload: "first" }),
      publish({ payload: "second" }),
      publish({ payload: "x".repeat(3_000) }),
    );
    bench.receive(publish({ payload: "third" }));
    const payloads = bench.messages.map(({ packet }) => Buffer.from(packet.payload).toString());
    expect(payloads).toEqual(["first", "second", "x".repeat(3_000), "third"]);
  });

  test("MQTT-4.2-1: the same however the stream is cut", () => {
    const whole = new EngineBench().online();
    const cut = new EngineBench().online();
    const bytes = [publish({ payload: "one" }), q1(1, "a"), q2(2, "b"), pubrel(9), publish({ topic: "z" })];
    whole.receive(...bytes);
    cut.receiveSlowly(...bytes);
    expect(cut.messages).toEqual(whole.messages);
    expect(texts(cut)).toEqual(texts(whole));
  });

  test("MQTT-4.3.2-5, MQTT-3.3.1-3: after PUBACK the same id is a new message, whatever DUP says", () => {
    const bench = new EngineBench().online().receive(q1(1));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(publish({ qos: 1, packetId: 1, dup: true }));
    bench.acknowledge(bench.lastDelivery);
    expect(bench.topics).toHaveLength(2);
    expect(texts(bench)).toEqual(["puback #1", "puback #1"]);
  });
});

describe("the order of acknowledgements", () => {
  test("scenario 40, MQTT-4.6.0-2, MQTT-4.6.0-3: they leave in the order of arrival", () => {
    const bench = new EngineBench().online().receive(q1(5), q2(6), q1(7));
    const [first = 0, second = 0, third = 0] = deliveries(bench);
    bench.acknowledge(third);
    bench.acknowledge(second);
    expect(texts(bench)).toEqual([]);
    bench.acknowledge(first);
    expect(texts(bench)).toEqual(["puback #5", "pubrec #6", "puback #7"]);
  });

  test("scenario 40: called in any order (property)", () => {
    const count = 200;
    const order = fc.shuffledSubarray([...Array(count).keys()], { minLength: count, maxLength: count });
    fc.assert(
      fc.property(order, fc.array(fc.constantFrom(1, 2), { minLength: count, maxLength: count }), (calls, levels) => {
        const bench = new EngineBench().online();
        bench.sent();
        bench.receive(...levels.map((qos, index) => (qos === 1 ? q1(index + 1) : q2(index + 1))));
        const ids = deliveries(bench);
        for (const call of calls) {
          expect(bench.acknowledge(ids[call] ?? 0)).toBe(true);
        }
        expect(bench.sent()).toEqual(
          levels.map((qos, index) => `${qos === 1 ? "puback" : "pubrec"} #${String(index + 1)}`),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe("exactly once", () => {
  test("scenario 13, MQTT-4.3.3-10: a repeat is not delivered, and gets its PUBREC again", () => {
    const bench = new EngineBench().online().receive(q2(1));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(q2(1, "t", true)).receive(q2(1));
    expect(bench.topics).toEqual(["t"]);
    expect(texts(bench)).toEqual(["pubrec #1", "pubrec #1", "pubrec #1"]);
  });

  test("a repeat before the application is done is answered with the first, once", () => {
    const bench = new EngineBench()
      .online()
      .receive(q2(1))
      .receive(q2(1, "t", true));
    bench.acknowledge(bench.lastDelivery);
    expect([bench.topics, texts(bench)]).toEqual([["t"], ["pubrec #1"]]);
  });

  test("scenario 13, MQTT-2.2.1-5: PUBREL for an unknown id gets PUBCOMP 0x92, a repeated one too", () => {
    const bench = new EngineBench().online().receive(pubrel(9)).receive(q2(1));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(pubrel(1), pubrel(1));
    expect(texts(bench)).toEqual(["pubcomp #9 0x92", "pubrec #1", "pubcomp #1", "pubcomp #1 0x92"]);
  });

  test("scenario 13: a lost PUBCOMP: PUBREL again on the next connection is answered", () => {
    const bench = rejoiningBench().online().receive(q2(1));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(pubrel(1)).cut().sent();
    bench.online(connackResumed()).receive(pubrel(1));
    expect(texts(bench)).toEqual(["pubcomp #1 0x92"]);
    expect(bench.topics).toEqual(["t"]);
  });

  test("a lost PUBREC: the repeat on the next connection is answered and not delivered", () => {
    const bench = rejoiningBench().online().receive(q2(1));
    bench.acknowledge(bench.lastDelivery);
    bench.cut().sent();
    bench.online(connackResumed()).receive(q2(1, "t", true), pubrel(1));
    expect(texts(bench)).toEqual(["pubrec #1", "pubcomp #1"]);
    expect(bench.topics).toEqual(["t"]);
  });

  test("MQTT-4.3.3-12: after PUBCOMP the id is a new message", () => {
    const bench = new EngineBench().online().receive(q2(1, "first"));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(pubrel(1), q2(1, "second"));
    expect(bench.topics).toEqual(["first", "second"]);
  });

  test("MQTT-4.3.3-9: after a failing PUBREC the id is a new message", () => {
    const bench = new EngineBench().online().receive(q2(1, "first"));
    bench.acknowledge(bench.lastDelivery, 0x87);
    bench.receive(q2(1, "second"));
    expect(bench.topics).toEqual(["first", "second"]);
    expect(texts(bench)).toEqual(["pubrec #1 0x87"]);
  });

  test("MQTT-4.3.3-13: message expiry does not end the exchange", () => {
    const bench = new EngineBench().online();
    bench.receive(publish({ qos: 2, packetId: 1, properties: { messageExpiryInterval: 1 } }));
    bench.advance(5_000).acknowledge(bench.lastDelivery);
    bench.advance(5_000).receive(pubrel(1));
    expect(texts(bench)).toEqual(["pubrec #1", "pubcomp #1"]);
  });

  test("MQTT-4.1.0-1: the ids are kept while the connection is open, whatever the session expiry", () => {
    const bench = new EngineBench({ connect: { sessionExpiryInterval: 1 } }).online().receive(q2(1));
    bench.acknowledge(bench.lastDelivery);
    bench.advance(600_000).receive(q2(1, "t", true), pubrel(1));
    expect(bench.topics).toEqual(["t"]);
    expect(texts(bench)).toEqual(["pubrec #1", "pubrec #1", "pubcomp #1"]);
  });

  test("MQTT-4.3.3-4: PUBREL before our PUBREC is an error", () => {
    const bench = new EngineBench().online().receive(q2(1)).receive(pubrel(1));
    expect(texts(bench)).toEqual(["disconnect 0x82"]);
  });

  test("MQTT-4.3.3-4: so is one while our PUBREC waits for an earlier answer", () => {
    const bench = new EngineBench().online().receive(q1(1), q2(2));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(pubrel(2));
    expect(texts(bench)).toEqual(["disconnect 0x82"]);
  });
});

describe("an answer that comes late", () => {
  test("scenario 9: at QoS 1 it is dropped with its connection, and the message comes again", () => {
    const bench = rejoiningBench().online().receive(q1(1));
    const [first = 0] = deliveries(bench);
    bench.cut().sent();
    expect(bench.acknowledge(first)).toBe(false);
    bench.online(connackResumed());
    expect(bench.acknowledge(first)).toBe(false);
    bench.receive(publish({ qos: 1, packetId: 1, dup: true }));
    expect(bench.acknowledge(first)).toBe(false);
    expect(texts(bench)).toEqual([]);
    expect(bench.acknowledge(bench.lastDelivery)).toBe(true);
    expect(texts(bench)).toEqual(["puback #1"]);
  });

  test("scenario 9: at QoS 2 it belongs to the session: the repeat is not delivered and gets its PUBREC", () => {
    for (const repeatsFirst of [true, false]) {
      const bench = rejoiningBench().online().receive(q2(1));
      const [first = 0] = deliveries(bench);
      bench.cut().online(connackResumed()).sent();
      if (repeatsFirst) {
        bench.receive(q2(1, "t", true));
        expect(bench.acknowledge(first)).toBe(true);
      } else {
        expect(bench.acknowledge(first)).toBe(true);
        expect(bench.sent()).toEqual([]);
        bench.receive(q2(1, "t", true));
      }
      expect(bench.sent()).toEqual(["pubrec #1"]);
      expect(bench.topics).toEqual(["t"]);
      expect(bench.acknowledge(first)).toBe(false);
    }
  });

  test("finds what waits for an answer, and nothing else", () => {
    const bench = rejoiningBench().online().receive(q2(1)).cut();
    // On the next connection the repeat stands between others, without a delivery of its own.
    bench
      .online(connackResumed())
      .receive(q1(2), q2(1, "t", true), q1(3))
      .sent();
    const [first = 0, second = 0, third = 0] = deliveries(bench);
    expect([second - 1, third - 1, third + 1].filter((id) => id !== first).map((id) => bench.acknowledge(id))).toEqual([
      false,
      false,
    ]);
    expect([third, second, second, first, first].map((id) => bench.acknowledge(id))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    expect(bench.sent()).toEqual(["puback #2", "pubrec #1", "puback #3"]);
  });

  test("at QoS 2 an answer without a connection counts for the next", () => {
    const bench = rejoiningBench().online().receive(q2(1)).cut();
    expect(bench.acknowledge(bench.lastDelivery)).toBe(true);
    bench.online(connackResumed()).sent();
    bench.receive(q2(1, "t", true));
    expect(bench.sent()).toEqual(["pubrec #1"]);
  });

  test("an answer while the connection is being closed counts for none, or for the next", () => {
    const bench = rejoiningBench().online().receive(q1(1), q2(2));
    const [first = 0, second = 0] = deliveries(bench);
    bench.closes = false;
    bench.receive(disconnect(0x8b));
    expect(bench.acknowledge(first)).toBe(false);
    expect(bench.acknowledge(second, 0x87)).toBe(true);
    bench
      .cut()
      .online(connackResumed())
      .receive(q2(2, "t", true));
    expect(bench.topics).toEqual(["t", "t"]);
    expect(texts(bench)).toEqual(["pubrec #2 0x87"]);
  });

  test("MQTT-3.2.2-5: with the session everything is void, and the id is a new message", () => {
    const bench = rejoiningBench().online().receive(q2(1, "old"));
    const [first = 0] = deliveries(bench);
    bench.cut().online(connack());
    expect(bench.acknowledge(first)).toBe(false);
    bench.receive(q2(1, "new"));
    expect(bench.topics).toEqual(["old", "new"]);
    expect(bench.acknowledge(first)).toBe(false);
  });

  test("a stop that discards the session makes answers void at once", () => {
    const bench = new EngineBench({ sessionBehavior: "rejoinAlways" }).online().receive(q2(1));
    bench.stop({ disconnect: { sessionExpiryInterval: 0 } });
    expect(bench.acknowledge(bench.lastDelivery)).toBe(false);
  });

  test("a stop that keeps it does not", () => {
    const bench = new EngineBench({ sessionBehavior: "rejoinAlways" }).online().receive(q2(1)).stop();
    expect(bench.acknowledge(bench.lastDelivery)).toBe(true);
    bench.online(connackResumed()).sent();
    bench.receive(q2(1, "t", true));
    expect([bench.topics, bench.sent()]).toEqual([["t"], ["pubrec #1"]]);
  });
});

describe("our Receive Maximum", () => {
  const limited = (receiveMaximum: number): EngineBench => rejoiningBench({ connect: { receiveMaximum } }).online();

  const warnings = (bench: EngineBench) => bench.events.filter(({ type }) => type === "warning");
  const mebibyte = "x".repeat(1_048_576);
  const large = (qos: 1 | 2, packetId: number) => publish({ qos, packetId, topic: "t", payload: mebibyte });

  test("messages beyond it are delivered and acknowledged, with one warning a connection", () => {
    const bench = limited(2).receive(q1(1, "a"), q2(2, "b"));
    expect(warnings(bench)).toEqual([]);
    bench.receive(q1(3, "c"), q2(4, "d"), publish({ topic: "e" }));
    expect(bench.topics).toEqual(["a", "b", "c", "d", "e"]);
    const warning = { type: "warning", code: "RECEIVE_MAXIMUM_EXCEEDED" };
    const message =
      "the server sent more messages than connectOptions.receiveMaximum (2) allows. They are delivered. A larger value avoids this warning";
    expect(warnings(bench)).toEqual([{ ...warning, message }]);
    deliveries(bench).forEach((id) => bench.acknowledge(id));
    expect(texts(bench)).toEqual(["puback #1", "pubrec #2", "puback #3", "pubrec #4"]);
    bench.cut().online(connackResumed()).receive(q1(5), q1(6), q1(7), q1(8));
    expect(warnings(bench)).toHaveLength(2);
    expect(bench.engine.state).toBe("connected");
  });

  test("MQTT-3.3.4-9: beyond it and beyond 64 MiB, one message too many ends the connection with 0x93", () => {
    for (const qos of [1, 2] as const) {
      const bench = limited(2);
      for (let packetId = 1; packetId <= 64; packetId += 1) {
        bench.receive(large(qos, packetId));
      }
      expect(bench.messages).toHaveLength(63);
      expect(texts(bench)).toEqual(["disconnect 0x93"]);
      expect(bench.lastError).toMatchObject({
        ...{ code: "PROTOCOL_VIOLATION", statement: "MQTT-3.3.4-9", reasonCode: 0x93 },
        message: expect.stringMatching(/beyond our Receive Maximum of 2, and more than 67108864 bytes wait/),
      });
    }
  });

  test("what was acknowledged does not count, and each connection counts anew", () => {
    const bench = limited(2);
    for (let packetId = 1; packetId <= 60; packetId += 1) {
      bench.receive(large(1, packetId));
    }
    deliveries(bench).forEach((id) => bench.acknowledge(id));
    for (let packetId = 1; packetId <= 60; packetId += 1) {
      bench.receive(large(1, packetId));
    }
    expect(bench.engine.state).toBe("connected");
    bench.cut().online(connackResumed());
    for (let packetId = 1; packetId <= 60; packetId += 1) {
      bench.receive(large(1, packetId));
    }
    expect(bench.engine.state).toBe("connected");
  });

  test("within it any amount of bytes may wait", () => {
    const bench = limited(100);
    for (let packetId = 1; packetId <= 100; packetId += 1) {
      bench.receive(large(1, packetId));
    }
    expect([bench.messages.length, bench.engine.state, warnings(bench)]).toEqual([100, "connected", []]);
  });

  test("empty messages count with what they cost: a server cannot send them without end", () => {
    const bench = limited(1);
    for (let count = 1; count <= 70_000 && bench.engine.state === "connected"; count += 1) {
      bench.receive(q1(1 + (count % 10)));
    }
    expect(bench.lastError).toMatchObject({ reasonCode: 0x93 });
    expect(bench.messages.length).toBeGreaterThan(60_000);
  });

  test("exactly as many are taken; PUBACK, PUBCOMP and a failing PUBREC make room", () => {
    const bench = limited(1).receive(q1(1));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(q2(2));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(pubrel(2), q2(3));
    bench.acknowledge(bench.lastDelivery, 0x80);
    bench.receive(q1(4), publish({ topic: "QoS 0 does not count" }));
    expect(warnings(bench)).toEqual([]);
    expect(bench.topics).toHaveLength(5);
  });

  test("PUBREC alone makes no room", () => {
    const bench = limited(1).receive(q2(1));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(q1(2));
    expect(warnings(bench)).toHaveLength(1);
  });

  test("a repeated message takes no further room", () => {
    const bench = limited(1).receive(q2(1), q2(1));
    bench.acknowledge(bench.lastDelivery);
    bench.receive(q2(1), pubrel(1), q1(2));
    expect(warnings(bench)).toEqual([]);
  });

  test("the count begins anew with each connection", () => {
    const bench = limited(1).receive(q1(1)).cut().online(connackResumed());
    bench.receive(q1(1));
    expect(warnings(bench)).toEqual([]);
    bench.receive(q1(2));
    expect(warnings(bench)).toHaveLength(1);
  });

  test("a QoS 2 message that was refused for want of room is delivered when it comes again", () => {
    const bench = limited(1);
    for (let packetId = 1; packetId <= 64; packetId += 1) {
      bench.receive(large(2, packetId));
    }
    expect(bench.messages).toHaveLength(63);
    bench.online(connackResumed()).receive(q2(64, "again", true));
    expect(bench.topics.slice(63)).toEqual(["again"]);
  });

  test("a long run keeps its place whatever is open (more than a thousand, answered two by two)", () => {
    const bench = limited(100);
    for (let round = 0; round < 1_000; round += 2) {
      bench.receive(q1((round % 60_000) + 1), q1((round % 60_000) + 2));
      const [one = 0, two = 0] = deliveries(bench).slice(-2);
      expect([bench.acknowledge(two), bench.acknowledge(one)]).toEqual([true, true]);
    }
    expect(texts(bench)).toEqual(Array.from({ length: 1_000 }, (_, index) => `puback #${String(index + 1)}`));
  });

  test("so does a run in which one answer is outstanding while the others come", () => {
    const bench = limited(65_535);
    bench.receive(q1(1));
    const [slow = 0] = deliveries(bench);
    for (let packetId = 2; packetId <= 500; packetId += 1) {
      bench.receive(q1(packetId));
      bench.acknowledge(bench.lastDelivery);
    }
    expect(texts(bench)).toEqual([]);
    bench.acknowledge(slow);
    for (let packetId = 501; packetId <= 600; packetId += 1) {
      bench.receive(q1(packetId));
    }
    for (const deliveryId of deliveries(bench).slice(500).reverse()) {
      expect(bench.acknowledge(deliveryId)).toBe(true);
    }
    expect(texts(bench)).toEqual(Array.from({ length: 600 }, (_, index) => `puback #${String(index + 1)}`));
  });
});

describe("the session store", () => {
  const store = (bench: EngineBench): void => {
    bench.engine.handleStored(bench.now, bench.batches.length);
    bench.pump();
  };

  test("PUBREC waits for its record, PUBCOMP for the end of it", () => {
    const bench = rejoiningBench({ isDurable: true }).online();
    bench.stores = false;
    bench.receive(q2(1)).sent();
    bench.acknowledge(bench.lastDelivery, 0x10);
    expect(bench.batches.at(-1)?.changes).toEqual([{ type: "received", packetId: 1, reasonCode: 0x10 }]);
    expect(bench.sent()).toEqual([]);
    store(bench);
    expect(bench.sent()).toEqual(["pubrec #1 0x10"]);
    bench.receive(pubrel(1));
    expect(bench.batches.at(-1)?.changes).toEqual([{ type: "completed", packetId: 1 }]);
    expect(bench.sent()).toEqual([]);
    store(bench);
    expect(bench.sent()).toEqual(["pubcomp #1"]);
  });

  test("PUBACK rests on nothing, but keeps its place behind a PUBREC that waits", () => {
    const bench = rejoiningBench({ isDurable: true }).online();
    bench.stores = false;
    bench.receive(q1(1), q2(2), q1(3)).sent();
    deliveries(bench).forEach((id) => bench.acknowledge(id));
    expect(bench.sent()).toEqual(["puback #1"]);
    store(bench);
    expect(bench.sent()).toEqual(["pubrec #2", "puback #3"]);
  });

  test("answers that waited for the store when the connection went are not sent on the next", () => {
    const bench = rejoiningBench({ isDurable: true }).online();
    bench.stores = false;
    bench.receive(q2(1));
    bench.acknowledge(bench.lastDelivery);
    bench.cut().online(connackResumed()).sent();
    store(bench);
    expect(bench.sent()).toEqual([]);
  });
});
