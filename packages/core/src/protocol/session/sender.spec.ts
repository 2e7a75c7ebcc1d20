import { describe, expect, test } from "@jest/globals";
import type { StoreChange } from "../../ports/session-store.js";
import { EngineBench, rejoiningBench } from "../../../test/support/engine-bench.js";
import {
  connack,
  connackResumed,
  disconnect,
  puback,
  pubcomp,
  pubrec,
  suback,
  unsuback,
} from "../../../test/support/server-bytes.js";
import { operationBytes } from "./operation.js";
import type { OfflineQueueBehavior } from "./outcomes.js";

const texts = (bench: EngineBench): string[] => bench.sent().filter((text) => !text.startsWith("connect"));

describe("publishing", () => {
  test("MQTT-2.2.1-2, MQTT-4.3.1-1, MQTT-3.3.1-2: QoS 0 has no id and no DUP, and is done when it is written", () => {
    const bench = new EngineBench().online();
    const id = bench.publish({ qos: 0, topic: "a", payload: "hi", dup: true });
    expect(bench.sentPackets().at(-1)?.packet).toMatchObject({ qos: 0, dup: false, payload: Buffer.from("hi") });
    expect(bench.settlement(id)).toEqual({ type: "publishCompleted", id, result: { qos: 0 } });
  });

  test("MQTT-4.3.2-1, MQTT-4.3.2-2, MQTT-4.3.2-3: QoS 1 has an id, no DUP, and is done with its PUBACK", () => {
    const bench = new EngineBench().online();
    const ids = bench.publishAll(1, "a", "b");
    expect(texts(bench)).toEqual(["publish #1 q1 a", "publish #2 q1 b"]);
    bench.receive(puback(2));
    expect(bench.outcomes(ids)).toEqual(["pending", "done"]);
    bench.receive(puback(1, 0x10));
    expect(bench.settlement(ids[0] ?? 0)).toMatchObject({ result: { qos: 1, puback: { reasonCode: 0x10 } } });
  });

  test("MQTT-4.3.3-1, MQTT-4.3.3-2, MQTT-4.3.3-4: QoS 2 goes through PUBREC, PUBREL and PUBCOMP", () => {
    const bench = new EngineBench().online();
    const id = bench.publish({ qos: 2, topic: "a" });
    bench.receive(pubrec(1));
    expect(bench.outcome(id)).toBe("pending");
    bench.receive(pubcomp(1));
    expect(texts(bench)).toEqual(["publish #1 q2 a", "pubrel #1"]);
    expect(bench.settlement(id)).toMatchObject({ result: { qos: 2, pubcomp: { packetId: 1, reasonCode: 0 } } });
  });

  test("MQTT-3.1.0-1: what is submitted before CONNACK goes after it, in order", () => {
    const bench = new EngineBench();
    bench.publish({ topic: "one" });
    bench.start();
    bench.subscribe("f");
    bench.publish({ topic: "two" });
    expect(bench.sent()).toEqual(["connect clean"]);
    bench.receive(connack());
    expect(bench.sent()).toEqual(["publish #1 q1 one", "subscribe #2 f", "publish #3 q1 two"]);
  });

  test("operations of one turn leave in one write, in the order of submission", () => {
    const bench = new EngineBench().online();
    bench.flushes = false;
    const before = bench.writeCount;
    bench.publish({ qos: 2, topic: "one" });
    bench.publish({ qos: 0, topic: "two" });
    bench.subscribe("f");
    bench.unsubscribe("f");
    bench.publish({ qos: 1, topic: "three" });
    bench.flush();
    expect(bench.writeCount - before).toBe(1);
    expect(texts(bench)).toEqual([
      "publish #1 q2 one",
      "publish q0 two",
      "subscribe #2 f",
      "unsubscribe #3 f",
      "publish #4 q1 three",
    ]);
  });

  test("scenario 11: a view sends its own bytes only", () => {
    const bench = new EngineBench().online();
    const payload = new Uint8Array(new Uint8Array(32).fill(7).buffer, 4, 2);
    bench.publish({ qos: 1, payload });
    expect(bench.sentPackets().at(-1)?.packet).toMatchObject({ payload: Buffer.of(7, 7) });
  });

  test("the caller may reuse the memory of a QoS 0 payload, though the message waits", () => {
    const bench = new EngineBench().online().stopReading();
    bench.publish({ qos: 0, topic: "fills the transport" });
    const payload = Buffer.from("kept");
    bench.publish({ qos: 0, topic: "a", payload });
    payload.fill(0);
    bench.resumeReading();
    expect(bench.sentPackets().at(-1)?.packet).toMatchObject({ topic: "a", payload: Buffer.from("kept") });
  });

  test("a payload above 64 KiB goes out whole", () => {
    const bench = new EngineBench().online();
    bench.publish({ payload: new Uint8Array(200_000).fill(3) });
    const packet = bench.sentPackets().at(-1)?.packet;
    expect(packet?.cmd === "publish" && Buffer.compare(Buffer.from(packet.payload), Buffer.alloc(200_000, 3))).toBe(0);
  });

  test("scenario 28: the caller's frozen packet is untouched and serves two clients", () => {
    const packet = Object.freeze({
      type: "publish" as const,
      topic: "t",
      payload: "x",
      qos: 1 as const,
      retain: false,
      dup: false,
    });
    for (const bench of [new EngineBench().online(), new EngineBench().online()]) {
      bench.engine.publish(0, { ...packet }, { timeoutMs: Infinity, isCancellable: false });
      expect(bench.pump().sent()).toContain("publish #1 q1 t");
    }
    expect(packet).not.toHaveProperty("packetId");
  });
});

describe("back-pressure", () => {
  test("scenario 43: above the high-water mark nothing is encoded, and QoS 0 is done when there is room again", () => {
    const bench = new EngineBench().online().stopReading();
    const ids = bench.publishAll(0, "one", "two", "three");
    expect(texts(bench)).toEqual(["publish q0 one"]);
    expect(bench.outcomes(ids)).toEqual(["pending", "pending", "pending"]);
    bench.resumeReading();
    expect(texts(bench)).toEqual(["publish q0 two", "publish q0 three"]);
    expect(bench.outcomes(ids)).toEqual(["done", "done", "done"]);
  });

  test("a write takes about 64 KiB, the rest follows in further ones", () => {
    const bench = new EngineBench().online();
    bench.flushes = false;
    for (let count = 0; count < 200; count += 1) {
      bench.publish({ qos: 0, payload: new Uint8Array(1_000) });
    }
    expect(bench.engine.isFull).toBe(true);
    const before = bench.writeCount;
    bench.flush();
    expect(bench.writeCount - before).toBe(4);
    expect(bench.engine.isFull).toBe(false);
    expect(texts(bench)).toHaveLength(200);
  });

  test("MQTT-4.9.0-3: answers wait with the rest and keep their order", () => {
    const bench = new EngineBench().online().stopReading();
    bench.publish({ qos: 2 });
    bench.receive(pubrec(1), "62 02 00 09");
    expect(texts(bench)).toEqual(["publish #1 q2 t"]);
    bench.resumeReading();
    expect(texts(bench)).toEqual(["pubrel #1", "pubcomp #9 0x92"]);
  });

  test("an answer that waits already is not kept a second time: a flood of PUBRELs takes no memory", () => {
    const bench = new EngineBench().online().stopReading();
    bench.publish({ qos: 0 });
    for (let count = 0; count < 1_000; count += 1) {
      bench.receive("62 02 00 09 62 02 00 0a");
    }
    bench.resumeReading();
    expect(texts(bench)).toEqual(["publish q0 t", "pubcomp #9 0x92", "pubcomp #10 0x92"]);
  });
});

