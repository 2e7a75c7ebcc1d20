/**
 * Limits of particular servers that the protocol cannot announce. Some are checked at the call; the others delay
 * operations.
 */

import type { Subscription } from "../../codec/packets/subscribe.js";
import { encodedLength } from "../../codec/wire/utf8.js";
import type { ThrottleSettings } from "../../protocol/connection/throttle.js";
import { type Check, checkCount, checkObject, checkOneOf, type ChecksOf, refuse } from "./checks.js";
import { withDefaults } from "./option-copies.js";

/** The limits of a server. A limit that is left out does not apply. */
export interface FlowControlLimits {
  /** The largest number of topic filters in one SUBSCRIBE. At least 1. */
  readonly maxSubscriptionsPerSubscribe?: number;
  /**
   * The largest number of segments of a topic or filter, that is, of its slashes plus one. `$share/<group>/` and
   * `$aws/rules/<rule>/` do not count. At least 1.
   */
  readonly maxTopicSegments?: number;
  /** The largest size of a topic or filter, in bytes of UTF-8. The same prefixes do not count. At least 1. */
  readonly maxTopicBytes?: number;
  /** The largest size of the client id, in bytes of UTF-8. At least 1. */
  readonly maxClientIdBytes?: number;
  /** The rate of publishes per second. Further publishes wait. At least 1. */
  readonly maxPublishesPerSecond?: number;
  /**
   * The rate of bytes per second, of everything that is sent. Further publishes, subscribes and unsubscribes wait. At
   * least 1.
   */
  readonly maxBytesPerSecond?: number;
}

/**
 * The limits of a server: none, the default limits of AWS IoT Core, or your own numbers.
 *
 * The defaults of AWS IoT Core are 8 filters in a SUBSCRIBE, 8 segments and 256 bytes in a topic, 128 bytes in a client
 * id, 100 publishes a second and 524 288 bytes a second.
 */
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

/** Checks the option `flowControl`. */
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

/** Gives the limits for the option `flowControl`. */
export function toFlowControlLimits(flowControl: FlowControl = "none"): FlowControlLimits {
  const preset = flowControl === "none" ? noLimits : awsIotCoreDefaults;
  return typeof flowControl === "string" ? preset : flowControl;
}

/** Gives the rates for the option `flowControl`. */
export function toThrottleSettings(flowControl: FlowControl | undefined): ThrottleSettings {
  return withDefaults(toFlowControlLimits(flowControl), {
    maxPublishesPerSecond: Infinity,
    maxBytesPerSecond: Infinity,
  });
}

/** The part of a topic that does not count: the group of a shared subscription, or the rule of a basic ingest. */
const prefix = /^\$(share|aws\/rules)\/[^/]*\//i;

/**
 * Checks a topic name or filter against the limits.
 *
 * @throws {InvalidArgumentError} it has too many segments or bytes
 */
export function checkTopicLimits(topic: string, field: string, limits: FlowControlLimits): void {
  if (limits !== noLimits) {
    const counted = topic.replace(prefix, "");
    demandWithin(limits, "maxTopicSegments", counted.split("/").length, [field, topic]);
    demandWithin(limits, "maxTopicBytes", encodedLength(counted), [field, topic]);
  }
}

/**
 * Checks a SUBSCRIBE against the limits.
 *
 * @throws {InvalidArgumentError} it has too many filters, or one of them is beyond the limits
 */
export function checkSubscriptionLimits(subscriptions: readonly Subscription[], limits: FlowControlLimits): void {
  const { length } = subscriptions;
  demandWithin(limits, "maxSubscriptionsPerSubscribe", length, ["subscriptions.length", length]);
  for (const [index, { topicFilter }] of subscriptions.entries()) {
    checkTopicLimits(topicFilter, `subscriptions[${index}].topicFilter`, limits);
  }
}

/**
 * Checks a client id against the limits.
 *
 * @throws {InvalidArgumentError} it has too many bytes
 */
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
