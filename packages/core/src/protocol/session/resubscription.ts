/**
 * The subscriptions that the server granted, and the rule for their renewal. They belong to the application and not
 * to the session (section 4.1): they survive the loss of a session, and end with an unsubscribe.
 */

import { packetSize } from "../../codec/packet-size.js";
import { encodeSubscribe, type SubscribePacket, type Subscription } from "../../codec/packets/subscribe.js";
import { encodeUnsubscribe, type UnsubscribePacket } from "../../codec/packets/unsubscribe.js";
import { type OperationId, RequestOperation } from "./operation.js";

/**
 * The connections on which the client renews its subscriptions.
 *
 * - `onSessionLost`: those on which the server no longer has the session
 * - `always`: all of them
 * - `never`: none
 */
export type ResubscribeBehavior = "onSessionLost" | "always" | "never";

/** A subscription that was granted. */
export interface Remembered {
  readonly subscription: Subscription;
  /** The SUBSCRIBE that asked for it. Its identifier and user properties apply to the subscription. */
  readonly packet: SubscribePacket;
  readonly id: OperationId;
}

export class Resubscription {
  readonly #behavior: ResubscribeBehavior;
  readonly #byFilter = new Map<string, Remembered>();

  /** The filters that have to be renewed, until the server answers: on this connection or on a later one. */
  readonly #owed = new Set<string>();

  /** The filters that were refused when the server had them already. It is asked to end them. */
  readonly #refused = new Set<string>();

  /** These ids are negative and count up; those of the application count up from 1. */
  #lastId: OperationId = Number.MIN_SAFE_INTEGER;

  constructor(behavior: ResubscribeBehavior) {
    this.#behavior = behavior;
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
  handleConnected(now: number, rejoinedSession: boolean): readonly RequestOperation[] {
    if (!rejoinedSession) {
      this.#refused.clear();
    }
    if (this.#behavior === "always" || (!rejoinedSession && this.#behavior === "onSessionLost")) {
      for (const topicFilter of this.#byFilter.keys()) {
        this.#owed.add(topicFilter);
      }
    }
    const unsubscribe = this.makeUnsubscribe(now, [...this.#refused]);
    const subscribes = this.#packets().map((packet) => this.#makeOperation(now, packet));
    return unsubscribe ? [unsubscribe, ...subscribes] : subscribes;
  }

  #makeOperation(now: number, packet: SubscribePacket | UnsubscribePacket): RequestOperation {
    const size =
      packet.type === "subscribe" ? packetSize(encodeSubscribe, packet) : packetSize(encodeUnsubscribe, packet);
    this.#lastId += 1;
    return new RequestOperation({ id: this.#lastId, size, timeoutMs: Infinity, now }, packet, "resubscribes");
  }

  /** Makes the SUBSCRIBEs that are owed. None is larger than the one that asked for its subscriptions first. */
  #packets(): SubscribePacket[] {
    const groups = new Map<SubscribePacket, Subscription[]>();
    for (const { subscription, packet } of this.#byFilter.values()) {
      if (!this.#owed.has(subscription.topicFilter)) {
        continue;
      }
      const group = groups.get(packet) ?? [];
      group.push(subscription);
      groups.set(packet, group);
    }
    return Array.from(groups, ([packet, subscriptions]) => ({ ...packet, packetId: 0, subscriptions }));
  }
}
