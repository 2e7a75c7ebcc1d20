/** Limits of particular servers, beyond what the protocol lets them say: checked at the call, or kept by waiting. */

import type { Subscription } from "../../codec/packets/subscribe.js";
import { encodedLength } from "../../codec/wire/utf8.js";
import type { ThrottleSettings } from "../../protocol/connection/throttle.js";
import { type Check, checkCount, checkObject, checkOneOf, type ChecksOf, refuse } from "./checks.js";
import { withDefaults } from "./option-copies.js";

/** Each limit holds where it is given. */
export interface FlowControlLimits {
  /** Topic filters in one SUBSCRIBE. */
  readonly maxSubscriptionsPerSubscribe?: number;
  /** Segments of a topic or filter, that is, one more than its slashes; `$share/<group>/` and `$aws/rules/<rule>/` apart. */
  readonly maxTopicSegments?: number;
  /** Bytes of a topic or filter as UTF-8, the same prefixes apart. */
  readonly maxTopicBytes?: number;
  /** Bytes of the client id as UTF-8. */
  readonly maxClientIdBytes?: number;
  /** Further publishes wait. */
  readonly maxPublishesPerSecond?: number;
  /** Of everything sent; further publishes, subscribes and unsubscribes wait. */
  readonly maxBytesPerSecond?: number;
}

/** No further limits, those of AWS IoT Core by default, or one's own. */
export type FlowControl = "none" | "awsIotCoreDefaults" | FlowControlLimits;

const checkLimits = /* @__PURE__ */ checkObject({
  maxSubscriptionsPerSubscribe: checkCount,
  maxTopicSegments: checkCount,
  maxTopicBytes: checkCount,
  maxClientIdBytes: checkCount,
  maxPublishesPerSecond: checkCount,
  maxBytesPerSecond: checkCount,
} satisfies ChecksOf<FlowControlLimits>);

const checkPreset = /* @__PURE__ */ checkOneOf("none", "awsIotCoreDefaults");

/** Accepts the option `flowControl`. */
export const checkFlowControl: Check = (value, field) =>
  (typeof value === "string" ? checkPreset : checkLimits)(value, field);

const noLimits: FlowControlLimits = {};

const awsIotCoreDefaults: FlowControlLimits = {
  maxSubscriptionsPerSubscribe: 8,
  maxTopicSegments: 8,
  maxTopicBytes: 256,
  maxClientIdBytes: 128,
  maxPublishesPerSecond: 100,
  maxBytesPerSecond: 524_288,
};

/** The limits that an option stands for. */
export function toFlowControlLimits(flowControl: FlowControl = "none"): FlowControlLimits {
  const preset = flowControl === "none" ? noLimits : awsIotCoreDefaults;
  return typeof flowControl === "string" ? preset : flowControl;
}

/** The rates that an option stands for. */
export function toThrottleSettings(flowControl: FlowControl | undefined): ThrottleSettings {
  return withDefaults(toFlowControlLimits(flowControl), {
    maxPublishesPerSecond: Infinity,
    maxBytesPerSecond: Infinity,
  });
}

/** What counts as no part of a topic: the group of a shared subscription, and the rule that a basic ingest goes to. */
const prefix = /^\$(share|aws\/rules)\/[^/]*\//i;

/** Refuses a topic name or filter that is beyond these limits. */
export function checkTopicLimits(topic: string, field: string, limits: FlowControlLimits): void {
  if (limits !== noLimits) {
    const counted = topic.replace(prefix, "");
    demandWithin(limits, "maxTopicSegments", counted.split("/").length, [field, topic]);
    demandWithin(limits, "maxTopicBytes", encodedLength(counted), [field, topic]);
  }
}

/** Refuses a SUBSCRIBE that is beyond these limits. */
export function checkSubscriptionLimits(subscriptions: readonly Subscription[], limits: FlowControlLimits): void {
  const { length } = subscriptions;
  demandWithin(limits, "maxSubscriptionsPerSubscribe", length, ["subscriptions.length", length]);
  for (const [index, { topicFilter }] of subscriptions.entries()) {
    checkTopicLimits(topicFilter, `subscriptions[${index}].topicFilter`, limits);
  }
}

/** Refuses a client id that is beyond these limits. */
export function checkClientIdLimit(clientId: string, limits: FlowControlLimits): void {
  demandWithin(limits, "maxClientIdBytes", encodedLength(clientId), ["connectOptions.clientId", clientId]);
}

function demandWithin(
  limits: FlowControlLimits,
  name: keyof FlowControlLimits,
  count: number,
  argument: readonly [field: string, value: unknown],
): void {
  const { [name]: limit = Infinity } = limits;
  if (count > limit) {
    refuse(...argument, `within flowControl.${name} (${limit})`);
  }
}
