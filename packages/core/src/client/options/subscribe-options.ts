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
  refuseUnseen,
} from "./checks.js";
import { copyOf } from "./option-copies.js";
import { checkUserProperties, type Widened } from "./message-fields.js";

/**
 * A topic filter with its options.
 *
 * See [section 3.8.3.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901169).
 */
export interface Subscription {
  /**
   * The topic filter. It may have wildcards, and may be shared: `$share/group/filter`.
   *
   * See sections 4.7 and 4.8 of the MQTT 5 specification.
   */
  readonly topicFilter: string;
  /** The highest QoS at which the server delivers messages. Default: 0. */
  readonly qos?: Widened<QoS>;
  /** True excludes the messages that this client published. Not allowed for a shared filter. Default: false. */
  readonly noLocal?: boolean;
  /** True keeps the RETAIN flag of messages as the publisher set it. Default: false. */
  readonly retainAsPublished?: boolean;
  /**
   * The retained messages that the server sends after the SUBSCRIBE: all (0), those of a new subscription (1) or none
   * (2). Default: 0.
   */
  readonly retainHandling?: Widened<RetainHandling>;
}

/**
 * Several subscriptions in one SUBSCRIBE.
 *
 * See [section 3.8](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901161).
 */
export interface SubscribeOptions {
  /** The subscriptions; at least one. */
  readonly subscriptions: readonly Subscription[];
  /**
   * The identifier that the server adds to each matching message. 1 to 268 435 455; default: none.
   *
   * See [section 3.8.2.1.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901166).
   */
  readonly subscriptionIdentifier?: number;
  /**
   * User properties of the SUBSCRIBE, sent in this order. Default: none.
   *
   * See [section 3.8.2.1.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901167).
   */
  readonly userProperties?: readonly UserProperty[];
}

/**
 * Topic filters to end in one UNSUBSCRIBE.
 *
 * See [section 3.10](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901179).
 */
export interface UnsubscribeOptions {
  /** The topic filters; at least one. */
  readonly topicFilters: readonly string[];
  /**
   * User properties of the UNSUBSCRIBE, sent in this order. Default: none.
   *
   * See [section 3.10.2.1.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901184).
   */
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

/**
 * Makes the SUBSCRIBE of a call.
 *
 * @throws {InvalidArgumentError} a field is invalid; the error names it
 */
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
    ...copyOf(options, checkSubscribeOptions),
    subscriptions: options.subscriptions.map((subscription, index) =>
      toFull(subscription, `subscriptions[${index}].noLocal`),
    ),
  };
}

/**
 * Makes the UNSUBSCRIBE of a call.
 *
 * @throws {InvalidArgumentError} a field is invalid; the error names it
 */
export function toUnsubscribePacket(input: string | readonly string[] | UnsubscribeOptions): UnsubscribePacket {
  const options = toUnsubscribeOptions(input);
  checkUnsubscribeOptions(options, "");
  // MQTT-3.10.3-2
  if (options.topicFilters.length === 0) {
    refuse("topicFilters", options.topicFilters, "at least one filter");
  }
  return { type: "unsubscribe", packetId: 0, ...copyOf(options, checkUnsubscribeOptions) };
}

function toSubscribeOptions(input: string | Subscription | SubscribeOptions): SubscribeOptions {
  if (typeof input === "string") {
    return { subscriptions: [{ topicFilter: input }] };
  }
  if (typeof input !== "object" || Array.isArray(input)) {
    const example = 'subscribe({ subscriptions: [{ topicFilter: "a" }, { topicFilter: "b" }] })';
    refuseUnseen("subscription", `one filter, as in subscribe("a"), or an object, as in ${example}`);
  }
  return isOne(input) ? { subscriptions: [input] } : input;
}

/** Tells one subscription from several. A caller without TypeScript may pass something else; the checks find that. */
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

/**
 * Fills in the defaults of a subscription.
 *
 * @throws {InvalidArgumentError} a field is invalid; the error names it
 */
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
  return { ...defaultOptions, ...copyOf(subscription, checkSubscription) };
}