describe("flow control", () => {
  test("MQTT-3.3.4-7: never more than Receive Maximum open, an acknowledgement makes room", () => {
    const bench = new EngineBench().online(connack({ receiveMaximum: 2 }));
    bench.publishAll(1, "a", "b", "c", "d");
    expect(texts(bench)).toEqual(["publish #1 q1 a", "publish #2 q1 b"]);
    bench.receive(puback(2));
    expect(texts(bench)).toEqual(["publish #3 q1 c"]);
    bench.receive(puback(1, 0x80));
    expect(texts(bench)).toEqual(["publish #4 q1 d"]);
  });

  test("MQTT-3.3.4-7: PUBREC below 0x80 gives nothing back, PUBCOMP and a failing PUBREC do", () => {
    const bench = new EngineBench().online(connack({ receiveMaximum: 1 }));
    bench.publishAll(2, "a", "b", "c");
    bench.receive(pubrec(1));
    expect(texts(bench)).toEqual(["publish #1 q2 a", "pubrel #1"]);
    bench.receive(pubcomp(1));
    expect(texts(bench)).toEqual(["publish #2 q2 b"]);
    bench.receive(pubrec(2, 0x97));
    expect(texts(bench)).toEqual(["publish #3 q2 c"]);
  });

  test("MQTT-3.3.4-8: at quota 0 QoS 0, SUBSCRIBE, UNSUBSCRIBE, PINGREQ and answers still go", () => {
    const bench = new EngineBench().online(connack({ receiveMaximum: 1 }));
    bench.publishAll(1, "a", "b");
    bench.publish({ qos: 0, topic: "zero" });
    bench.subscribe("f");
    bench.unsubscribe("f");
    bench.checkConnection().receive("62 02 00 09").stop();
    expect(texts(bench)).toEqual([
      "publish #1 q1 a",
      "publish q0 zero",
      "subscribe #2 f",
      "unsubscribe #3 f",
      "pingreq",
      "pubcomp #9 0x92",
      "disconnect",
    ]);
  });

  test("MQTT-4.9.0-2: stray acknowledgements do not raise the quota", () => {
    const bench = new EngineBench().online(connack({ receiveMaximum: 1 }));
    bench.receive(puback(7), pubcomp(8), pubrec(9, 0x80), suback(3, 0));
    bench.publishAll(1, "a", "b");
    expect(texts(bench)).toEqual(["publish #1 q1 a"]);
  });

  test("MQTT-3.3.4-7: the quota of each connection is its own", () => {
    const bench = rejoiningBench().online(connack({ receiveMaximum: 10 }));
    bench.publishAll(1, "a", "b", "c");
    bench.cut().sent();
    bench.online(connackResumed({ receiveMaximum: 1 }));
    expect(texts(bench)).toEqual(["publish #1 q1 dup a"]);
    bench.receive(puback(1));
    expect(texts(bench)).toEqual(["publish #2 q1 dup b"]);
  });
});

