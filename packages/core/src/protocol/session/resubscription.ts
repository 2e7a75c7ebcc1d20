/**
 * The subscriptions that the server granted, and the rule for their renewal. They belong to the application and not
 * to the session (section 4.1): they survive the loss of a session, and end with an unsubscribe.
 */

import { packetSize } from "../../codec/packet-size.js";
import { encodeSubscribe, type SubscribePacket, type Subscription } from "../../codec/packets/subscribe.js";
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

  /** True when a connection ended before its subscriptions were renewed. */
  #isOwed = false;

  /** These ids count down; those of the application count up from 1. */
  #lastId: OperationId = 0;

  constructor(behavior: ResubscribeBehavior) {
    this.#behavior = behavior;
  }

  /** Remembers a granted subscription. The same filter again replaces its options (section 3.8.4). */
  remember(granted: Remembered): void {
    this.#byFilter.set(granted.subscription.topicFilter, granted);
  }

  /** Forgets these filters, if they were subscribed to before the operation `id`. Default: whenever that was. */
  forget(topicFilters: readonly string[], id: OperationId = Infinity): void {
    for (const topicFilter of topicFilters) {
      if ((this.#byFilter.get(topicFilter)?.id ?? id) < id) {
        this.#byFilter.delete(topicFilter);
      }
    }
  }

  /**
   * Gives the SUBSCRIBEs that a new connection owes, in their order. They go out before the operations of the
   * application.
   */
  handleConnected(now: number, rejoinedSession: boolean): readonly RequestOperation[] {
    const isLost = this.#isOwed || !rejoinedSession;
    this.#isOwed = false;
    const isDue = this.#behavior === "always" || (isLost && this.#behavior === "onSessionLost");
    return isDue ? this.#operations(now) : [];
  }

  /** Takes in that the connection ended before one of them was answered. */
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

  /** Makes the SUBSCRIBEs for all subscriptions. None is larger than the one that asked for its subscriptions first. */
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
