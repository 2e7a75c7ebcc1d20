/**
 * The subscriptions that the server granted, filter by filter, and when they are made again. They are the application's
 * wish rather than session state (section 4.1): they survive the loss of a session, and end when they are taken back.
 */

import { packetSize } from "../../codec/packet-size.js";
import { encodeSubscribe, type SubscribePacket, type Subscription } from "../../codec/packets/subscribe.js";
import { type OperationId, RequestOperation } from "./operation.js";

/** When remembered subscriptions are made again: when the server lost the session, on every connection, or never. */
export type ResubscribeBehavior = "onSessionLost" | "always" | "never";

/** A subscription that was granted. */
export interface Remembered {
  readonly subscription: Subscription;
  /** The SUBSCRIBE that it was granted in, whose identifier and user properties it shares. */
  readonly packet: SubscribePacket;
  readonly id: OperationId;
}

export class Resubscription {
  readonly #behavior: ResubscribeBehavior;
  readonly #byFilter = new Map<string, Remembered>();

  /** True when subscriptions were to be made again, and the connection ended first. */
  #isOwed = false;

  /** These ids count down, since those of the application count up from 1. */
  #lastId: OperationId = 0;

  constructor(behavior: ResubscribeBehavior) {
    this.#behavior = behavior;
  }

  /** Takes in a subscription that was granted; the same filter again replaces its options (section 3.8.4). */
  remember(granted: Remembered): void {
    this.#byFilter.set(granted.subscription.topicFilter, granted);
  }

  /** Forgets these filters where they were subscribed to before an operation; by default whenever that was. */
  forget(topicFilters: readonly string[], id: OperationId = Infinity): void {
    for (const topicFilter of topicFilters) {
      if ((this.#byFilter.get(topicFilter)?.id ?? id) < id) {
        this.#byFilter.delete(topicFilter);
      }
    }
  }

  /** The SUBSCRIBEs that a new connection owes, in the order in which they go out: before all that the application submitted. */
  handleConnected(now: number, rejoinedSession: boolean): readonly RequestOperation[] {
    const isLost = this.#isOwed || !rejoinedSession;
    this.#isOwed = false;
    const isDue = this.#behavior === "always" || (isLost && this.#behavior === "onSessionLost");
    return isDue ? this.#operations(now) : [];
  }

  /** The connection ended before one of them had its answer. */
  handleUnanswered(): void {
    this.#isOwed = true;
  }

  #operations(now: number): readonly RequestOperation[] {
    const packets = this.packets();
    this.#lastId -= packets.length;
    return packets.map((packet, index) => {
      const size = packetSize(encodeSubscribe, packet);
      return new RequestOperation({ id: this.#lastId + index, size, timeoutMs: Infinity, now }, packet, "resubscribes");
    });
  }

  /** SUBSCRIBEs for all that is remembered. None is larger than the one that a part of it was granted in. */
  packets(): SubscribePacket[] {
    const groups = new Map<SubscribePacket, Subscription[]>();
    for (const { subscription, packet } of this.#byFilter.values()) {
      const group = groups.get(packet) ?? [];
      group.push(subscription);
      groups.set(packet, group);
    }
    return Array.from(groups, ([packet, subscriptions]) => ({ ...packet, packetId: 0, subscriptions }));
  }
}
