import { describe, expect, test } from "@jest/globals";
import { EngineBench } from "../support/engine-bench.js";

describe("SUBSCRIBE and UNSUBSCRIBE", () => {
  const levels = [0, 1, 2] as const;
  const flags = [false, true];
  const options = levels.flatMap((qos) =>
    flags.flatMap((noLocal) =>
      flags.flatMap((retainAsPublished) =>
        levels.map((retainHandling) => ({ qos, noLocal, retainAsPublished, retainHandling })),
      ),
    ),
  );

  test("MQTT-3.8.3-5: all 36 combinations of options in one packet, with the reserved bits clear", () => {
    const bench = new EngineBench().online();
    bench.subscribe(options.map((option, index) => ({ topicFilter: `f${String(index)}`, ...option })));
    const packet = bench.sentPackets().at(-1)?.packet;
    expect(packet?.cmd === "subscribe" && packet.subscriptions).toEqual(
      options.map(({ qos, noLocal, retainAsPublished, retainHandling }, index) =>
        expect.objectContaining({
          topic: `f${String(index)}`,
          qos,
          nl: noLocal,
          rap: retainAsPublished,
          rh: retainHandling,
        }),
      ),
    );
  });

  test("3.8.2.1.2: a subscription identifier goes along", () => {
    const bench = new EngineBench().online();
    bench.subscribe("f", { subscriptionIdentifier: 268_435_455 });
    expect(bench.sentPackets().at(-1)?.packet).toMatchObject({ properties: { subscriptionIdentifier: 268_435_455 } });
  });

  test("scenario 20: subscribing again with other options goes onto the wire", () => {
    const bench = new EngineBench().online();
    bench.subscribe([{ topicFilter: "f", qos: 0 }]);
    bench.receive("90 04 00 01 00 00");
    bench.subscribe([{ topicFilter: "f", qos: 2 }]);
    expect(bench.sentPackets().at(-1)?.packet).toMatchObject({ messageId: 2, subscriptions: [{ topic: "f", qos: 2 }] });
  });

  test("MQTT-3.9.3-1, MQTT-3.8.4-7: the codes come in the order of the filters; a lower grant is a grant", () => {
    const bench = new EngineBench().online();
    const id = bench.subscribe([
      { topicFilter: "a", qos: 2 },
      { topicFilter: "b", qos: 2 },
      { topicFilter: "c", qos: 2 },
    ]);
    bench.receive("90 06 00 01 00 02 00 80");
    expect(bench.settlement(id)).toMatchObject({ suback: { reasonCodes: [2, 0, 0x80] } });
  });

  test("UNSUBSCRIBE carries its filters in order", () => {
    const bench = new EngineBench().online();
    bench.unsubscribe("a/+", "$share/g/b", "#");
    expect(bench.sent().at(-1)).toBe("unsubscribe #1 a/+ $share/g/b #");
  });
});
