/** Limits of particular servers, beyond what the protocol lets them say: checked at the call, or kept by waiting. */

import type { Subscription } from "../codec/packets/subscribe.js";
import { encodedLength } from "../codec/utf8.js";
import type { ThrottleSettings } from "../protocol/throttle.js";
import { type Check, checkObject, checkInteger, fail } from "./checks.js";
import { withDefaults } from "./fields.js";

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

const awsIotCoreDefaults: Required<FlowControlLimits> = {
  maxSubscriptionsPerSubscribe: 8,
  maxTopicSegments: 8,
  maxTopicBytes: 256,
  maxClientIdBytes: 128,
  maxPublishesPerSecond: 100,
  maxBytesPerSecond: 524_288,
};

const noLimits: FlowControlLimits = {};

const checkLimit = /* @__PURE__ */ checkInteger(1, Number.MAX_SAFE_INTEGER);

const checkLimits = /* @__PURE__ */ checkObject(
  /* @__PURE__ */ Object.fromEntries(/* @__PURE__ */ Object.keys(awsIotCoreDefaults).map((name) => [name, checkLimit])),
);

/** Accepts the option `flowControl`. */
export const checkFlowControl: Check = (value, field) => {
  if (value === "none" || value === "awsIotCoreDefaults") {
    return;
  }
  if (typeof value !== "object") {
    fail(field, value, '"none", "awsIotCoreDefaults" or an object of limits');
  }
  checkLimits(value, field);
};

/** The limits that an option stands for. */
export function toFlowControlLimits(flowControl: FlowControl = "none"): FlowControlLimits {
  if (flowControl === "none") {
    return noLimits;
  }
  return flowControl === "awsIotCoreDefaults" ? awsIotCoreDefaults : flowControl;
}

/** The rates that an option stands for. */
export function toThrottleSettings(flowControl: FlowControl | undefined): ThrottleSettings {
  return withDefaults(toFlowControlLimits(flowControl), {
    maxPublishesPerSecond: Infinity,
    maxBytesPerSecond: Infinity,
  });
}

/** What counts as no part of a topic: the group of a shared subscription, and the rule that a basic ingest goes to. */
const prefix = /^(?:\$share\/[^/]*\/|\$aws\/rules\/[^/]*\/)/iu;

/** Refuses a topic name or filter that is beyond these limits. */
export function checkTopicLimits(topic: string, field: string, limits: FlowControlLimits): void {
  if (limits !== noLimits) {
    const counted = topic.replace(prefix, "");
    demandWithin(limits, "maxTopicSegments", counted.split("/").length, { field, value: topic });
    demandWithin(limits, "maxTopicBytes", encodedLength(counted), { field, value: topic });
  }
}

/** Refuses a SUBSCRIBE that is beyond these limits. */
export function checkSubscriptionLimits(subscriptions: readonly Subscription[], limits: FlowControlLimits): void {
  const { length } = subscriptions;
  demandWithin(limits, "maxSubscriptionsPerSubscribe", length, { field: "subscriptions.length", value: length });
  for (const [index, { topicFilter }] of subscriptions.entries()) {
    checkTopicLimits(topicFilter, `subscriptions[${String(index)}].topicFilter`, limits);
  }
}

/** Refuses a client id that is beyond these limits. */
export function checkClientIdLimit(clientId: string, limits: FlowControlLimits): void {
  const argument = { field: "connectOptions.clientId", value: clientId };
  demandWithin(limits, "maxClientIdBytes", encodedLength(clientId), argument);
}

function demandWithin(
  limits: FlowControlLimits,
  name: keyof FlowControlLimits,
  count: number,
  { field, value }: { readonly field: string; readonly value: unknown },
): void {
  const { [name]: limit = Infinity } = limits;
  if (count > limit) {
    fail(field, value, `within flowControl.${name}, which is ${String(limit)}`);
  }
}
