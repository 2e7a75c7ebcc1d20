import { describe, expect, test } from "@jest/globals";
import { EngineBench, rejoiningBench, utf8 } from "../../../test/support/engine-bench.js";
import { connack, connackResumed, puback } from "../../../test/support/server-bytes.js";

describe("a publish that a store keeps", () => {
  test("is recorded as it was called, though the message that is sent later has less time to live", () => {
    const bench = new EngineBench({ isDurable: true });
    bench.publish({ qos: 1, messageExpiryInterval: 60 });
    bench.advance(20_000).online();
    const accepted = bench.batches.flatMap((batch) => batch.changes).filter(({ type }) => type === "accepted");
    expect(accepted).toMatchObject([{ publish: { messageExpiryInterval: 60 } }]);
    expect(bench.wire.at(-1)?.packet).toMatchObject({ properties: { messageExpiryInterval: 40 } });
  });
});

test("the packet that the caller hands over is never written to", () => {
  const packet = Object.freeze({
    topic: "t",
    payload: utf8("x"),
    qos: 2,
    topicAlias: 3,
    messageExpiryInterval: 9,
  } as const);
  const bench = rejoiningBench({ topicAliasing: { outbound: "manual", outboundCacheMaxSize: 25, inboundMaximum: 0 } });
  bench.publish(packet);
  bench.advance(3_000).online(connack()).cut();
  bench.online(connackResumed());
  expect(bench.wire.filter(({ text }) => text.startsWith("publish")).length).toBe(2);
});

test("packet identifiers are handed out in turn, past one that is free again", () => {
  const bench = new EngineBench().online();
  const first = bench.publish();
  bench.receive(puback(1));
  bench.publish();
  expect([bench.outcome(first), bench.sent().filter((text) => text.startsWith("publish"))]).toEqual([
    "done",
    [expect.stringContaining("#1"), expect.stringContaining("#2")],
  ]);
});