describe("coming back to a session", () => {
  test("scenario 1, MQTT-3.3.1-1, MQTT-4.4.0-1, MQTT-4.6.0-1: same ids, DUP, original order, then the rest", () => {
    const bench = rejoiningBench().online();
    bench.publish({ topic: "one", qos: 1 });
    bench.publish({ topic: "two", qos: 2 });
    bench.publish({ topic: "three", qos: 1 });
    bench.receive(puback(1)).cut().sent();
    bench.publish({ topic: "four" });
    bench.online(connackResumed());
    bench.publish({ topic: "five" });
    expect(texts(bench)).toEqual([
      "publish #2 q2 dup two",
      "publish #3 q1 dup three",
      "publish #4 q1 four",
      "publish #5 q1 five",
    ]);
  });

  test("MQTT-4.3.3-5, MQTT-4.3.3-6, MQTT-4.6.0-4: PUBRELs first, in the order of their PUBRECs, and no PUBLISH", () => {
    const bench = rejoiningBench().online();
    bench.publishAll(2, "a", "b", "c", "d");
    bench.receive(pubrec(3), pubrec(1)).cut().sent();
    bench.online(connackResumed());
    expect(texts(bench)).toEqual(["pubrel #3", "pubrel #1", "publish #2 q2 dup b", "publish #4 q2 dup d"]);
  });

  test("PUBRELs go whatever the quota, and each holds a unit of it", () => {
    const bench = rejoiningBench().online();
    bench.publishAll(2, "a", "b", "c");
    bench.receive(pubrec(1), pubrec(2)).cut().sent();
    bench.online(connackResumed({ receiveMaximum: 1 }));
    expect(texts(bench)).toEqual(["pubrel #1", "pubrel #2"]);
    bench.receive(pubcomp(1));
    expect(texts(bench)).toEqual([]);
    bench.receive(pubcomp(2));
    expect(texts(bench)).toEqual(["publish #3 q2 dup c"]);
  });

  test("scenario 4: a message that is never acknowledged holds back neither the success nor a SUBSCRIBE", () => {
    const bench = rejoiningBench().online();
    bench.publishAll(1, "a", "b", "c");
    bench.cut().told();
    bench.sent();
    bench.online(connackResumed({ receiveMaximum: 2 }));
    bench.subscribe("f");
    expect(bench.told()).toEqual(["attemptingConnect", "connectionSuccess"]);
    expect(texts(bench)).toEqual(["publish #1 q1 dup a", "publish #2 q1 dup b", "subscribe #4 f"]);
  });

  test("what is submitted with the news of the connection comes after what is sent again", () => {
    const bench = rejoiningBench().online();
    bench.publishAll(1, "a", "b");
    bench.cut().start().advance(1_000).sent();
    bench.flushes = false;
    bench.receive(connackResumed());
    bench.subscribe("f");
    bench.publish({ qos: 0, topic: "zero" });
    bench.flush();
    expect(texts(bench)).toEqual(["publish #1 q1 dup a", "publish #2 q1 dup b", "subscribe #3 f", "publish q0 zero"]);
  });

  test("MQTT-4.3.3-7: message expiry does not stop what was written before", () => {
    const bench = rejoiningBench().online();
    const id = bench.publish({ qos: 2, messageExpiryInterval: 1 });
    bench.cut().advance(5_000);
    bench.sent();
    bench.online(connackResumed());
    expect(bench.sent().at(-1)).toBe("publish #1 q2 dup t");
    expect(bench.outcome(id)).toBe("pending");
  });

  test("MQTT-4.4.0-1: nothing is sent again on the same connection", () => {
    const bench = rejoiningBench({ ackTimeoutMs: 1e9 }).online();
    bench.publishAll(1, "a");
    bench.publishAll(2, "b", "c");
    bench.receive(pubrec(2)).sent();
    bench.advance(600_000);
    expect(bench.sent()).toEqual([]);
  });

  test("MQTT-4.4.0-2: what was refused is not sent again", () => {
    const bench = rejoiningBench().online();
    const ids = [bench.publish({ qos: 1 }), bench.publish({ qos: 2 })];
    bench.receive(puback(1, 0x87), pubrec(2, 0x83)).cut().online(connackResumed());
    expect(texts(bench).slice(2)).toEqual([]);
    expect(bench.outcomes(ids)).toEqual(["PUBLISH_REJECTED refused", "PUBLISH_REJECTED refused"]);
  });

  test("an acknowledgement that comes before the message could be sent again makes that needless", () => {
    const bench = rejoiningBench().online();
    const ids = [bench.publish({ topic: "a" }), bench.publish({ qos: 2, topic: "b" }), bench.publish({ topic: "c" })];
    bench.cut().sent();
    bench.online(connackResumed({ receiveMaximum: 1 })).receive(pubrec(2), puback(3), puback(1));
    expect(texts(bench)).toEqual(["publish #1 q1 dup a", "pubrel #2"]);
    bench.receive(pubcomp(2));
    expect(bench.outcomes(ids)).toEqual(["done", "done", "done"]);
    bench.publishAll(1, "d", "e");
    expect(texts(bench)).toEqual(["publish #4 q1 d"]);
  });

  test("MQTT-4.9.0-2: the acknowledgement of one that was not sent on this connection gives no quota back", () => {
    const bench = rejoiningBench().online();
    bench.publishAll(1, "a", "b", "c");
    bench.cut().sent();
    bench.online(connackResumed({ receiveMaximum: 1 })).receive(puback(3));
    expect(texts(bench)).toEqual(["publish #1 q1 dup a"]);
  });

  test("what the quota held back when the next connection went too is sent again on the one after, once", () => {
    const bench = rejoiningBench().online();
    const ids = bench.publishAll(1, "a", "b", "c");
    bench
      .cut()
      .online(connackResumed({ receiveMaximum: 1 }))
      .cut();
    bench.publishAll(1, "d");
    bench.sent();
    bench.online(connackResumed({ receiveMaximum: 2 })).receive(puback(1), puback(2));
    expect(texts(bench)).toEqual([
      "publish #1 q1 dup a",
      "publish #2 q1 dup b",
      "publish #3 q1 dup c",
      "publish #4 q1 d",
    ]);
    bench.receive(puback(3));
    expect(bench.outcomes(ids)).toEqual(["done", "done", "done"]);
  });

  test("scenario 12: 1 000 reconnects with one publish pending each: one copy of each a connection", () => {
    const bench = rejoiningBench({ maxReconnectDelayMs: 1_000 }).online(connack({ receiveMaximum: 5 }));
    for (let count = 0; count < 1_000; count += 1) {
      bench.publish({ topic: `t${String(count)}` });
      bench.cut().online(connackResumed({ receiveMaximum: 5 }));
      const written = texts(bench);
      expect(new Set(written).size).toBe(written.length);
      expect(written.filter((text) => text.includes(" dup ")).length).toBeLessThanOrEqual(5);
      bench.receive(puback(count + 1));
    }
    expect(bench.events.filter(({ type }) => type === "publishCompleted")).toHaveLength(1_000);
  });
});

describe("losing a session", () => {
  const flights = (options = {}): { bench: EngineBench; ids: number[] } => {
    const bench = rejoiningBench(options).online(connack({ receiveMaximum: 3 }));
    const ids = [
      bench.publish({ topic: "released", qos: 2 }),
      bench.publish({ topic: "one", qos: 1 }),
      bench.publish({ topic: "two", qos: 2 }),
      bench.publish({ topic: "unwritten", qos: 2 }),
    ];
    bench.receive(pubrec(1)).cut().sent();
    return { bench, ids };
  };

  test("scenario 3, MQTT-3.2.2-5: no PUBREL; QoS 1 as new, QoS 2 fails with its outcome, unwritten ones go", () => {
    const { bench, ids } = flights();
    bench.online(connack());
    expect(texts(bench)).toEqual(["publish #4 q1 one", "publish #5 q2 unwritten"]);
    expect(bench.outcomes(ids)).toEqual(["SESSION_LOST received", "pending", "SESSION_LOST unknown", "pending"]);
  });

  test("resendAll sends written QoS 2 messages too, fail sends none", () => {
    const all = flights({ sessionLostPublishBehavior: "resendAll" });
    all.bench.online(connack());
    expect(texts(all.bench)).toEqual(["publish #4 q1 one", "publish #5 q2 two", "publish #6 q2 unwritten"]);
    const none = flights({ sessionLostPublishBehavior: "fail" });
    none.bench.online(connack());
    expect(texts(none.bench)).toEqual(["publish #4 q2 unwritten"]);
    expect(none.bench.outcomes(none.ids)).toEqual([
      "SESSION_LOST received",
      "SESSION_LOST unknown",
      "SESSION_LOST unknown",
      "pending",
    ]);
  });

  test("MQTT-3.2.2-5: the ids are free again, and old acknowledgements mean nothing", () => {
    const { bench, ids } = flights();
    bench.online(connack()).receive(puback(2), pubcomp(1));
    expect([bench.outcome(ids[1] ?? 0), bench.engine.state]).toEqual(["pending", "connected"]);
    bench.receive(puback(4));
    expect(bench.outcome(ids[1] ?? 0)).toBe("done");
  });

  test("MQTT-3.2.2-5: the new exchange is sent again with DUP once it was written in the new session", () => {
    const { bench } = flights();
    bench.online(connack()).cut().sent();
    bench.online(connackResumed());
    expect(texts(bench)).toEqual(["publish #4 q1 dup one", "publish #5 q2 dup unwritten"]);
  });

  test("as new, they obey the quota and stay ahead of later ones", () => {
    const bench = rejoiningBench().online();
    bench.publishAll(1, "a", "b", "c");
    bench.cut().sent();
    bench.publish({ topic: "d" });
    bench.online(connack({ receiveMaximum: 2 }));
    bench.publish({ topic: "e" });
    expect(texts(bench)).toEqual(["publish #4 q1 a", "publish #5 q1 b"]);
    bench.receive(puback(4), puback(5));
    expect(texts(bench)).toEqual(["publish #6 q1 c", "publish #7 q1 d"]);
  });

  test("those that still wait for the new session survive the loss of the next connection", () => {
    const bench = rejoiningBench().online();
    bench.publishAll(1, "a", "b");
    bench
      .cut()
      .online(connack({ receiveMaximum: 1 }))
      .cut()
      .sent();
    bench.online(connackResumed());
    expect(texts(bench)).toEqual(["publish #3 q1 dup a", "publish #4 q1 b"]);
  });

  test("one whose timeout comes before it could be sent as new is withdrawn, and may have been delivered before", () => {
    const bench = rejoiningBench().online();
    bench.publish({ topic: "a" });
    const id = bench.publish({ topic: "b" }, { timeoutMs: 10_000 });
    bench
      .cut()
      .online(connack({ receiveMaximum: 1 }))
      .advance(10_000);
    expect(bench.outcome(id)).toBe("OPERATION_TIMEOUT unknown");
    bench.sent();
    bench.receive(puback(3));
    expect(bench.sent()).toEqual([]);
  });

  test("one that had timed out is not carried into a new session", () => {
    const bench = rejoiningBench().online();
    const id = bench.publish({}, { timeoutMs: 100 });
    bench.advance(100).cut().sent();
    bench.online(connack());
    expect([texts(bench), bench.outcome(id)]).toEqual([[], "OPERATION_TIMEOUT kept"]);
  });

  test("what a cancelled publish holds in the session is sent again, and forgotten with the session", () => {
    const bench = rejoiningBench().online();
    const id = bench.publish();
    bench.cancel(id).cut().sent();
    bench.online(connackResumed());
    expect(texts(bench)).toEqual(["publish #1 q1 dup t"]);
    bench.cut().sent();
    bench.online(connack());
    expect([texts(bench), bench.outcome(id)]).toEqual([[], "pending"]);
  });

  test("one that the new session's server does not take is failed, and may have been delivered before", () => {
    const bench = rejoiningBench().online();
    const id = bench.publish({ retain: true });
    bench.cut().online(connack({ retainAvailable: false }));
    expect(bench.outcome(id)).toBe("NOT_SUPPORTED_BY_SERVER unknown");
  });
});

