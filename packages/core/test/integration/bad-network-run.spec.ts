/** The judges of runs over bad networks: each has to find what it is there for. */

import { expect, test } from "@jest/globals";
import { complaintsOf, requireHits } from "./bad-network-run.js";
import { connectionRandom, drawFaultPlan } from "./fault-plan.js";
import { RepeatedExchanges } from "./repeated-exchanges.js";

const flawless = { count: 50, repeated: 0, outOfOrder: 0, missing: 0 };

test.each([
  ["one is missing", { count: 49, missing: 1 }, 1],
  ["the last is missing", { count: 49 }, 1],
  ["one is out of order", { outOfOrder: 1 }, 1],
  ["one came twice at QoS 2", { count: 51, repeated: 1 }, 1],
  ["nothing is wrong", {}, 0],
] as const)("tallies: %s", (_title, flaw, complaints) => {
  expect(complaintsOf({ topic: "t", qos: 2 }, { ...flawless, ...flaw }, 50)).toHaveLength(complaints);
});

test("what the broker repeated against the protocol is no fault of the client, and no more than that", () => {
  const stream = { topic: "t", qos: 2 } as const;
  const tally = { ...flawless, count: 52, repeated: 2 };
  expect(complaintsOf(stream, tally, 50, 2)).toEqual([]);
  expect(complaintsOf(stream, tally, 50, 1)).toHaveLength(1);
});

test("a PUBLISH that comes again after its PUBREL is the broker's fault, any other is not", () => {
  const exchanges = new RepeatedExchanges();
  const dup = 12;
  const note = (type: number, flags: number, packetId: number): void =>
    exchanges.note({ type, flags, topic: type === 3 ? `t${String(packetId)}` : "", packetId });
  note(3, 4, 1);
  note(3, dup, 1);
  note(6, 2, 1);
  note(3, dup, 2);
  note(6, 2, 2);
  note(3, 4, 2);
  note(3, dup, 2);
  expect(exchanges.count).toBe(0);
  note(3, dup, 1);
  note(3, dup, 1);
  expect([exchanges.count, exchanges.countOf("t1"), exchanges.countOf("t2")]).toEqual([1, 1, 0]);
});

test("at QoS 1 a message may come twice", () => {
  expect(complaintsOf({ topic: "t", qos: 1 }, { ...flawless, count: 52, repeated: 2 }, 50)).toEqual([]);
});

test.each([
  [0, 0, 0, false],
  [24, 12, 12, false],
  [24, 20, 3, false],
  [24, 13, 4, true],
])("of %i cuts %i inside a packet and %i in an exchange", (reset, insidePacket, betweenPubrecAndPubcomp, isEnough) => {
  const cuts = { reset, end: 0, halfOpen: 0, silence: 0 };
  const judge = (): void => requireHits({ connections: 1, cuts, insidePacket, betweenPubrecAndPubcomp });
  if (isEnough) {
    judge();
  } else {
    expect(judge).toThrow("too few");
  }
});

test("the same seed and number draw the same plan, and another number another one", () => {
  const planOf = (seed: number, connection: number) => drawFaultPlan(connectionRandom(seed, connection));
  expect(planOf(1, 2)).toEqual(planOf(1, 2));
  expect(planOf(1, 3)).not.toEqual(planOf(1, 2));
});
