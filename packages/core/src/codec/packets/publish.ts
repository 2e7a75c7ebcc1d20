import { InvalidArgumentError } from "../../errors.js";
import type { ByteReader } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { PacketType } from "../packet-type.js";
import {
  contentType,
  correlationData,
  messageExpiryInterval,
  payloadFormatIndicator,
  responseTopic,
  subscriptionIdentifiers,
  topicAlias,
  userProperties,
} from "../properties.js";
import { PropertyBlock, type Mutable } from "../property-block.js";
import { QoS, type PayloadFormatIndicator } from "../qos.js";
import { encodedLength, utf8Length } from "../utf8.js";
import { variableByteIntegerWidth } from "../variable-byte-integer.js";
import { malformed, violation } from "../violations.js";
import type { UserProperties } from "./user-property.js";

/** The properties of a PUBLISH that both sides may send (section 3.3.2.3). */
export interface OutboundPublishProperties extends UserProperties {
  readonly payloadFormatIndicator?: PayloadFormatIndicator;
  /** Seconds that the message lives; absent means for ever. */
  readonly messageExpiryInterval?: number;
  /** 1 to the receiver's maximum; stands for the topic once it was sent with one. */
  readonly topicAlias?: number;
  /** Where an answer is expected. */
  readonly responseTopic?: string;
  /** Tells the asker which question an answer belongs to. A string is sent as UTF-8. */
  readonly correlationData?: Uint8Array | string;
  readonly contentType?: string;
}

/** The properties of a PUBLISH that a server sends. */
export interface PublishProperties extends OutboundPublishProperties {
  readonly correlationData?: Uint8Array;
  /** The identifiers of the subscriptions that the message matched; only a server sends them. */
  readonly subscriptionIdentifiers?: readonly number[];
}

/** What every PUBLISH has. */
interface PublishHeader {
  readonly type: "publish";
  /** Empty where a topic alias stands for it. */
  readonly topic: string;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Whether this very packet was sent before. */
  readonly dup: boolean;
  /** 1 to 65535; absent at QoS 0. */
  readonly packetId?: number;
}

/** A message as it is sent (section 3.3). */
export interface OutboundPublishPacket extends PublishHeader, OutboundPublishProperties {
  /** A string is written as UTF-8; above 64 KiB bytes go by reference and must not change until they are sent. */
  readonly payload: Uint8Array | string;
}

/** A message as it is received (section 3.3). */
export interface PublishPacket extends PublishHeader, PublishProperties {
  /** Never changes, and does not keep the receive buffer alive. */
  readonly payload: Uint8Array;
}

const dupFlag = 0b1000;
const retainFlag = 0b0001;

/** The QoS of each value of the two flag bits; the value 3 has none. */
const qosOfBits: readonly (QoS | undefined)[] = [QoS.AtMostOnce, QoS.AtLeastOnce, QoS.ExactlyOnce];

const commonProperties = {
  payloadFormatIndicator,
  messageExpiryInterval,
  topicAlias,
  responseTopic,
  correlationData,
  contentType,
  userProperties,
};

/** What a client's PUBLISH may carry: everything but subscription identifiers. */
const clientPublishProperties: PropertyBlock<OutboundPublishProperties> =
  /* @__PURE__ */ new PropertyBlock<OutboundPublishProperties>(commonProperties, { 0x0b: "MQTT-3.3.4-6" });

/** What a server's PUBLISH may carry. */
const serverPublishProperties: PropertyBlock<PublishProperties> = /* @__PURE__ */ new PropertyBlock<PublishProperties>({
  ...commonProperties,
  subscriptionIdentifiers,
});

/** Writes a client's PUBLISH. */
export function encodePublish(writer: ByteWriter, packet: OutboundPublishPacket): void {
  openPublish(writer, packet);
  if (hasProperties(packet)) {
    clientPublishProperties.encode(writer, packet);
  } else {
    writer.byte(0); // MQTT-2.2.2-1
  }
  writer.closePacketWith(packet.payload);
}

