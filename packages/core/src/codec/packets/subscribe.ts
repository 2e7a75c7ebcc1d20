import * as PacketType from "../packet-type.js";
import { decodeProperties, encodeProperties, type Mutable } from "../properties/property-block.js";
import { inSubscribe } from "../properties/property-carriers.js";
import { qosOfBits, type QoS, type RetainHandling } from "../qos.js";
import { isSharedFilter } from "../topic.js";
import { malformed, violation } from "../violations.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import { readTopicFilter } from "./layouts/topic-filter.js";
import type { UserProperties } from "./layouts/user-property.js";

/**
 * The properties of a SUBSCRIBE.
 *
 * See [section 3.8.2.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901164).
 */
export interface SubscribeProperties extends UserProperties {
  /** An identifier that the server sends along with each message of these subscriptions: 1 to 268,435,455. */
  readonly subscriptionIdentifier?: number;
}

/**
 * A topic filter of a SUBSCRIBE, with its options.
 *
 * See [section 3.8.3.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901169).
 */
export interface Subscription {
  /** The topic filter, which may be that of a shared subscription. */
  readonly topicFilter: string;
  /** The highest QoS with which the server delivers messages. */
  readonly qos: QoS;
  /** Whether the server leaves out the messages that this client publishes. */
  readonly noLocal: boolean;
  /** Whether delivered messages keep the RETAIN flag with which they were published. */
  readonly retainAsPublished: boolean;
  /** The choice of when the server sends its retained messages. */
  readonly retainHandling: RetainHandling;
}

/**
 * A SUBSCRIBE: the request of a client for subscriptions.
 *
 * See [section 3.8](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901161).
 */
export interface SubscribePacket extends SubscribeProperties {
  /** The packet type. */
  readonly type: "subscribe";
  /** The packet identifier: 1 to 65,535. */
  readonly packetId: number;
  /** The subscriptions, at least one. */
  readonly subscriptions: readonly Subscription[];
}

/** The flags of SUBSCRIBE (MQTT-3.8.1-1). */
export const subscribeFlags = 0b0010;

const noLocalFlag = 0b0000_0100;
const retainAsPublishedFlag = 0b0000_1000;
const reservedFlags = 0b1100_0000;

/** The retain handling for each value of two bits. The value 3 has none. */
const retainHandlingOfBits: readonly RetainHandling[] = [0, 1, 2];

export function encodeSubscribe(writer: ByteWriter, packet: SubscribePacket): void {
  writer.openPacket((PacketType.Subscribe << 4) | subscribeFlags);
  writer.twoByteInteger(packet.packetId);
  encodeProperties(writer, inSubscribe, packet);
  for (const subscription of packet.subscriptions) {
    writer.field(subscription.topicFilter); // MQTT-3.8.3-1
    writer.byte(optionsByte(subscription));
  }
  writer.closePacket();
}

function optionsByte(subscription: Subscription): number {
  const { qos, noLocal, retainAsPublished, retainHandling } = subscription;
  return qos | (noLocal ? noLocalFlag : 0) | (retainAsPublished ? retainAsPublishedFlag : 0) | (retainHandling << 4);
}

export function decodeSubscribe(reader: ByteReader): SubscribePacket {
  const subscriptions: Subscription[] = [];
  const packet: Mutable<SubscribePacket> = {
    type: "subscribe",
    packetId: reader.packetId("MQTT-2.2.1-3"),
    subscriptions,
  };
  decodeProperties(reader, inSubscribe, packet); // MQTT-2.2.2-1
  if (reader.isAtEnd()) {
    throw violation("SUBSCRIBE without a topic filter", "MQTT-3.8.3-2");
  }
  while (!reader.isAtEnd()) {
    subscriptions.push(readSubscription(reader));
  }
  return packet;
}

function readSubscription(reader: ByteReader): Subscription {
  const topicFilter = readTopicFilter(reader);
  const options = reader.byte();
  if ((options & reservedFlags) !== 0) {
    throw malformed("reserved subscription options are set", "MQTT-3.8.3-5");
  }
  const qos = qosOfBits[options & 3];
  const retainHandling = retainHandlingOfBits[options >> 4];
  if (qos === undefined || retainHandling === undefined) {
    throw violation("QoS or retain handling of a subscription is 3", "3.8.3.1");
  }
  const noLocal = (options & noLocalFlag) !== 0;
  if (noLocal && isSharedFilter(topicFilter)) {
    throw violation("No Local on a shared subscription", "MQTT-3.8.3-4");
  }
  const retainAsPublished = (options & retainAsPublishedFlag) !== 0;
  return { topicFilter, qos, noLocal, retainAsPublished, retainHandling };
}
