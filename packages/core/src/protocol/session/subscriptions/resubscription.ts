/**
 * The subscriptions that the server granted, and the rule for their renewal. They belong to the application and not
 * to the session (section 4.1): they survive the loss of a session, and end with an unsubscribe.
 */

import { packetSize } from "../../../codec/packet-size.js";
import { encodeSubscribe } from "../../../codec/packets/subscribe.js";
import { encodeUnsubscribe, type UnsubscribePacket } from "../../../codec/packets/unsubscribe.js";
import type { NegotiatedSettings } from "../../connection/negotiated-settings.js";
import type { EventQueue } from "../../engine-event.js";
import { type OperationId, type OutboundSubscribePacket, RequestOperation } from "../operation.js";
import { OwnIdentifiers, renewalRange } from "./own-identifiers.js";
import { type OwedSubscription, packSubscriptions } from "./subscribe-packing.js";

/**
 * The connections on which the client renews its subscriptions.
 *
 * - `onSessionLost`: those on which the server no longer has the session
 * - `always`: all of them
 * - `never`: none
 */
export type ResubscribeBehavior = "onSessionLost" | "always" | "never";

/** The options of {@link Resubscription}. */
export interface ResubscriptionSettings {
  readonly resubscribe: ResubscribeBehavior;
  /** The largest number of topic filters in one SUBSCRIBE; Infinity for no limit. */
  readonly maxSubscriptionsPerSubscribe: number;
}

/** A subscription that was granted, and the operation that asked for it last. */
export interface Remembered extends OwedSubscription {
  readonly id: OperationId;
}

export class Resubscription {
  readonly #settings: ResubscriptionSettings;
  readonly #events: EventQueue;
  readonly #byFilter = new Map<string, Remembered>();

  /** The filters that have to be renewed, until the server answers: on this connection or on a later one. */
  readonly #owed = new Set<string>();

  /** The filters that were refused when the server had them already. It is asked to end them. */
  readonly #refused = new Set<string>();

  /** These ids are negative and count up; those of the application count up from 1. */
  #lastId: OperationId = Number.MIN_SAFE_INTEGER;

  /** The identifiers for packets of subscriptions that had different ones. */
  readonly #identifiers = new OwnIdentifiers(renewalRange);

  constructor(settings: ResubscriptionSettings, events: EventQueue) {
    this.#settings = settings;
    this.#events = events;
  }

  /** Remembers a granted subscription. The same filter again replaces its options (section 3.8.4). */
  remember(granted: Remembered): void {
    const { topicFilter } = granted.subscription;
    this.#byFilter.set(topicFilter, granted);
    this.#owed.delete(topicFilter);
    this.#refused.delete(topicFilter);
  }

  /** Tells whether a subscription for this filter was granted. */
  has(topicFilter: string): boolean {
    return this.#byFilter.has(topicFilter);
  }

  /** Forgets these filters, if they were subscribed to before the operation `id`. Default: whenever that was. */
  forget(topicFilters: readonly string[], id: OperationId = Infinity): void {
    for (const topicFilter of topicFilters) {
      if ((this.#byFilter.get(topicFilter)?.id ?? id) < id) {
        this.#byFilter.delete(topicFilter);
        this.#owed.delete(topicFilter);
      }
      this.#refused.delete(topicFilter);
    }
  }

  /** Forgets a subscription that the server refused. It may have an earlier one, if the session was resumed. */
  handleRefused(topicFilter: string, rejoinedSession: boolean): void {
    this.forget([topicFilter]);
    if (rejoinedSession) {
      this.#refused.add(topicFilter);
    }
  }

  /** Gives the UNSUBSCRIBE for refused subscriptions that the server may still have, or undefined when there are none. */
  makeUnsubscribe(now: number, topicFilters: readonly string[]): RequestOperation | undefined {
    const ended = topicFilters.filter((topicFilter) => this.#refused.has(topicFilter));
    return ended.length === 0
      ? undefined
      : this.#makeOperation(now, { type: "unsubscribe", packetId: 0, topicFilters: ended });
  }

  /**
   * Gives the requests that a new connection owes, in their order. They go out before the operations of the
   * application.
   */
  handleConnected(now: number, settings: NegotiatedSettings): readonly RequestOperation[] {
    const { resubscribe } = this.#settings;
    const { rejoinedSession } = settings;
    if (!rejoinedSession) {
      this.#refused.clear();
    }
    if (resubscribe === "always" || (!rejoinedSession && resubscribe === "onSessionLost")) {
      for (const topicFilter of this.#byFilter.keys()) {
        this.#owed.add(topicFilter);
      }
    }
    const unsubscribe = this.makeUnsubscribe(now, [...this.#refused]);
    const subscribes = this.#packets(settings).map((packet) => this.#makeOperation(now, packet));
    return unsubscribe ? [unsubscribe, ...subscribes] : subscribes;
  }

  #makeOperation(now: number, packet: OutboundSubscribePacket | UnsubscribePacket): RequestOperation {
    const size =
      packet.type === "subscribe" ? packetSize(encodeSubscribe, packet) : packetSize(encodeUnsubscribe, packet);
    this.#lastId += 1;
    return new RequestOperation({ id: this.#lastId, size, timeoutMs: Infinity, now }, packet, "resubscribes");
  }

  /** Makes the SUBSCRIBEs that are owed. Tells which of the client's own identifiers they have. */
  #packets(settings: NegotiatedSettings): readonly OutboundSubscribePacket[] {
    const owed = [...this.#byFilter.values()].filter(({ subscription }) => this.#owed.has(subscription.topicFilter));
    const limits = { settings, maxSubscriptions: this.#settings.maxSubscriptionsPerSubscribe };
    const taken = new Set<number>();
    return packSubscriptions(owed, limits).flatMap((content) => {
      const [first] = content;
      if (!first) {
        return [];
      }
      const packet = { ...first.packet, packetId: 0, subscriptions: content.map(({ subscription }) => subscription) };
      if (packet.isIdentifierOptional !== true) {
        return packet;
      }
      const subscribe = { ...packet, subscriptionIdentifier: this.#identifierOf(content, taken) };
      this.#events.push({ type: "subscriptionsRenewed", subscribe });
      return subscribe;
    });
  }

  /** Gives the identifier of a packet: the one that its subscriptions have, unless they differ or it is taken. */
  #identifierOf(content: readonly OwedSubscription[], taken: Set<number>): number {
    const [identifier, ...others] = new Set(content.map(({ packet }) => packet.subscriptionIdentifier));
    const isUsable = identifier !== undefined && others.length === 0 && !taken.has(identifier);
    const chosen = isUsable ? identifier : this.#identifiers.take();
    taken.add(chosen);
    return chosen;
  }
}