describe("without a connection", () => {
  type Row = "QoS 0" | "QoS 1 unsent" | "QoS 2 unsent" | "QoS 1 sent" | "QoS 2 sent" | "SUBSCRIBE" | "UNSUBSCRIBE";
  const rows: readonly [Row, OfflineQueueBehavior, "fail" | "keep"][] = [
    ["QoS 0", "failNonQos1PublishOnDisconnect", "fail"],
    ["QoS 0", "failQos0PublishOnDisconnect", "fail"],
    ["QoS 0", "failAllOnDisconnect", "fail"],
    ["QoS 1 unsent", "failNonQos1PublishOnDisconnect", "keep"],
    ["QoS 1 unsent", "failQos0PublishOnDisconnect", "keep"],
    ["QoS 1 unsent", "failAllOnDisconnect", "fail"],
    ["QoS 2 unsent", "failNonQos1PublishOnDisconnect", "keep"],
    ["QoS 2 unsent", "failQos0PublishOnDisconnect", "keep"],
    ["QoS 2 unsent", "failAllOnDisconnect", "fail"],
    ["QoS 1 sent", "failNonQos1PublishOnDisconnect", "keep"],
    ["QoS 1 sent", "failQos0PublishOnDisconnect", "keep"],
    ["QoS 1 sent", "failAllOnDisconnect", "keep"],
    ["QoS 2 sent", "failNonQos1PublishOnDisconnect", "keep"],
    ["QoS 2 sent", "failQos0PublishOnDisconnect", "keep"],
    ["QoS 2 sent", "failAllOnDisconnect", "keep"],
    ["SUBSCRIBE", "failNonQos1PublishOnDisconnect", "fail"],
    ["SUBSCRIBE", "failQos0PublishOnDisconnect", "keep"],
    ["SUBSCRIBE", "failAllOnDisconnect", "fail"],
    ["UNSUBSCRIBE", "failNonQos1PublishOnDisconnect", "fail"],
    ["UNSUBSCRIBE", "failQos0PublishOnDisconnect", "keep"],
    ["UNSUBSCRIBE", "failAllOnDisconnect", "fail"],
    ["QoS 0", "keepAllOnDisconnect", "keep"],
    ["QoS 1 unsent", "keepAllOnDisconnect", "keep"],
    ["QoS 2 unsent", "keepAllOnDisconnect", "keep"],
    ["QoS 1 sent", "keepAllOnDisconnect", "keep"],
    ["QoS 2 sent", "keepAllOnDisconnect", "keep"],
    ["SUBSCRIBE", "keepAllOnDisconnect", "keep"],
    ["UNSUBSCRIBE", "keepAllOnDisconnect", "keep"],
  ];

  const submit = (bench: EngineBench, row: Row): number => {
    switch (row) {
      case "QoS 0":
        return bench.publish({ qos: 0, topic: "it" });
      case "QoS 1 unsent":
      case "QoS 1 sent":
        return bench.publish({ qos: 1, topic: "it" });
      case "QoS 2 unsent":
      case "QoS 2 sent":
        return bench.publish({ qos: 2, topic: "it" });
      case "SUBSCRIBE":
        return bench.subscribe("it");
      case "UNSUBSCRIBE":
        return bench.unsubscribe("it");
    }
  };

  test.each(rows)("at the disconnect, %s under %s: %s", (row, offlineQueueBehavior, fate) => {
    const bench = rejoiningBench({ offlineQueueBehavior }).online(connack({ receiveMaximum: 1 }));
    if (row.endsWith("unsent")) {
      bench.publish({ topic: "holds the quota" });
    } else if (row === "QoS 0") {
      bench.stopReading().checkConnection();
    }
    const id = submit(bench, row);
    const wasSent = bench.sent().some((text) => text.endsWith(" it"));
    expect(wasSent).toBe(!row.endsWith("unsent") && row !== "QoS 0");
    bench.cut();
    if (fate === "fail") {
      const outcome = { "QoS 0": " notSent", "QoS 1 unsent": " notSent", "QoS 2 unsent": " notSent" }[row as string];
      expect(bench.outcome(id)).toBe(`DISCONNECTED${outcome ?? ""}`);
    } else {
      expect(bench.outcome(id)).toBe("pending");
      bench.online(connackResumed());
      expect(bench.sent().filter((text) => text.endsWith(" it"))).toHaveLength(1);
    }
  });

  test.each(rows.filter(([row]) => !row.endsWith(" sent")))(
    "submitted offline, %s under %s: %s",
    (row, offlineQueueBehavior, fate) => {
      for (const bench of [
        rejoiningBench({ offlineQueueBehavior }),
        rejoiningBench({ offlineQueueBehavior }).start(),
        rejoiningBench({ offlineQueueBehavior }).online().cut(),
      ]) {
        const id = submit(bench, row);
        expect(bench.outcome(id).split(" ")[0]).toBe(fate === "fail" ? "OFFLINE" : "pending");
        bench.sent();
        bench.online();
        expect(bench.sent().filter((text) => text.endsWith(" it"))).toHaveLength(fate === "fail" ? 0 : 1);
      }
    },
  );

  test("a failing connection attempt fails nothing that waits", () => {
    const bench = new EngineBench().start();
    const ids = [bench.publish({ qos: 1 }), bench.subscribe("f")];
    bench.cut().advance(1_000).cut();
    expect(bench.outcomes(ids)).toEqual(["pending", "pending"]);
  });

  test("under failAll a sent publish is kept until the fate of the session is known", () => {
    const bench = rejoiningBench({ offlineQueueBehavior: "failAllOnDisconnect" }).online();
    const ids = [bench.publish({ qos: 1 }), bench.publish({ qos: 2 })];
    bench.cut();
    expect(bench.outcomes(ids)).toEqual(["pending", "pending"]);
    bench.online(connack());
    expect(bench.outcomes(ids)).toEqual(["SESSION_LOST unknown", "SESSION_LOST unknown"]);
    expect(texts(bench).slice(2)).toEqual([]);
  });

  test("under failAll one that waited for the store fails as unsent", () => {
    const bench = rejoiningBench({ offlineQueueBehavior: "failAllOnDisconnect", isDurable: true }).online();
    bench.stores = false;
    const id = bench.publish();
    bench.cut();
    expect(bench.outcome(id)).toBe("DISCONNECTED notSent");
    bench.stores = true;
    for (const { number } of bench.batches) {
      bench.engine.handleStored(bench.now, number);
    }
    bench.online(connackResumed());
    expect(bench.sent()).toEqual(["connect clean", "connect resume"]);
  });

  test("the error carries what ended the connection", () => {
    const bench = new EngineBench({ offlineQueueBehavior: "failAllOnDisconnect" }).online();
    const id = bench.subscribe("f");
    bench.receive(disconnect(0x8b));
    const cause = bench.lastError;
    const packet = { reasonCode: 0x8b };
    expect(bench.errorOf(id)).toMatchObject({ code: "DISCONNECTED", source: "server", disconnect: packet, cause });
  });

  test("so does the one of a stop that the reconnect policy decided on", () => {
    const bench = new EngineBench({ sessionBehavior: "rejoinAlways" }).online();
    const ids = bench.publishAll(1, "in flight");
    bench.cut();
    ids.push(...bench.publishAll(1, "queued"));
    bench.engine.handleReconnectDecision(bench.now, bench.attempt, { decision: "stop", followsReference: false });
    bench.pump();
    expect(bench.outcomes(ids)).toEqual(["DISCONNECTED kept", "DISCONNECTED notSent"]);
    expect(ids.map((id) => bench.errorOf(id).cause)).toEqual([bench.lastError, bench.lastError]);
  });

  test("scenario 21: a socket cut before SUBACK: sent again in its place, one outcome", () => {
    const bench = new EngineBench().online();
    const ids = [bench.subscribe("one"), bench.publish({ topic: "two" }), bench.unsubscribe("three")];
    bench.cut().sent();
    bench.subscribe("four");
    bench.online();
    expect(texts(bench)).toEqual([
      "publish #4 q1 two",
      "subscribe #5 one",
      "unsubscribe #6 three",
      "subscribe #7 four",
    ]);
    bench.receive(suback(1, 0), unsuback(3, 0));
    expect(bench.outcomes(ids)).toEqual(["pending", "pending", "pending"]);
    bench.receive(suback(5, 0), unsuback(6, 0));
    expect(bench.outcomes(ids)).toEqual(["done", "pending", "done"]);
  });

  test("a subscribe that had timed out is not sent again", () => {
    const bench = new EngineBench().online();
    bench.subscribe("f", { timeoutMs: 10 });
    bench.advance(10).cut().sent();
    bench.online();
    expect(texts(bench)).toEqual([]);
  });
});

