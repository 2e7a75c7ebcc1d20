import { describe, expect, test } from "@jest/globals";
import { EngineBench } from "../../../test/support/engine-bench.js";
import { connackResumed, puback, pubcomp, pubrec, suback, unsuback } from "../../../test/support/server-bytes.js";

const texts = (bench: EngineBench): string[] => bench.sent().filter((text) => !text.startsWith("connect"));

/** A connection on which id 1 waits for PUBACK, 2 for PUBREC, 3 for PUBCOMP, 4 for SUBACK and 5 for UNSUBACK. */
function busy(): { bench: EngineBench; ids: number[] } {
  const bench = new EngineBench().online();
  const ids = [bench.publish({ qos: 1 }), bench.publish({ qos: 2 }), bench.publish({ qos: 2 })];
  ids.push(bench.subscribe("f"), bench.unsubscribe("f"));
  bench.receive(pubrec(3)).sent();
  return { bench, ids };
}

const answers: Readonly<Record<string, (packetId: number) => Uint8Array>> = {
  PUBACK: (id) => puback(id),
  PUBREC: (id) => pubrec(id),
  "failing PUBREC": (id) => pubrec(id, 0x80),
  PUBCOMP: (id) => pubcomp(id),
  SUBACK: (id) => suback(id, 0),
  UNSUBACK: (id) => unsuback(id, 0),
};
const expected = ["PUBACK", "PUBREC", "PUBCOMP", "SUBACK", "UNSUBACK"];

describe("an acknowledgement", () => {
  const wrong = expected.flatMap((right, index) =>
    Object.keys(answers)
      .filter((kind) => !kind.endsWith(right) && !(right === "PUBCOMP" && kind.endsWith("PUBREC")))
      .map((kind) => [kind, right, index + 1] as const),
  );

  test.each(wrong)(
    "scenario 27, MQTT-3.3.4-1: %s for an id that waits for %s ends the connection with 0x82",
    (kind, _, id) => {
      const { bench, ids } = busy();
      bench.receive(answers[kind]?.(id) ?? "");
      expect(bench.sent()).toEqual(["disconnect 0x82"]);
      expect(bench.lastError).toMatchObject({ code: "PROTOCOL_VIOLATION", reasonCode: 0x82 });
      expect(bench.outcomes(ids)).toEqual(["pending", "pending", "pending", "pending", "pending"]);
    },
  );

  test.each(Object.keys(answers))("MQTT-2.2.1-5, MQTT-2.2.1-6: %s for an unknown id settles nothing", (kind) => {
    const { bench, ids } = busy();
    bench.receive(answers[kind]?.(77) ?? "");
    expect(bench.engine.state).toBe("connected");
    expect(bench.outcomes(ids)).toEqual(["pending", "pending", "pending", "pending", "pending"]);
    expect(bench.sent()).toEqual(kind === "PUBREC" ? ["pubrel #77 0x92"] : []);
  });

  test("of the right kind settles its operation and no other, whatever the order", () => {
    const { bench, ids } = busy();
    for (const [index, kind] of [...expected.entries()].reverse()) {
      bench.receive(kind === "PUBREC" ? pubrec(2) : (answers[kind]?.(index + 1) ?? ""));
    }
    expect(bench.outcomes(ids)).toEqual(["done", "pending", "done", "done", "done"]);
    bench.receive(pubcomp(2));
    expect(bench.outcome(ids[1] ?? 0)).toBe("done");
  });

  test("that comes twice is ignored the second time", () => {
    const { bench } = busy();
    bench.receive(
      puback(1),
      puback(1),
      pubcomp(3),
      pubcomp(3),
      suback(4, 0),
      suback(4, 0),
      unsuback(5, 0),
      unsuback(5, 0),
    );
    expect(bench.engine.state).toBe("connected");
  });
});

