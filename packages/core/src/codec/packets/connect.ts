import * as PacketType from "../packet-type.js";
import { decodeProperties, encodeProperties, type Mutable } from "../properties/property-block.js";
import { inConnect, inWill } from "../properties/property-carriers.js";
import { qosOfBits, type PayloadFormatIndicator, type QoS } from "../qos.js";
import { ConnectReasonCode } from "../reason-codes.js";
import { topicNameProblem } from "../topic.js";
import { malformed, violation } from "../violations.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import { demandMethod } from "./layouts/authentication-method.js";
import type { UserProperties } from "./layouts/user-property.js";

/**
 * The properties of a CONNECT.
 *
 * See [section 3.1.2.11](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901046).
 */
export interface ConnectProperties extends UserProperties {
  /** The time that the session outlives the connection, in seconds. 0xFFFFFFFF: for ever. Default: 0. */
  readonly sessionExpiryInterval?: number;
  /** The number of unacknowledged messages with QoS 1 and 2 that the client accepts: 1 to 65,535, default 65,535. */
  readonly receiveMaximum?: number;
  /** The size of the largest packet that the client accepts, in bytes. Absent: no limit. */
  readonly maximumPacketSize?: number;
  /** The highest topic alias that the client accepts: 0 to 65,535. Default: 0, no aliases. */
  readonly topicAliasMaximum?: number;
  /** Whether the client asks for response information in the CONNACK. Default: false. */
  readonly requestResponseInformation?: boolean;
  /** Whether most answers may have a reason string and user properties. Default: true. */
  readonly requestProblemInformation?: boolean;
  /** The name of the method for enhanced authentication. */
  readonly authenticationMethod?: string;
  /** The first data of the authentication exchange. */
  readonly authenticationData?: Uint8Array | string;
}

/**
 * The properties of a will.
 *
 * See [section 3.1.3.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901060).
 */
export interface WillProperties extends UserProperties {
  /** The time between the end of the connection and the publication of the will, in seconds. Default: 0. */
  readonly willDelayInterval?: number;
  /** The kind of data in the payload. Default: bytes. */
  readonly payloadFormatIndicator?: PayloadFormatIndicator;
  /** The time after which the published will expires, in seconds. Absent: never. */
  readonly messageExpiryInterval?: number;
  /** A description of the content, such as a MIME type. */
  readonly contentType?: string;
  /** The topic for a response. */
  readonly responseTopic?: string;
  /** The data that a response repeats. A string is sent as UTF-8. */
  readonly correlationData?: Uint8Array | string;
}

/**
 * The message that the server publishes if the connection ends without a normal DISCONNECT.
 *
 * See [section 3.1.2.5](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901040).
 */
export interface Will extends WillProperties {
  /** The topic under which the will is published. */
  readonly topic: string;
  /** The payload, up to 65,535 bytes. A string is sent as UTF-8. */
  readonly payload: Uint8Array | string;
  /** The QoS with which the will is published. */
  readonly qos: QoS;
  /** Whether the server retains the will. */
  readonly retain: boolean;
}

/**
 * A CONNECT: the request of a client for a connection.
 *
 * See [section 3.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901033).
 */
export interface ConnectPacket extends ConnectProperties {
  /** The packet type. */
  readonly type: "connect";
  /** Whether the server discards an existing session of this client. */
  readonly cleanStart: boolean;
  /** The keep-alive interval in seconds: 0 to 65,535. 0 turns it off. */
  readonly keepAlive: number;
  /** The client identifier. Empty: the server assigns one. */
  readonly clientId: string;
  /** The will of the client. */
  readonly will?: Will;
  /** The user name. */
  readonly username?: string;
  /** The password, up to 65,535 bytes. A string is sent as UTF-8. */
  readonly password?: Uint8Array | string | undefined;
}

const protocolName = "MQTT"; // MQTT-3.1.2-1
const protocolVersion = 5; // MQTT-3.1.2-2

const reservedFlag = 0b0000_0001;
const cleanStartFlag = 0b0000_0010;
const willFlag = 0b0000_0100;
const willQosFlag = 0b0001_1000;
const willRetainFlag = 0b0010_0000;
const passwordFlag = 0b0100_0000;
const usernameFlag = 0b1000_0000;

const willQosShift = 3;