describe("the limits of the queue", () => {
  const limited = (queue: Partial<EngineBench["settings"]["queue"]>): EngineBench =>
    new EngineBench({ queue: { maxOperations: 3, maxBytes: 1e9, whenFull: "reject", ...queue } });

  test("reject: the newest is refused", () => {
    const bench = limited({});
    const ids = [...bench.publishAll(1, "a", "b"), bench.subscribe("f"), bench.publish(), bench.unsubscribe("f")];
    expect(bench.outcomes(ids)).toEqual(["pending", "pending", "pending", "QUEUE_FULL notSent", "QUEUE_FULL notSent"]);
    bench.online();
    expect(texts(bench)).toEqual(["publish #1 q1 a", "publish #2 q1 b", "subscribe #3 f"]);
  });

  test("dropOldest: the oldest publish goes, a SUBSCRIBE never", () => {
    const bench = limited({ whenFull: "dropOldest" });
    const ids = [bench.subscribe("f"), ...bench.publishAll(1, "a"), ...bench.publishAll(2, "b"), bench.publish()];
    expect(bench.outcomes(ids)).toEqual(["pending", "QUEUE_FULL notSent", "pending", "pending"]);
    expect(bench.outcome(bench.subscribe("g"))).toBe("pending");
    expect(bench.outcome(ids[2] ?? 0)).toBe("QUEUE_FULL notSent");
  });

  test("dropOldest with nothing to drop refuses the newest", () => {
    const bench = limited({ whenFull: "dropOldest" });
    const ids = ["a", "b", "c", "d"].map((filter) => bench.subscribe(filter));
    expect(bench.outcomes(ids)).toEqual(["pending", "pending", "pending", "QUEUE_FULL notSent"]);
  });

  test("dropOldestQos0 drops no other", () => {
    const bench = limited({ whenFull: "dropOldestQos0" }).online().stopReading();
    bench.publish({ qos: 0, topic: "fills the transport" });
    const ids = [bench.publish({ qos: 1 }), bench.publish({ qos: 0 }), bench.publish({ qos: 1 })];
    ids.push(bench.publish({ qos: 1 }), bench.publish({ qos: 1 }));
    expect(bench.outcomes(ids)).toEqual(["pending", "QUEUE_FULL notSent", "pending", "pending", "QUEUE_FULL notSent"]);
  });

  test("what was written never counts and never goes", () => {
    const bench = limited({ whenFull: "dropOldest" }).online(connack({ receiveMaximum: 2 }));
    const ids = bench.publishAll(1, "a", "b", "c", "d", "e", "f");
    expect(bench.outcomes(ids)).toEqual(["pending", "pending", "QUEUE_FULL notSent", "pending", "pending", "pending"]);
  });

  test("maxBytes counts memory; one that is larger than all drops nothing", () => {
    const size = 50;
    const maxBytes = 2 * (operationBytes + size);
    const bench = limited({ maxOperations: 100, maxBytes, whenFull: "dropOldest" });
    const payload = new Uint8Array(size - 8);
    const ids = [bench.publish({ payload }), bench.publish({ payload })];
    expect(bench.outcomes(ids)).toEqual(["pending", "pending"]);
    expect(bench.outcome(bench.publish({ payload: new Uint8Array(maxBytes) }))).toBe("QUEUE_FULL notSent");
    expect(bench.outcomes(ids)).toEqual(["pending", "pending"]);
    bench.publish({ payload });
    expect(bench.outcomes(ids)).toEqual(["QUEUE_FULL notSent", "pending"]);
  });

  test.each([
    ["maxOperations", { maxBytes: 1e9 }, 100_000],
    ["maxBytes", {}, 67_108_864 / (operationBytes + 8)],
  ])("scenario 24: 200 000 publishes offline: %s holds, and the rest goes out", (_, limits, most) => {
    const defaults = new EngineBench().settings.queue;
    const bench = new EngineBench({ queue: { ...defaults, ...limits } });
    bench.flushes = false;
    let refused = 0;
    for (let count = 0; count < 200_000; count += 1) {
      bench.publish({ qos: 1 });
    }
    for (const event of bench.events) {
      refused += event.type === "operationFailed" ? 1 : 0;
    }
    expect(200_000 - refused).toBe(Math.floor(most));
    bench.flushes = true;
    bench.online(connack({ receiveMaximum: 10 }));
    expect(texts(bench)).toHaveLength(10);
  });
});

