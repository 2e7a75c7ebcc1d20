import { largestSubscriptionIdentifier } from "../../codec/limits.js";
import type { SubscribePacket, Subscription as FullSubscription } from "../../codec/packets/subscribe.js";
import type { UnsubscribePacket } from "../../codec/packets/unsubscribe.js";
import type { UserProperty } from "../../codec/packets/layouts/user-property.js";
import type { QoS, RetainHandling } from "../../codec/qos.js";
import { isSharedFilter, topicFilterProblem } from "../../codec/topic.js";
import {
  checkBoolean,
  checkInteger,
  checkList,
  checkObject,
  checkOneOf,
  type ChecksOf,
  checkStringWithout,
  refuse,
} from "./checks.js";
import { copyOf } from "./option-copies.js";
import { checkUserProperties } from "./message-fields.js";

/** One topic filter with its options (section 3.8.3.1). */
export interface Subscription {
  /** May hold wildcards, and may be shared: `$share/group/filter` (sections 4.7 and 4.8). */
  readonly topicFilter: string;
  /** The highest QoS at which messages come; default 0. */
  readonly qos?: QoS;
  /** Whether this client's own messages stay away; default false, and not for a shared filter. */
  readonly noLocal?: boolean;
  /** Whether messages keep their RETAIN flag; default false. */
  readonly retainAsPublished?: boolean;
  /** Whether retained messages are sent on subscribing; default 0: they are. */
  readonly retainHandling?: RetainHandling;
}

/** Several subscriptions in one SUBSCRIBE (section 3.8). */
export interface SubscribeOptions {
  /** At least one. */
  readonly subscriptions: readonly Subscription[];
  /** 1 to 268 435 455; comes with every message that matches (section 3.8.2.1.2). */
  readonly subscriptionIdentifier?: number;
  readonly userProperties?: readonly UserProperty[];
}

/** Topic filters to be taken back in one UNSUBSCRIBE (section 3.10). */
export interface UnsubscribeOptions {
  /** At least one. */
  readonly topicFilters: readonly string[];
  readonly userProperties?: readonly UserProperty[];
}

const checkTopicFilter = /* @__PURE__ */ checkStringWithout(topicFilterProblem);

export const subscriptionOptionChecks: ChecksOf<Omit<Subscription, "topicFilter">> = {
  qos: /* @__PURE__ */ checkOneOf(0, 1, 2),
  noLocal: checkBoolean,
  retainAsPublished: checkBoolean,
  retainHandling: /* @__PURE__ */ checkOneOf(0, 1, 2),
};

const defaultOptions: Omit<FullSubscription, "topicFilter"> = {
  qos: 0,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
};

const checkSubscription = /* @__PURE__ */ checkObject(
  { topicFilter: checkTopicFilter, ...subscriptionOptionChecks } satisfies ChecksOf<Subscription>,
  "topicFilter",
);

const checkSubscribeOptions = /* @__PURE__ */ checkObject(
  {
    subscriptions: /* @__PURE__ */ checkList(checkSubscription),
    subscriptionIdentifier: /* @__PURE__ */ checkInteger(1, largestSubscriptionIdentifier),
    userProperties: checkUserProperties,
  } satisfies ChecksOf<SubscribeOptions>,
  "subscriptions",
);

const checkUnsubscribeOptions = /* @__PURE__ */ checkObject(
  {
    topicFilters: /* @__PURE__ */ checkList(checkTopicFilter),
    userProperties: checkUserProperties,
  } satisfies ChecksOf<UnsubscribeOptions>,
  "topicFilters",
);

/** The SUBSCRIBE for what the application asks; throws an `InvalidArgumentError` that names the field. */
export function toSubscribePacket(input: string | Subscription | SubscribeOptions): SubscribePacket {
  const options = toSubscribeOptions(input);
  checkSubscribeOptions(options, "");
  // MQTT-3.8.3-2
  if (options.subscriptions.length === 0) {
    refuse("subscriptions", options.subscriptions, "at least one filter");
  }
  return {
    type: "subscribe",
    packetId: 0,
    ...copyOf(options),
    subscriptions: options.subscriptions.map((subscription, index) =>
      toFull(subscription, `subscriptions[${index}].noLocal`),
    ),
  };
}

/** The UNSUBSCRIBE for what the application asks; throws an `InvalidArgumentError` that names the field. */
export function toUnsubscribePacket(input: string | readonly string[] | UnsubscribeOptions): UnsubscribePacket {
  const options = toUnsubscribeOptions(input);
  checkUnsubscribeOptions(options, "");
  // MQTT-3.10.3-2
  if (options.topicFilters.length === 0) {
    refuse("topicFilters", options.topicFilters, "at least one filter");
  }
  return { type: "unsubscribe", packetId: 0, ...copyOf(options) };
}

function toSubscribeOptions(input: string | Subscription | SubscribeOptions): SubscribeOptions {
  if (typeof input === "string") {
    return { subscriptions: [{ topicFilter: input }] };
  }
  return isOne(input) ? { subscriptions: [input] } : input;
}

/** A caller without TypeScript may pass what is no object; the checks say so. */
function isOne(input: Subscription | SubscribeOptions): input is Subscription {
  return Object(input) === input && "topicFilter" in input;
}

function toUnsubscribeOptions(input: string | readonly string[] | UnsubscribeOptions): UnsubscribeOptions {
  if (typeof input === "string") {
    return { topicFilters: [input] };
  }
  return isList(input) ? { topicFilters: input } : input;
}

function isList(input: readonly string[] | UnsubscribeOptions): input is readonly string[] {
  return Array.isArray(input);
}

/** A subscription with its defaults; throws an `InvalidArgumentError` that names the field. */
export function toFullSubscription(subscription: Subscription): FullSubscription {
  checkSubscription(subscription, "");
  return toFull(subscription, "noLocal");
}

function toFull(subscription: Subscription, noLocalField: string): FullSubscription {
  const { topicFilter, noLocal } = subscription;
  // MQTT-3.8.3-4
  if (noLocal === true && isSharedFilter(topicFilter)) {
    refuse(noLocalField, noLocal, "false for a shared subscription");
  }
  return { ...defaultOptions, ...copyOf(subscription) };
}
