/** Limits of particular servers, beyond what the protocol lets them say: checked at the call, or kept by waiting. */

import type { Subscription } from "../codec/packets/subscribe.js";
import { encodedLength } from "../codec/utf8.js";
import type { ThrottleSettings } from "../protocol/throttle.js";
import { type Check, checkObject, checkInteger, type ChecksOf, fail } from "./checks.js";

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

const checkLimit = /* @__PURE__ */ checkInteger(1, Number.MAX_SAFE_INTEGER);

const checkLimits = /* @__PURE__ */ checkObject({
  maxSubscriptionsPerSubscribe: checkLimit,
  maxTopicSegments: checkLimit,
  maxTopicBytes: checkLimit,
  maxClientIdBytes: checkLimit,
  maxPublishesPerSecond: checkLimit,
  maxBytesPerSecond: checkLimit,
} satisfies ChecksOf<FlowControlLimits>);

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
export function toFlowControlLimits(flowControl: FlowControl): FlowControlLimits {
  if (flowControl === "none") {
    return {};
  }
  return flowControl === "awsIotCoreDefaults" ? awsIotCoreDefaults : flowControl;
}

/** What the engine keeps of the limits. */
export function toThrottleSettings(limits: FlowControlLimits): ThrottleSettings {
  return {
    maxPublishesPerSecond: limits.maxPublishesPerSecond ?? Infinity,
    maxBytesPerSecond: limits.maxBytesPerSecond ?? Infinity,
  };
}

const prefix = /^(?:\$share\/[^/]*\/|\$aws\/rules\/[^/]*\/)/iu;

/** Throws an `InvalidArgumentError` for a topic or filter that is above the limits. */
export function checkTopicLimits(topic: string, field: string, limits: FlowControlLimits): void {
  const { maxTopicSegments = Infinity, maxTopicBytes = Infinity } = limits;
  if (maxTopicSegments === Infinity && maxTopicBytes === Infinity) {
    return;
  }
  const counted = topic.replace(prefix, "");
  if (counted.split("/").length > maxTopicSegments) {
    fail(field, topic, `of at most ${String(maxTopicSegments)} segments (flowControl.maxTopicSegments)`);
  }
  if (encodedLength(counted) > maxTopicBytes) {
    fail(field, topic, `at most ${String(maxTopicBytes)} bytes as UTF-8 (flowControl.maxTopicBytes)`);
  }
}

/** Throws an `InvalidArgumentError` for subscriptions that are above the limits. */
export function checkSubscriptionLimits(subscriptions: readonly Subscription[], limits: FlowControlLimits): void {
  const { maxSubscriptionsPerSubscribe = Infinity } = limits;
  if (subscriptions.length > maxSubscriptionsPerSubscribe) {
    const most = String(maxSubscriptionsPerSubscribe);
    fail("subscriptions.length", subscriptions.length, `at most ${most} (flowControl.maxSubscriptionsPerSubscribe)`);
  }
  for (const [index, { topicFilter }] of subscriptions.entries()) {
    checkTopicLimits(topicFilter, `subscriptions[${String(index)}].topicFilter`, limits);
  }
}

/** Throws an `InvalidArgumentError` for a client id that is above the limits. */
export function checkClientIdLimit(clientId: string, limits: FlowControlLimits): void {
  const { maxClientIdBytes = Infinity } = limits;
  if (encodedLength(clientId) > maxClientIdBytes) {
    const limit = `at most ${String(maxClientIdBytes)} bytes as UTF-8 (flowControl.maxClientIdBytes)`;
    fail("connectOptions.clientId", clientId, limit);
  }
}
