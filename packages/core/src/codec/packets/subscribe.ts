import type { QoS, RetainHandling } from "../qos.js";
import type { UserProperties } from "./user-property.js";

/** The properties of a SUBSCRIBE (section 3.8.2.1). */
export interface SubscribeProperties extends UserProperties {
  /** 1 to 268435455; comes back with every message that matches. */
  readonly subscriptionIdentifier?: number;
}

/** One filter of a SUBSCRIBE with its options (section 3.8.3.1). */
export interface Subscription {
  readonly topicFilter: string;
  /** The highest QoS at which messages shall be delivered. */
  readonly qos: QoS;
  /** Leave out what this client publishes itself. */
  readonly noLocal: boolean;
  /** Keep the RETAIN flag as it was published. */
  readonly retainAsPublished: boolean;
  readonly retainHandling: RetainHandling;
}

/** Client subscribes (section 3.8). */
export interface SubscribePacket extends SubscribeProperties {
  readonly type: "subscribe";
  readonly packetId: number;
  /** At least one. */
  readonly subscriptions: readonly Subscription[];
}
