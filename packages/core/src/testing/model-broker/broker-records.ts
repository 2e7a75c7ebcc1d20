/** The records that a model broker keeps of each message, for a test to ask. */
import type { ReceivedClientPacket } from "../../codec/client-packets.js";
import type { PublishProperties } from "../../codec/packets/publish.js";
import type { QoS } from "../../codec/qos.js";
import type { ServerPacket } from "../../codec/server-packets.js";

/** A packet of a client or of the broker. */
export type WirePacket = ReceivedClientPacket | ServerPacket;

/** A packet in the log of a model broker. */
export interface BrokerLogEntry {
  /** The monotonic time, in milliseconds. */
  readonly at: number;
  /** The number of the connection, from 1. */
  readonly connection: number;
  /** The side that sent the packet. */
  readonly from: "client" | "server";
  /** The packet. */
  readonly packet: WirePacket;
}

/** A message that the broker has taken, from a client or from `ModelBroker.publish`. */
export interface BrokerMessage extends Omit<PublishProperties, "topicAlias" | "subscriptionIdentifiers"> {
  /** The number of the message, from 1, in the order in which the broker took the messages. */
  readonly number: number;
  /** The topic name, in full. */
  readonly topic: string;
  /** The payload. */
  readonly payload: Uint8Array;
  /** The QoS with which it was published. */
  readonly qos: QoS;
  /** Whether the publisher asked the broker to retain it. */
  readonly retain: boolean;
  /** The number of the session that it came from. Undefined for a message of `ModelBroker.publish`. */
  readonly sessionNumber: number | undefined;
  /** The monotonic time at which the broker took it, in milliseconds. */
  readonly takenAt: number;
}

/**
 * The state of a {@link BrokerDelivery}.
 *
 * - `queued`: it was not sent yet
 * - `sent`: it was sent and not answered
 * - `released`: its PUBREC came, so PUBREL was sent
 * - `acknowledged`: the client has taken it. At QoS 0: it was sent
 * - `refused`: the client answered with a reason code of 0x80 or above
 * - `lost`: its session ended before it was acknowledged, or it expired or its subscription ended before it was sent. At
 *   QoS 0: there was no connection
 */
export type DeliveryState = "queued" | "sent" | "released" | "acknowledged" | "refused" | "lost";

/** One copy of a message for one session. */
export interface BrokerDelivery {
  /** The message. */
  readonly message: BrokerMessage;
  /** The number of the session. */
  readonly sessionNumber: number;
  /** The topic filters of the subscriptions that the copy is for. */
  readonly topicFilters: readonly string[];
  /** The identifiers of these subscriptions. */
  readonly subscriptionIdentifiers: readonly number[];
  /** The QoS of the copy: the lower one of the message's and the subscription's. */
  readonly qos: QoS;
  /** The RETAIN flag of the copy. */
  readonly retain: boolean;
  /** How far the delivery came. */
  readonly state: DeliveryState;
  /** The number of times that PUBLISH was sent. */
  readonly sentCount: number;
  /** The packet identifier. 0 at QoS 0, and until it is sent. */
  readonly packetId: number;
}