describe("timeouts and cancellation", () => {
  test("timeoutMs runs from the call, offline time included, and withdraws what was not written", () => {
    const bench = new EngineBench();
    const ids = [bench.publish({ qos: 1 }, { timeoutMs: 5_000 }), bench.subscribe("f", { timeoutMs: 6_000 })];
    bench.advance(4_999);
    expect(bench.outcomes(ids)).toEqual(["pending", "pending"]);
    bench.advance(1_001);
    expect(bench.outcomes(ids)).toEqual(["OPERATION_TIMEOUT notSent", "OPERATION_TIMEOUT"]);
    expect(bench.errorOf(ids[0] ?? 0)).toMatchObject({ stage: "queued" });
    bench.online();
    expect(texts(bench)).toEqual([]);
  });

  test("a written publish stays in the session: id, quota and redelivery", () => {
    const bench = rejoiningBench().online(connack({ receiveMaximum: 1 }));
    const id = bench.publish({ qos: 2, topic: "a" }, { timeoutMs: 1_000 });
    bench.publish({ topic: "b" });
    bench.advance(1_000);
    expect(bench.errorOf(id)).toMatchObject({ code: "OPERATION_TIMEOUT", stage: "sent", outcome: "kept" });
    expect(texts(bench)).toEqual(["publish #1 q2 a"]);
    bench.cut().sent();
    bench.online(connackResumed({ receiveMaximum: 1 })).receive(pubrec(1));
    expect(texts(bench)).toEqual(["publish #1 q2 dup a", "pubrel #1"]);
    bench.receive(pubcomp(1));
    expect(texts(bench)).toEqual(["publish #2 q1 b"]);
  });

  test("scenario 23: a lost SUBACK times out, its id stays in use, and a late SUBACK is no error", () => {
    const bench = new EngineBench().online();
    const id = bench.subscribe("f");
    bench.advance(59_999);
    expect(bench.outcome(id)).toBe("pending");
    bench.advance(1);
    expect(bench.outcome(id)).toBe("OPERATION_TIMEOUT");
    bench.publish();
    expect(bench.sent().at(-1)).toBe("publish #2 q1 t");
    bench.receive(suback(1, 0));
    expect(bench.engine.state).toBe("connected");
  });

  test("ackTimeoutMs runs from each write, and not while there is no connection", () => {
    const bench = rejoiningBench({ connectTimeoutMs: 1e9, connackTimeoutMs: 1e9 }).online();
    const id = bench.publish();
    bench.advance(59_000).cut().advance(1_000).advance(500_000);
    expect(bench.outcome(id)).toBe("pending");
    bench.receive(connackResumed()).advance(59_999);
    expect(bench.outcome(id)).toBe("pending");
    bench.advance(1);
    expect(bench.outcome(id)).toBe("OPERATION_TIMEOUT kept");
  });

  test("at QoS 2 ackTimeoutMs spans to PUBCOMP", () => {
    const bench = new EngineBench().online();
    const id = bench.publish({ qos: 2 });
    bench.advance(59_000).receive(pubrec(1)).advance(1_000);
    expect(bench.outcome(id)).toBe("OPERATION_TIMEOUT kept");
  });

  test("cancel withdraws what was not written, without an event", () => {
    const bench = new EngineBench().online(connack({ receiveMaximum: 1 }));
    const [, second = 0, third = 0] = bench.publishAll(1, "a", "b", "c");
    bench.cancel(second).receive(puback(1));
    expect(texts(bench)).toEqual(["publish #1 q1 a", "publish #2 q1 c"]);
    bench.receive(puback(2));
    expect(bench.outcomes([second, third])).toEqual(["pending", "done"]);
    expect(bench.engine.pollTimeout()).toBeUndefined();
  });

  test("cancel after the end, twice, or of what cannot be cancelled does nothing", () => {
    const bench = new EngineBench().online();
    const first = bench.publish();
    const second = bench.publish({}, { isCancellable: false });
    bench.receive(puback(1)).cancel(first).cancel(first).cancel(second).receive(puback(2));
    expect(bench.outcomes([first, second])).toEqual(["done", "done"]);
  });

  test("a cancelled subscribe on the wire keeps its id until SUBACK", () => {
    const bench = new EngineBench().online();
    const id = bench.subscribe("f");
    bench.cancel(id).receive(suback(1, 0));
    expect([bench.engine.state, bench.outcome(id)]).toEqual(["connected", "pending"]);
  });
});

