import { describe, expect, test } from "@jest/globals";
import type { QoS } from "../../codec/qos.js";
import {
  lanesThatFail,
  type LossSettings,
  outcomeAtStop,
  outcomeOfGivingUp,
  outcomeWithoutSession,
} from "./outcomes.js";
import { type Operation, PublishOperation, RequestOperation } from "./operation.js";

const identity = { id: 1, size: 1, timeoutMs: Infinity, now: 0 };

/** How far a publish has come: never written, written in a session that was lost, written in this one, or past PUBREC. */
type History = "new" | "lost" | "written" | "released";

function publish(qos: QoS, history: History = "new"): PublishOperation {
  const operation = new PublishOperation(identity, { type: "publish", topic: "t", payload: "", qos, retain: false });
  operation.wasSent = history !== "new";
  if (history === "written" || history === "released") {
    operation.beginExchange(1).publish();
  }
  if (history === "released") {
    operation.exchange?.release(1);
  }
  return operation;
}

const subscribe = new RequestOperation(identity, { type: "subscribe", packetId: 0, subscriptions: [] });
const settings = (options: Partial<LossSettings> = {}): LossSettings => ({
  offlineQueueBehavior: "failQos0PublishOnDisconnect",
  sessionLostPublishBehavior: "resendQos1",
  maxRedeliveries: 10,
  ...options,
});

describe("offlineQueueBehavior", () => {
  test.each([
    ["failNonQos1PublishOnDisconnect", { qos0: true, acknowledged: false, requests: true }],
    ["failQos0PublishOnDisconnect", { qos0: true, acknowledged: false, requests: false }],
    ["failAllOnDisconnect", { qos0: true, acknowledged: true, requests: true }],
  ] as const)("%s", (behavior, kinds) => {
    const fails = ({ lane }: Operation): boolean => lanesThatFail[behavior].includes(lane);
    expect(fails(publish(0))).toBe(kinds.qos0);
    expect(fails(publish(1))).toBe(kinds.acknowledged);
    expect(fails(publish(2))).toBe(kinds.acknowledged);
    expect(fails(subscribe)).toBe(kinds.requests);
  });
});

describe("a lost session", () => {
  test.each([
    ["resendQos1", "kept", "unknown"],
    ["resendAll", "kept", "kept"],
    ["fail", "unknown", "unknown"],
  ] as const)("%s: QoS 1 %s, QoS 2 %s", (sessionLostPublishBehavior, qos1, qos2) => {
    const it = settings({ sessionLostPublishBehavior });
    expect(outcomeWithoutSession(publish(1, "written"), it)).toBe(qos1);
    expect(outcomeWithoutSession(publish(2, "written"), it)).toBe(qos2);
    expect(outcomeWithoutSession(publish(2, "released"), it)).toBe("received");
    expect(outcomeWithoutSession(publish(2), it)).toBe("kept");
  });

  test("failAllOnDisconnect keeps nothing that was written", () => {
    const it = settings({ offlineQueueBehavior: "failAllOnDisconnect", sessionLostPublishBehavior: "resendAll" });
    expect(outcomeWithoutSession(publish(1, "written"), it)).toBe("unknown");
  });

  test.each([
    ["kept", "kept", "kept", "kept"],
    ["lost", "kept", "unknown", "received"],
    ["discarded", "unknown", "unknown", "received"],
  ] as const)("a stop whose session is %s: QoS 1 %s, QoS 2 %s, past PUBREC %s", (fate, qos1, qos2, released) => {
    expect(outcomeAtStop(publish(1, "written"), fate, settings())).toBe(qos1);
    expect(outcomeAtStop(publish(2, "written"), fate, settings())).toBe(qos2);
    expect(outcomeAtStop(publish(2, "released"), fate, settings())).toBe(released);
  });

  test("what was never written is not sent when the session is discarded", () => {
    expect(outcomeAtStop(publish(1), "discarded", settings())).toBe("notSent");
  });
});

test("what is given up was not sent, is kept by its session, or may have arrived in an earlier one", () => {
  expect(outcomeOfGivingUp(subscribe)).toBeUndefined();
  expect(outcomeOfGivingUp(publish(1))).toBe("notSent");
  expect(outcomeOfGivingUp(publish(1, "written"))).toBe("kept");
  expect(outcomeOfGivingUp(publish(1, "lost"))).toBe("unknown");
  expect(outcomeOfGivingUp(publish(0, "lost"))).toBe("unknown");
});
