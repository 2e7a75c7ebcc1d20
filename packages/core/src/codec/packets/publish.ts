import { packetSize } from "../packet-size.js";
import * as PacketType from "../packet-type.js";
import { decodeProperties, encodeProperties, type Mutable } from "../properties/property-block.js";
import { inClientPublish, inServerPublish } from "../properties/property-carriers.js";
import { qosOfBits, type PayloadFormatIndicator, type QoS } from "../qos.js";
import { malformed, violation } from "../violations.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import { noBytes } from "../wire/no-bytes.js";
import { encodedLength } from "../wire/utf8.js";
import { variableByteIntegerWidth } from "../wire/variable-byte-integer.js";
import type { UserProperties } from "./layouts/user-property.js";

/**
 * The properties of a PUBLISH that both sides may send.
 *
 * See [section 3.3.2.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901109).
 */
export interface OutboundPublishProperties extends UserProperties {
  /** The kind of data in the payload. Default: bytes. */
  readonly payloadFormatIndicator?: PayloadFormatIndicator;
  /** The time after which the message expires, in seconds. Absent: never. */
  readonly messageExpiryInterval?: number;
  /** A number that stands for the topic in later messages: 1 to the Topic Alias Maximum of the receiver. */
  readonly topicAlias?: number;
  /** The topic for a response. */
  readonly responseTopic?: string;
  /** The data that a response repeats, so that it can be matched with its request. A string is sent as UTF-8. */
  readonly correlationData?: Uint8Array | string;
  /** A description of the content, such as a MIME type. */
  readonly contentType?: string;
}

/**
 * The properties of a PUBLISH that a server sends.
 *
 * See [section 3.3.2.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901109).
 */
export interface PublishProperties extends OutboundPublishProperties {
  /** The data that a response repeats, so that it can be matched with its request. */
  readonly correlationData?: Uint8Array;
  /** The identifiers of the subscriptions that the message matches. Only a server sends them. */
  readonly subscriptionIdentifiers?: readonly number[];
}

/** The part of a PUBLISH that is the same each time it is sent. */
interface PublishHeader {
  /** The packet type. */
  readonly type: "publish";
  /** The topic name. Empty if a topic alias stands for it. */
  readonly topic: string;
  /** The Quality of Service with which the message is sent. */
  readonly qos: QoS;
  /** From a client: whether the server is to retain the message. From a server: whether it is a retained message. */
  readonly retain: boolean;
}

/** The part of a PUBLISH that belongs to one exchange, and to one sending of it. */
interface PublishDelivery {
  /** Whether the packet is sent again. */
  readonly dup: boolean;
  /** The packet identifier: 1 to 65,535. Absent at QoS 0. */
  readonly packetId?: number;
}

/** The largest payload that is copied: 64 KiB. A larger one is kept by reference and must not change. */
const largestCopyBytes = 65_536;

/** Copies a payload that is kept after the call of the application, so that the application may reuse its memory. */
export function ownPayload(payload: Uint8Array | string): Uint8Array | string {
  const isCopied = typeof payload !== "string" && payload.byteLength <= largestCopyBytes;
  // Not slice(): on Node's Buffer it gives a view of the same memory.
  return isCopied ? new Uint8Array(payload) : payload;
}

/** A message that is to be sent. It can be sent several times. */
export interface OutboundMessage extends PublishHeader, OutboundPublishProperties {
  /**
   * The payload. A string is sent as UTF-8. Bytes above 64 KiB are not copied, so they must not change until they are
   * sent.
   */
  readonly payload: Uint8Array | string;
}

/**
 * A PUBLISH as a client sends it.
 *
 * See [section 3.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901100).
 */
export interface OutboundPublishPacket extends OutboundMessage, PublishDelivery {}

/**
 * A PUBLISH as it is received: one message.
 *
 * See [section 3.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901100).
 */
export interface PublishPacket extends PublishHeader, PublishDelivery, PublishProperties {
  /** The payload, which the client never changes. It does not keep the receive buffer alive. */
  readonly payload: Uint8Array;
}

/** A PUBLISH as the decoder gives it. An empty topic is filled in when the topic alias is resolved. */
export interface ReceivedPublish extends PublishPacket {
  /** The topic name. Empty if a topic alias stands for it. */
  topic: string;
}

const dupFlag = 0b1000;
const retainFlag = 0b0001;

