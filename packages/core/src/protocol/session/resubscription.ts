/**
 * The subscriptions that the server granted, filter by filter, so that they can be made again when it has forgotten
 * them. They are the application's wish rather than session state (section 4.1): they survive the loss of a session,
 * and end when they are taken back.
 */

import type { SubscribePacket, Subscription } from "../../codec/packets/subscribe.js";
import type { OperationId } from "./operation.js";

/** When remembered subscriptions are made again: when the server lost the session, on every connection, or never. */
export type ResubscribeBehavior = "onSessionLost" | "always" | "never";

/** A subscription that was granted. */
export interface Remembered {
  readonly subscription: Subscription;
  /** The SUBSCRIBE that it was granted in, whose identifier and user properties it shares. */
  readonly packet: SubscribePacket;
  readonly id: OperationId;
}

export class RememberedSubscriptions {
  readonly #byFilter = new Map<string, Remembered>();

  /** Takes in what was granted; the same filter again replaces its options (section 3.8.4). */
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
