/** What belongs to the session and outlives a connection, and what does not (sections 4.1 and 4.4). */
import { describe, expect, test } from "@jest/globals";
import { EngineBench, rejoiningBench } from "../support/engine-bench.js";
import { connack, connackResumed, puback, publish, pubrec, pubrel, suback } from "../support/server-bytes.js";

/** A client with a publish before PUBACK, one before PUBREC, one before PUBCOMP, and a received QoS 2 message. */
function withOpenExchanges(bench: EngineBench): { readonly bench: EngineBench; readonly ids: readonly number[] } {
  const ids = [
    bench.publish({ topic: "one", qos: 1 }),
    bench.publish({ topic: "two", qos: 2 }),
    bench.publish({ topic: "three", qos: 2 }),
  ];
  bench.receive(pubrec(3), publish({ topic: "in", qos: 2, packetId: 9 }));
  bench.acknowledge(bench.lastDelivery);
  bench.sent();
  return { bench, ids };
}

describe("MQTT-4.1.0-1, R-4.1-session-state: session state", () => {
  test("is whole after an hour on a connection whose session lives for a second", () => {
    const { bench, ids } = withOpenExchanges(
      rejoiningBench({ ackTimeoutMs: Infinity, connect: { sessionExpiryInterval: 1 } }).online(),
    );
    bench.advance(3_600_000).receive(publish({ topic: "in", qos: 2, packetId: 9, dup: true }));
    expect([bench.topics, bench.sent()]).toEqual([["in"], ["pubrec #9"]]);
    expect(bench.outcomes(ids)).toEqual(["pending", "pending", "pending"]);
    bench.cut().online(connackResumed());
    expect(bench.sent()).toEqual(["connect resume", "pubrel #3", "publish #1 q1 dup one", "publish #2 q2 dup two"]);
  });

  test("MQTT-3.1.2-23: it outlives the connection, in both directions", () => {
    const { bench } = withOpenExchanges(rejoiningBench().online());
    bench.cut().online(connackResumed());
    expect(bench.sent()).toEqual(["connect resume", "pubrel #3", "publish #1 q1 dup one", "publish #2 q2 dup two"]);
    bench.receive(publish({ topic: "in", qos: 2, packetId: 9, dup: true }), pubrel(9));
    expect([bench.topics, bench.sent()]).toEqual([["in"], ["pubrec #9", "pubcomp #9"]]);
  });

  test("R-3.1.2.11.2-session-expiry: it ends with the connection where CONNACK says 0, whatever was asked for", () => {
    const { bench } = withOpenExchanges(rejoiningBench().online(connack({ sessionExpiryInterval: 0 })));
    bench.cut().online();
    expect(bench.sent()).toEqual(["connect resume", "publish #4 q1 one"]);
  });

  test("R-3.1.2.11.2-session-expiry: 0xFFFFFFFF is for ever", () => {
    const bench = rejoiningBench({ connect: { sessionExpiryInterval: 0xffff_ffff } }).online();
    expect(bench.sentPackets()[0]?.packet).toMatchObject({ properties: { sessionExpiryInterval: 0xffff_ffff } });
    bench.publish();
    bench.cut().advance(60_000);
    expect(bench.sent().at(-1)).toBe("connect resume");
  });

  test("MQTT-3.1.2-4: Clean Start drops it on both sides", () => {
    const { bench, ids } = withOpenExchanges(new EngineBench({ sessionLostPublishBehavior: "fail" }).online());
    bench.cut().online();
    expect(bench.sent()).toEqual(["connect clean"]);
    expect(bench.outcomes(ids)).toEqual(["SESSION_LOST unknown", "SESSION_LOST unknown", "SESSION_LOST received"]);
    bench.receive(publish({ topic: "new", qos: 2, packetId: 9 }));
    expect(bench.topics).toEqual(["in", "new"]);
  });

  test("MQTT-3.2.2-5, MQTT-3.2.2-3: so does a server that no longer has it", () => {
    const { bench, ids } = withOpenExchanges(rejoiningBench({ sessionLostPublishBehavior: "fail" }).online());
    bench.cut().online(connack());
    expect(bench.sent()).toEqual(["connect resume"]);
    expect(bench.outcomes(ids)).toEqual(["SESSION_LOST unknown", "SESSION_LOST unknown", "SESSION_LOST received"]);
    bench.receive(publish({ topic: "new", qos: 2, packetId: 9 }), pubrel(3));
    expect([bench.topics, bench.sent()]).toEqual([["in", "new"], ["pubcomp #3 0x92"]]);
  });

  test("MQTT-3.2.2-2, MQTT-3.2.2-4: a session that we asked to be dropped is not taken, and nothing is sent into it", () => {
    const bench = new EngineBench().start();
    const id = bench.publish();
    bench.receive(connackResumed());
    expect(bench.told()).toEqual(["attemptingConnect", "connectionFailure PROTOCOL_VIOLATION"]);
    expect([bench.sent(), bench.outcome(id)]).toEqual([["connect clean", "disconnect 0x82"], "pending"]);
  });

  test.each([
    ["publishes", (bench: EngineBench) => bench.publish({ qos: 1 })],
    [
      "messages that were taken over",
      (bench: EngineBench) => {
        bench.receive(publish({ qos: 2, packetId: 9 }));
        bench.acknowledge(bench.lastDelivery);
      },
    ],
  ])("MQTT-3.2.2-5: a store is told to discard it when it is lost with %s, and only then", (_, open) => {
    const bench = rejoiningBench({ isDurable: true }).online();
    const discarded = (): number =>
      bench.batches.flatMap(({ changes }) => changes).filter(({ type }) => type === "discarded").length;
    open(bench);
    bench.cut().online(connackResumed());
    expect(discarded()).toBe(0);
    bench.cut().online(connack());
    expect(discarded()).toBe(1);
  });

  test("is not what a subscribe waits for: that is sent again, with an id of its own", () => {
    const bench = rejoiningBench().online();
    const id = bench.subscribe("f");
    bench.cut().online(connackResumed()).receive(suback(1, 0), suback(2, 0));
    expect(bench.sent()).toEqual(["connect clean", "subscribe #1 f", "connect resume", "subscribe #2 f"]);
    expect(bench.outcome(id)).toBe("done");
  });
});

describe("MQTT-4.4.0-1, R-4.4-no-other-resend: redelivery", () => {
  test("comes with a resumed session and at no other time", () => {
    const { bench } = withOpenExchanges(rejoiningBench().online());
    bench.advance(3_600_000);
    expect(bench.sent()).toEqual([]);
    bench.cut().advance(1_000);
    expect(bench.sent()).toEqual(["connect resume"]);
    bench.receive(connackResumed());
    expect(bench.sent()).toHaveLength(3);
    bench.advance(3_600_000);
    expect(bench.sent()).toEqual([]);
  });

  test("MQTT-4.4.0-2: leaves out what was acknowledged, be it with a failure", () => {
    const bench = rejoiningBench().online();
    const ids = bench.publishAll(1, "a", "b", "c");
    bench.receive(puback(1), puback(3, 0x97)).cut().online(connackResumed());
    expect(bench.sent().slice(4)).toEqual(["connect resume", "publish #2 q1 dup b"]);
    expect(bench.outcomes(ids)).toEqual(["done", "pending", "PUBLISH_REJECTED refused"]);
  });
});