describe("message expiry", () => {
  const interval = (bench: EngineBench): unknown => {
    const packet = bench.sentPackets().at(-1)?.packet;
    return packet?.cmd === "publish" ? packet.properties?.messageExpiryInterval : packet?.cmd;
  };

  test("scenario 24: it counts down until the first write, and the rest goes out, rounded up", () => {
    const bench = new EngineBench();
    bench.publish({ messageExpiryInterval: 10 });
    bench.advance(3_200).online();
    expect(interval(bench)).toBe(7);
  });

  test.each([1, 10, 4_294_967_295])(
    "written at once, %i goes out as it is, whatever fraction the clock has",
    (given) => {
      const bench = new EngineBench().online();
      for (let count = 0; count < 300; count++) {
        bench.advance(10.1);
        bench.publish({ qos: 0, messageExpiryInterval: given });
        expect(interval(bench)).toBe(given);
      }
    },
  );

  test("used up it fails at once, without a connection too", () => {
    const bench = new EngineBench();
    const id = bench.publish({ messageExpiryInterval: 2 }, { timeoutMs: 60_000 });
    bench.advance(1_999);
    expect(bench.outcome(id)).toBe("pending");
    bench.advance(1);
    expect(bench.outcome(id)).toBe("MESSAGE_EXPIRED notSent");
    bench.online();
    expect(interval(bench)).toBe("connect");
  });

  test("an expired one is not written though nobody looked at the time before", () => {
    const bench = new EngineBench({ connectTimeoutMs: 1e9, connackTimeoutMs: 1e9 }).start();
    const id = bench.publish({ messageExpiryInterval: 2 });
    bench.leap(5_000).receive(connack());
    expect(interval(bench)).toBe("connect");
    expect(bench.outcome(id)).toBe("MESSAGE_EXPIRED notSent");
  });

  test("MQTT-4.3.3-7: once written it does not expire, its timeout goes on", () => {
    const bench = new EngineBench().online();
    const id = bench.publish({ messageExpiryInterval: 2 }, { timeoutMs: 5_000 });
    expect(interval(bench)).toBe(2);
    bench.advance(4_999);
    expect(bench.outcome(id)).toBe("pending");
    bench.advance(1);
    expect(bench.outcome(id)).toBe("OPERATION_TIMEOUT kept");
  });
});

describe("scenario 26: what the server does not take", () => {
  const check = (properties: Parameters<typeof connack>[0], submit: (bench: EngineBench) => number): void => {
    const before = new EngineBench();
    const queued = submit(before);
    const connected = new EngineBench().online(connack(properties));
    const direct = submit(connected);
    before.online(connack(properties));
    for (const [bench, id] of [
      [before, queued],
      [connected, direct],
    ] as const) {
      expect(bench.outcome(id).split(" ")[0]).toBe("NOT_SUPPORTED_BY_SERVER");
      expect(texts(bench)).toEqual([]);
      expect(bench.engine.state).toBe("connected");
      bench.publish({ qos: 0, topic: "next" });
      expect(texts(bench)).toEqual(["publish q0 next"]);
    }
  };

  test("MQTT-3.2.2-15: a packet larger than Maximum Packet Size; one that fits exactly goes", () => {
    check({ maximumPacketSize: 50 }, (bench) => bench.publish({ payload: new Uint8Array(500) }));
    check({ maximumPacketSize: 50 }, (bench) => bench.subscribe("f".repeat(60)));
    check({ maximumPacketSize: 50 }, (bench) => bench.unsubscribe("f".repeat(60)));
    check({ maximumPacketSize: 50 }, (bench) => bench.publish({ payload: new Uint8Array(43) }));
    const bench = new EngineBench().online(connack({ maximumPacketSize: 50 }));
    bench.publish({ payload: new Uint8Array(42) });
    expect(bench.sentPackets().at(-1)?.bytes).toHaveLength(50);
  });

  test("MQTT-3.2.2-11: a QoS above Maximum QoS", () => {
    check({ maximumQoS: 0 }, (bench) => bench.publish({ qos: 1 }));
    check({ maximumQoS: 1 }, (bench) => bench.publish({ qos: 2 }));
    const bench = new EngineBench().online(connack({ maximumQoS: 1 }));
    bench.publish({ qos: 1 });
    expect(texts(bench)).toEqual(["publish #1 q1 t"]);
  });

  test("MQTT-3.2.2-14: a retained message", () => {
    check({ retainAvailable: false }, (bench) => bench.publish({ retain: true }));
  });

  test("3.2.2.3.11 to .13: wildcards, subscription identifiers, shared subscriptions", () => {
    check({ wildcardSubscriptionAvailable: false }, (bench) => bench.subscribe(["plain", "a/+"]));
    check({ wildcardSubscriptionAvailable: false }, (bench) => bench.subscribe("#"));
    check({ subscriptionIdentifiersAvailable: false }, (bench) => bench.subscribe("f", { subscriptionIdentifier: 1 }));
    check({ sharedSubscriptionAvailable: false }, (bench) => bench.subscribe("$share/g/f"));
  });

  test("MQTT-3.2.2-11: a resend above the Maximum QoS of the new connection stays in the session", () => {
    const bench = rejoiningBench().online();
    const id = bench.publish({ qos: 2 });
    bench.cut().sent();
    bench.online(connackResumed({ maximumQoS: 1 }));
    expect([texts(bench), bench.outcome(id)]).toEqual([[], "NOT_SUPPORTED_BY_SERVER kept"]);
  });

  test("the limits of one server do not hold for the next", () => {
    const bench = new EngineBench()
      .online(connack({ maximumQoS: 0, maximumPacketSize: 20 }))
      .cut()
      .online();
    bench.publish({ qos: 2, payload: new Uint8Array(100) });
    expect(bench.sent().at(-1)).toBe("publish #1 q2 t");
  });
});

