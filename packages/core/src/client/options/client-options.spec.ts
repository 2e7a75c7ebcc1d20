import { describe, expect, test } from "@jest/globals";
import { makeBench } from "../../../test/support/test-client.js";

describe("maxRedeliveries", () => {
  test("is at least 1: a message that is not to blame must have its chance", () => {
    expect(() => makeBench({ maxRedeliveries: 0 })).toThrow(/^maxRedeliveries must be an integer from 1 to .*, not 0$/);
  });

  test.each([
    [undefined, 10],
    [2, 2],
  ])("%s: the publish is sent again %i times, and rejects", async (maxRedeliveries, times) => {
    const bench = makeBench({
      ...(maxRedeliveries === undefined ? {} : { maxRedeliveries }),
      sessionBehavior: "rejoinPostSuccess",
      connectOptions: { sessionExpiryInterval: 60 },
    });
    let publishes = 0;
    bench.peer.answer("connect", ({ cleanStart }) => `20 03 ${cleanStart ? "00" : "01"} 00 00`);
    bench.peer.answer("publish", () => {
      publishes += 1;
      return "e0 01 99";
    });
    bench.client.start();
    const publish = bench.ledger.register("publish", bench.client.publish({ topic: "t", payload: "x", qos: 1 }));
    for (let minutes = 0; minutes < 60 && publish.settlement.status === "pending"; minutes += 1) {
      bench.peer.open();
      bench.clock.advance(60_000);
      await bench.clock.settle();
    }
    expect(publish.settlement).toMatchObject({ reason: { code: "REDELIVERY_LIMIT", outcome: "unknown" } });
    expect(publishes).toBe(1 + times);
  });
});