/** Encodes a PUBLISH of a client. Ignores `packetId` and `isDup` at QoS 0 (MQTT-3.3.1-2). */
export function encodePublish(writer: ByteWriter, message: OutboundMessage, packetId: number, isDup: boolean): void {
  openPublish(writer, message, packetId, isDup);
  if (hasProperties(message)) {
    encodeProperties(writer, inClientPublish, message);
  } else {
    writer.byte(0); // MQTT-2.2.2-1
  }
  writer.closePacketWith(message.payload);
}

/** Encodes a PUBLISH of a server. */
export function encodeServerPublish(writer: ByteWriter, packet: PublishPacket): void {
  openPublish(writer, packet, packet.packetId ?? 0, packet.dup);
  encodeProperties(writer, inServerPublish, packet);
  writer.closePacketWith(packet.payload);
}

function openPublish(writer: ByteWriter, message: OutboundMessage, packetId: number, isDup: boolean): void {
  const { topic, qos, retain, payload } = message;
  const flags = (isDup && qos > 0 ? dupFlag : 0) | (qos << 1) | (retain ? retainFlag : 0); // MQTT-3.3.1-2
  writer.openPacket((PacketType.Publish << 4) | flags, topic.length + payload.length + 3);
  writer.field(topic);
  if (qos > 0) {
    writer.twoByteInteger(packetId); // MQTT-2.2.1-2
  }
}

/**
 * Computes the size of a PUBLISH on the wire, in bytes. All packet identifiers have the same size. Most messages have
 * no properties; they are not encoded for this.
 */
export function publishSize(message: OutboundMessage): number {
  const { topic, payload, qos } = message;
  if (hasProperties(message)) {
    return packetSize((writer, it) => encodePublish(writer, it, 0, false), message);
  }
  const payloadLength = typeof payload === "string" ? encodedLength(payload) : payload.length;
  const length = 2 + encodedLength(topic) + (qos > 0 ? 2 : 0) + 1 + payloadLength;
  return 1 + variableByteIntegerWidth(length) + length;
}

/** Whether a message has any property. Most messages have none, and are encoded without the table. */
function hasProperties(message: OutboundPublishProperties): boolean {
  const { payloadFormatIndicator, messageExpiryInterval, topicAlias, responseTopic } = message;
  const { correlationData, contentType, userProperties } = message;
  const first = payloadFormatIndicator ?? messageExpiryInterval ?? topicAlias ?? responseTopic;
  return (first ?? correlationData ?? contentType ?? userProperties) !== undefined;
}

/** Checks the flags of a PUBLISH before the rest of the packet arrives. */
export function checkPublishFlags(flags: number): void {
  const qos = qosOfBits[(flags >> 1) & 3];
  if (qos === undefined) {
    throw malformed("qos is 3", "MQTT-3.3.1-4");
  }
  if (qos === 0 && (flags & dupFlag) !== 0) {
    throw violation("dup is set at QoS 0", "MQTT-3.3.1-2");
  }
}

/** Decodes a PUBLISH that a server sent. */
export function decodePublish(reader: ByteReader, flags: number): ReceivedPublish {
  return decodeWith("MQTT-2.2.1-4", reader, flags);
}

/** Decodes a PUBLISH that a client sent. */
export function decodeClientPublish(reader: ByteReader, flags: number): PublishPacket {
  const packet = decodeWith("MQTT-2.2.1-3", reader, flags);
  if ("subscriptionIdentifiers" in packet) {
    throw violation("subscription identifier from a client", "MQTT-3.3.4-6");
  }
  return packet;
}

function decodeWith(packetIdStatement: string, reader: ByteReader, flags: number): ReceivedPublish {
  const packet: Mutable<PublishPacket> = {
    type: "publish",
    topic: reader.topicName("MQTT-3.3.2-2"), // MQTT-3.3.2-1
    payload: noBytes,
    qos: qosOfBits[(flags >> 1) & 3] ?? 0,
    retain: (flags & retainFlag) !== 0,
    dup: (flags & dupFlag) !== 0,
  };
  if (packet.qos > 0) {
    packet.packetId = reader.packetId(packetIdStatement);
  }
  decodeProperties(reader, inServerPublish, packet);
  packet.payload = reader.rest();
  if (packet.topic === "" && packet.topicAlias === undefined) {
    throw violation("topic is empty", "MQTT-4.7.3-1");
  }
  return packet;
}