/** Writes a server's PUBLISH. */
export function encodeServerPublish(writer: ByteWriter, packet: PublishPacket): void {
  openPublish(writer, packet);
  serverPublishProperties.encode(writer, packet);
  writer.closePacketWith(packet.payload);
}

function openPublish(writer: ByteWriter, packet: OutboundPublishPacket): void {
  const { topic, qos, payload } = packet;
  if (qosOfBits[qos] === undefined) {
    throw new InvalidArgumentError({ field: "qos", value: qos, limit: "0, 1 or 2" }); // MQTT-3.3.1-4
  }
  const flags = (packet.dup && qos > 0 ? dupFlag : 0) | (qos << 1) | (packet.retain ? retainFlag : 0); // MQTT-3.3.1-2
  writer.openPacket((PacketType.Publish << 4) | flags, topic.length + payload.length + 3);
  writer.text(topic, "topic");
  if (qos > 0) {
    writer.packetId(packet.packetId);
  } // MQTT-2.2.1-2
}

/** The size of a PUBLISH on the wire, by arithmetic alone. */
export function publishSize(packet: OutboundPublishPacket): number {
  const { topic, payload, qos } = packet;
  const payloadLength = typeof payload === "string" ? encodedLength(payload) : payload.length;
  const propertiesLength = hasProperties(packet) ? clientPublishProperties.size(packet) : 1;
  const length = 2 + utf8Length(topic) + (qos > 0 ? 2 : 0) + propertiesLength + payloadLength;
  return 1 + variableByteIntegerWidth(length) + length;
}

/** Whether a packet has any property: the commonest messages have none, and need not look at the table. */
function hasProperties(packet: OutboundPublishProperties): boolean {
  return (
    packet.payloadFormatIndicator !== undefined ||
    packet.messageExpiryInterval !== undefined ||
    packet.topicAlias !== undefined ||
    packet.responseTopic !== undefined ||
    packet.correlationData !== undefined ||
    packet.contentType !== undefined ||
    packet.userProperties !== undefined
  );
}

/** Judges the flags of a PUBLISH as soon as they are there. */
export function checkPublishFlags(flags: number): void {
  const qos = qosOfBits[(flags >> 1) & 3];
  if (qos === undefined) {
    throw malformed("both QoS bits are set", "MQTT-3.3.1-4");
  }
  if (qos === QoS.AtMostOnce && (flags & dupFlag) !== 0) {
    throw violation("DUP is set at QoS 0", "MQTT-3.3.1-2");
  }
}

/** Reads a PUBLISH that a server sent. */
export function decodePublish(reader: ByteReader, flags: number): PublishPacket {
  return decodeWith(serverPublishProperties, "MQTT-2.2.1-4", reader, flags);
}

/** Reads a PUBLISH that a client sent. */
export function decodeClientPublish(reader: ByteReader, flags: number): PublishPacket {
  return decodeWith(clientPublishProperties, "MQTT-2.2.1-3", reader, flags);
}

function decodeWith(
  block: PropertyBlock<PublishProperties>,
  packetIdStatement: string,
  reader: ByteReader,
  flags: number,
): PublishPacket {
  const topic = reader.topicName("MQTT-3.3.2-2"); // MQTT-3.3.2-1
  const qos = qosOfBits[(flags >> 1) & 3] ?? QoS.AtMostOnce;
  const packetId = qos === QoS.AtMostOnce ? 0 : reader.packetId(packetIdStatement);
  const propertiesStart = reader.offset;
  const propertyLength = reader.variableByteInteger();
  reader.skip(propertyLength);
  const payload = reader.rest();
  const retain = (flags & retainFlag) !== 0;
  const dup = (flags & dupFlag) !== 0;
  const packet: Mutable<PublishPacket> =
    packetId === 0
      ? { type: "publish", topic, payload, qos, retain, dup }
      : { type: "publish", topic, payload, qos, retain, dup, packetId };
  if (propertyLength > 0) {
    reader.rewind(propertiesStart);
    block.decode(reader, packet);
  }
  if (topic === "" && packet.topicAlias === undefined) {
    throw violation("topic is empty and no topic alias stands for it", "MQTT-4.7.3-1");
  }
  return packet;
}