describe("the session store", () => {
  const durable = (options = {}): EngineBench => {
    const bench = rejoiningBench({ isDurable: true, ...options }).online();
    bench.stores = false;
    bench.sent();
    return bench;
  };
  const changes = (bench: EngineBench): StoreChange["type"][] =>
    bench.batches.flatMap((batch) => batch.changes.map(({ type }) => type));
  const store = (bench: EngineBench, batch = bench.batches.length): void => {
    bench.engine.handleStored(bench.now, batch);
    bench.pump();
  };
  /** Reports every batch stored, those that this brings about too. */
  const storeAll = (bench: EngineBench): void => {
    let stored = 0;
    while (bench.batches.length > stored) {
      stored += 1;
      store(bench, stored);
    }
  };
  const fail = (bench: EngineBench, batch = bench.batches.length): void => {
    bench.engine.handleStoreFailed(bench.now, { number: batch, cause: new Error("disk full") });
    bench.pump();
  };

  test("without one nothing is recorded", () => {
    const bench = rejoiningBench().online();
    bench.publish({ qos: 2 });
    expect(bench.batches).toEqual([]);
  });

  test("a publish is recorded before it is written, and goes once that is stored", () => {
    const bench = durable();
    bench.publish({ topic: "a" });
    expect(changes(bench)).toEqual(["accepted", "sending"]);
    expect(bench.sent()).toEqual([]);
    store(bench);
    expect(bench.sent()).toEqual(["publish #1 q1 a"]);
    bench.receive(puback(1));
    expect(changes(bench).at(-1)).toBe("finished");
  });

  test("QoS 0, SUBSCRIBE and PINGREQ wait for no store", () => {
    const bench = durable();
    bench.publish({ topic: "a" });
    bench.publish({ qos: 0, topic: "b" });
    bench.subscribe("f");
    bench.checkConnection();
    expect(bench.sent()).toEqual(["publish q0 b", "subscribe #2 f", "pingreq"]);
  });

  test("MQTT-3.14.4-1: what is stored after DISCONNECT was written is written no more", () => {
    const bench = durable().stopReading();
    bench.flushes = false;
    bench.publish({ qos: 0, topic: "fills the transport" });
    bench.publish({ topic: "a" });
    bench.flush();
    bench.flushes = true;
    bench.stop();
    store(bench);
    bench.resumeReading();
    expect(bench.sent()).toEqual(["publish q0 fills the transport", "disconnect"]);
  });

  test("PUBREL waits for the record of its PUBREC", () => {
    const bench = durable();
    bench.publish({ qos: 2 });
    store(bench);
    bench.sent();
    bench.receive(pubrec(1));
    expect(changes(bench).at(-1)).toBe("released");
    expect(bench.sent()).toEqual([]);
    store(bench);
    expect(bench.sent()).toEqual(["pubrel #1"]);
  });

  test("one batch at a time: what changes meanwhile goes with the next, and packets in their order", () => {
    const bench = durable();
    bench.publish({ topic: "a" });
    bench.publish({ topic: "b" });
    bench.receive("62 02 00 09");
    expect(bench.batches).toHaveLength(1);
    store(bench);
    expect(bench.sent()).toEqual(["publish #1 q1 a"]);
    expect(bench.batches).toHaveLength(2);
    store(bench);
    expect(bench.sent()).toEqual(["publish #2 q1 b", "pubcomp #9 0x92"]);
  });

  test("a report on another batch than the one at hand counts for nothing", () => {
    const bench = durable();
    const id = bench.publish({ topic: "a" });
    store(bench, 2);
    fail(bench, 7);
    expect([bench.sent(), bench.outcome(id)]).toEqual([[], "pending"]);
    store(bench, 1);
    store(bench, 1);
    fail(bench, 1);
    expect([bench.sent(), bench.outcome(id)]).toEqual([["publish #1 q1 a"], "pending"]);
  });

  test("a failing store fails the publish loudly, and it is never written", () => {
    const bench = durable();
    const id = bench.publish({ topic: "a" });
    fail(bench);
    expect(bench.outcome(id)).toBe("STORE_FAILED notSent");
    expect(bench.errorOf(id).cause).toEqual(new Error("disk full"));
    store(bench);
    expect(bench.sent()).toEqual([]);
    bench.publish({ topic: "b" });
    store(bench);
    expect(bench.sent()).toEqual(["publish #2 q1 b"]);
  });

  test("so does one that fails for a publish in the queue", () => {
    const bench = rejoiningBench({ isDurable: true });
    bench.stores = false;
    const ids = bench.publishAll(1, "a", "b");
    fail(bench, 1);
    expect(bench.outcomes(ids)).toEqual(["STORE_FAILED notSent", "pending"]);
    store(bench);
    bench.online();
    store(bench);
    expect(bench.sent().slice(1)).toEqual(["publish #1 q1 b"]);
  });

  test("its quota is given back", () => {
    const bench = rejoiningBench({ isDurable: true }).online(connack({ receiveMaximum: 1 }));
    bench.stores = false;
    bench.publish({ topic: "a" });
    fail(bench);
    bench.publish({ topic: "b" });
    storeAll(bench);
    expect(bench.sent().slice(1)).toEqual(["publish #2 q1 b"]);
  });

  test("a PUBREL whose record could not be kept waits until it is", () => {
    const bench = durable();
    const id = bench.publish({ qos: 2 });
    store(bench);
    bench.receive(pubrec(1)).sent();
    fail(bench);
    expect(bench.sent()).toEqual([]);
    bench.advance(10_000);
    expect(bench.batches.at(-1)?.changes.map(({ type }) => type)).toEqual(["released"]);
    store(bench);
    expect(bench.sent()).toEqual(["pubrel #1"]);
    bench.receive(pubcomp(1));
    expect(bench.outcome(id)).toBe("done");
  });

  test("a store that keeps failing is asked again after a while, not in circles", () => {
    const bench = durable();
    bench.publish({ qos: 2 });
    store(bench);
    bench.receive(pubrec(1));
    const before = bench.batches.length;
    for (let second = 0; second < 10; second += 1) {
      fail(bench);
      expect(bench.batches.length).toBe(before + second);
      bench.advance(1_000);
    }
    expect(bench.sent().slice(1)).toEqual([]);
  });

  test("a new change takes what is to be kept again along", () => {
    const bench = durable();
    bench.publish({ qos: 2, topic: "a" });
    store(bench);
    bench.receive(pubrec(1)).sent();
    fail(bench);
    bench.publish({ topic: "b" });
    expect(bench.batches.at(-1)?.changes.map(({ type }) => type)).toEqual(["released", "accepted", "sending"]);
    store(bench);
    expect(bench.sent()).toEqual(["pubrel #1", "publish #2 q1 b"]);
  });

  test("what waited for the store when the connection went is sent without DUP", () => {
    const bench = durable();
    bench.publish({ topic: "a" });
    bench.cut().online(connackResumed());
    store(bench, 1);
    expect(bench.sent()).toEqual(["connect resume", "publish #1 q1 a"]);
  });

  test("one that was written and goes into a new session fails there with an unknown outcome", () => {
    const bench = durable();
    const id = bench.publish({ topic: "a" });
    store(bench);
    bench.cut().sent();
    bench.online(connack());
    fail(bench);
    expect(bench.outcome(id)).toBe("STORE_FAILED unknown");
    bench.advance(5_000);
    store(bench);
    expect(bench.sent()).toEqual(["connect resume"]);
  });

  test("a stray acknowledgement of what was not written yet ends it", () => {
    for (const answer of [puback(1), pubrec(1, 0x80)]) {
      const bench = durable();
      const id = bench.publish({ qos: answer[0] === 0x40 ? 1 : 2 });
      bench.receive(answer);
      storeAll(bench);
      expect(bench.sent()).toEqual([]);
      expect(bench.outcome(id)).not.toBe("pending");
    }
  });

  test("a stray PUBREC of what was not written yet leaves PUBREL alone to send", () => {
    const bench = rejoiningBench({ isDurable: true }).online(connack({ receiveMaximum: 1 }));
    bench.stores = false;
    bench.sent();
    bench.publish({ qos: 2, topic: "a" });
    bench.receive(pubrec(1));
    storeAll(bench);
    expect(bench.sent()).toEqual(["pubrel #1"]);
    bench.publish({ topic: "b" });
    bench.stores = true;
    bench.receive(pubcomp(1));
    store(bench);
    expect(bench.sent()).toEqual(["publish #2 q1 b"]);
  });
});