describe("reason codes", () => {
  test.each([0x00, 0x10])("PUBACK %i is a success", (code) => {
    const bench = new EngineBench().online();
    const id = bench.publish();
    bench.receive(puback(1, code));
    expect(bench.settlement(id)).toMatchObject({ result: { puback: { reasonCode: code } } });
  });

  test.each([0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99])("scenario 22: PUBACK %i rejects with the packet", (code) => {
    const bench = new EngineBench().online();
    const id = bench.publish();
    bench.receive(puback(1, code));
    expect(bench.errorOf(id)).toMatchObject({
      code: "PUBLISH_REJECTED",
      outcome: "refused",
      acknowledgement: { type: "puback", reasonCode: code },
    });
  });

  test.each([0x00, 0x10])("MQTT-4.3.3-4: PUBREC %i goes on with PUBREL", (code) => {
    const bench = new EngineBench().online();
    const id = bench.publish({ qos: 2 });
    bench.receive(pubrec(1, code));
    expect([texts(bench).at(-1), bench.outcome(id)]).toEqual(["pubrel #1", "pending"]);
  });

  test.each([0x80, 0x91, 0x99])(
    "MQTT-3.5.2-1: PUBREC %i ends the exchange, frees the id, and no PUBREL follows",
    (code) => {
      const bench = new EngineBench().online();
      const id = bench.publish({ qos: 2 });
      bench.receive(pubrec(1, code));
      expect(texts(bench)).toEqual(["publish #1 q2 t"]);
      expect(bench.errorOf(id)).toMatchObject({ acknowledgement: { type: "pubrec", reasonCode: code } });
      bench.receive(pubrec(1));
      expect(texts(bench)).toEqual(["pubrel #1 0x92"]);
    },
  );

  test("a repeated PUBREC is answered again", () => {
    const bench = new EngineBench().online();
    bench.publish({ qos: 2 });
    bench.receive(pubrec(1), pubrec(1));
    expect(texts(bench)).toEqual(["publish #1 q2 t", "pubrel #1", "pubrel #1"]);
  });

  test("MQTT-4.3.3-4: a PUBREC that takes its success back is no answer to PUBREL", () => {
    const bench = new EngineBench().online();
    bench.publish({ qos: 2 });
    bench.receive(pubrec(1), pubrec(1, 0x80));
    expect(texts(bench)).toEqual(["publish #1 q2 t", "pubrel #1", "disconnect 0x82"]);
  });

  test("MQTT-3.7.2-1: PUBCOMP 0x92 is a success: the server took the message at PUBREC", () => {
    const bench = new EngineBench().online();
    const id = bench.publish({ qos: 2 });
    bench.receive(pubrec(1), pubcomp(1, 0x92));
    expect(bench.settlement(id)).toMatchObject({ result: { pubcomp: { reasonCode: 0x92 } } });
  });

  test("scenario 19: SUBACK and UNSUBACK are passed on with a code for each filter, beside the request", () => {
    const bench = new EngineBench().online();
    const subscribed = bench.subscribe(["a", "b"]);
    const unsubscribed = bench.unsubscribe("a", "b");
    bench.receive(suback(1, 0, 0x87), unsuback(2, 0x11, 0));
    expect(bench.settlement(subscribed)).toMatchObject({
      subscribe: { subscriptions: [{ topicFilter: "a" }, { topicFilter: "b" }] },
      suback: { reasonCodes: [0, 0x87] },
    });
    expect(bench.settlement(unsubscribed)).toMatchObject({ unsuback: { reasonCodes: [0x11, 0] } });
  });

  test.each([
    ["MQTT-3.8.4-6: SUBACK with a code too few", suback(1, 0)],
    ["MQTT-3.8.4-6: SUBACK with a code too many", suback(1, 0, 0, 0)],
    ["MQTT-3.11.3-1: UNSUBACK with a code too few", unsuback(2, 0)],
    ["MQTT-3.11.3-1: UNSUBACK with a code too many", unsuback(2, 0, 0, 0)],
  ])("%s ends the connection with 0x82", (_, answer) => {
    const bench = new EngineBench().online();
    const ids = [bench.subscribe(["a", "b"]), bench.unsubscribe("a", "b")];
    bench.receive(answer);
    expect(texts(bench).at(-1)).toBe("disconnect 0x82");
    expect(bench.outcomes(ids)).toEqual(["pending", "pending"]);
  });
});

describe("a PUBREC for a message that waits to be sent again", () => {
  /** `A` is in flight, and `B` waits behind it for the send quota of 1. */
  function waiting(): { bench: EngineBench; ids: number[] } {
    const bench = new EngineBench({ sessionBehavior: "rejoinAlways", ackTimeoutMs: 1_000 }).online();
    const ids = bench.publishAll(2, "A", "B");
    bench
      .cut()
      .online(connackResumed({ receiveMaximum: 1 }))
      .sent();
    return { bench, ids };
  }

  test("starts ackTimeoutMs at its PUBREL", () => {
    const { bench, ids } = waiting();
    bench.advance(500).receive(pubrec(2));
    expect(bench.sent()).toEqual(["pubrel #2"]);
    bench.advance(999);
    expect(bench.outcomes(ids)).toEqual(["OPERATION_TIMEOUT kept", "pending"]);
    bench.advance(1);
    expect(bench.outcomes(ids)).toEqual(["OPERATION_TIMEOUT kept", "OPERATION_TIMEOUT kept"]);
  });

  test("also while the store keeps its PUBLISH back", () => {
    const bench = new EngineBench({ sessionBehavior: "rejoinAlways", ackTimeoutMs: 1_000, isDurable: true }).online();
    const id = bench.publish({ qos: 2 });
    bench.cut();
    bench.stores = false;
    bench.publish({ qos: 1, topic: "other" });
    bench.online(connackResumed()).receive(pubrec(1)).advance(1_000);
    expect(bench.outcome(id)).toBe("OPERATION_TIMEOUT kept");
  });
});