export function encodeConnect(writer: ByteWriter, packet: ConnectPacket): void {
  const { will, username, password, keepAlive } = packet;
  writer.openPacket(PacketType.Connect << 4);
  writer.field(protocolName);
  writer.byte(protocolVersion);
  writer.byte(
    (packet.cleanStart ? cleanStartFlag : 0) | // MQTT-3.1.2-3
      (username === undefined ? 0 : usernameFlag) | // MQTT-3.1.2-16
      (password === undefined ? 0 : passwordFlag) | // MQTT-3.1.2-18
      // MQTT-3.1.2-11, MQTT-3.1.2-13
      (will ? willFlag | (will.qos << willQosShift) | (will.retain ? willRetainFlag : 0) : 0),
  );
  writer.twoByteInteger(keepAlive);
  encodeProperties(writer, inConnect, packet);
  writer.field(packet.clientId); // MQTT-3.1.3-1, MQTT-3.1.3-3, MQTT-3.1.3-4
  if (will) {
    encodeProperties(writer, inWill, will); // MQTT-3.1.2-9
    writer.field(will.topic); // MQTT-3.1.3-11
    writer.field(will.payload);
  }
  if (username !== undefined) {
    writer.field(username); // MQTT-3.1.2-17, MQTT-3.1.3-12
  }
  if (password !== undefined) {
    writer.field(password); // MQTT-3.1.2-19
  }
  writer.closePacket();
}

/** Decodes a CONNECT, for servers. */
export function decodeConnect(reader: ByteReader): ConnectPacket {
  checkProtocol(reader);
  const flags = readFlags(reader);
  const cleanStart = (flags & cleanStartFlag) !== 0;
  const packet: Mutable<ConnectPacket> = {
    type: "connect",
    cleanStart,
    keepAlive: reader.twoByteInteger(),
    clientId: "",
  };
  decodeProperties(reader, inConnect, packet); // MQTT-2.2.2-1
  demandMethod(packet, "3.1.2.11.10");
  packet.clientId = reader.text(); // MQTT-3.1.3-3, MQTT-3.1.3-4
  if ((flags & willFlag) !== 0) {
    packet.will = readWill(reader, flags); // MQTT-3.1.2-9
  }
  if ((flags & usernameFlag) !== 0) {
    packet.username = reader.text(); // MQTT-3.1.2-17, MQTT-3.1.3-12
  }
  if ((flags & passwordFlag) !== 0) {
    packet.password = reader.binary(); // MQTT-3.1.2-19
  }
  return packet;
}

function checkProtocol(reader: ByteReader): void {
  if (reader.text() !== protocolName) {
    throw violation("protocol name is not MQTT", "MQTT-3.1.2-1", ConnectReasonCode.UnsupportedProtocolVersion);
  }
  const version = reader.byte();
  if (version !== protocolVersion) {
    throw violation(`protocol version is ${version}`, "MQTT-3.1.2-2", ConnectReasonCode.UnsupportedProtocolVersion);
  }
}

function readFlags(reader: ByteReader): number {
  const flags = reader.byte();
  if ((flags & reservedFlag) !== 0) {
    throw malformed("reserved connect flag is set", "MQTT-3.1.2-3");
  }
  if ((flags & willFlag) === 0) {
    if ((flags & willQosFlag) !== 0) {
      throw malformed("will QoS without a will", "MQTT-3.1.2-11");
    }
    if ((flags & willRetainFlag) !== 0) {
      throw malformed("will retain without a will", "MQTT-3.1.2-13");
    }
  }
  return flags;
}

function readWill(reader: ByteReader, flags: number): Will {
  const qos = qosOfBits[(flags & willQosFlag) >> willQosShift];
  if (qos === undefined) {
    throw malformed("will QoS is 3", "MQTT-3.1.2-12");
  }
  const properties: Mutable<WillProperties> = {};
  decodeProperties(reader, inWill, properties);
  const topic = reader.text(); // MQTT-3.1.3-11
  const problem = topicNameProblem(topic);
  if (problem !== undefined) {
    throw violation(`will topic is not ${problem}`, "MQTT-3.1.3-11");
  }
  return { topic, payload: reader.binary(), qos, retain: (flags & willRetainFlag) !== 0, ...properties };
}
