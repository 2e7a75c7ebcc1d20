import * as PacketType from "../packet-type.js";
import { decodeProperties, encodeProperties, type Mutable } from "../properties/property-block.js";
import { inConnack } from "../properties/property-carriers.js";
import type { QoS } from "../qos.js";
import { ConnectReasonCode } from "../reason-codes.js";
import { malformed } from "../violations.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import { demandMethod } from "./layouts/authentication-method.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/**
 * The properties of a CONNACK.
 *
 * See [section 3.2.2.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901080).
 */
export interface ConnackProperties extends ReasonProperties {
  /** The time that the session outlives the connection, in seconds. Absent: the interval of the CONNECT holds. */
  readonly sessionExpiryInterval?: number;
  /** The number of unacknowledged messages with QoS 1 and 2 that the server accepts: 1 to 65,535, default 65,535. */
  readonly receiveMaximum?: number;
  /** The highest QoS that the server accepts: 0 or 1. Absent: 2. */
  readonly maximumQos?: typeof QoS.AtMostOnce | typeof QoS.AtLeastOnce;
  /** Whether the server accepts messages that are to be retained. Default: true. */
  readonly retainAvailable?: boolean;
  /** The size of the largest packet that the server accepts, in bytes. Absent: no limit. */
  readonly maximumPacketSize?: number;
  /** The client identifier that the server chose, if that of the CONNECT was empty. */
  readonly assignedClientIdentifier?: string;
  /** The highest topic alias that the server accepts: 0 to 65,535. Default: 0, no aliases. */
  readonly topicAliasMaximum?: number;
  /** Whether topic filters may have wildcards. Default: true. */
  readonly wildcardSubscriptionsAvailable?: boolean;
  /** Whether a SUBSCRIBE may have a subscription identifier. Default: true. */
  readonly subscriptionIdentifiersAvailable?: boolean;
  /** Whether subscriptions may be shared. Default: true. */
  readonly sharedSubscriptionsAvailable?: boolean;
  /**
   * The keep-alive interval that the client has to use, in seconds. 0 turns it off. Absent: that of the CONNECT holds.
   */
  readonly serverKeepAlive?: number;
  /** The basis for response topics, if the CONNECT asked for it. */
  readonly responseInformation?: string;
  /** Other servers that the client can use: host or host:port, separated by spaces. */
  readonly serverReference?: string;
  /** The name of the authentication method. */
  readonly authenticationMethod?: string;
  /** The last data of the server in the authentication exchange. */
  readonly authenticationData?: Uint8Array;
}

/**
 * A CONNACK: the answer of the server to a CONNECT.
 *
 * See [section 3.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901074).
 */
export interface ConnackPacket extends ConnackProperties {
  /** The packet type. */
  readonly type: "connack";
  /** Whether the server still has the session of this client. */
  readonly sessionPresent: boolean;
  /** A {@link ConnectReasonCode}, or a code that the specification does not list. Every code but 0 is a refusal. */
  readonly reasonCode: number;
}

const sessionPresentFlag = 1;

/** The code "unacceptable protocol version" in the CONNACK of MQTT 3.1.1, as a server without MQTT 5 sends it. */
const oldRefusal = 1;

export function encodeConnack(writer: ByteWriter, packet: ConnackPacket): void {
  writer.openPacket(PacketType.Connack << 4);
  writer.byte(packet.sessionPresent ? sessionPresentFlag : 0);
  writer.byte(packet.reasonCode);
  encodeProperties(writer, inConnack, packet);
  writer.closePacket();
}

export function decodeConnack(reader: ByteReader): ConnackPacket {
  const flags = reader.byte();
  if (flags > sessionPresentFlag) {
    throw malformed(`flags are ${flags.toString(2)}`, "MQTT-3.2.2-1");
  }
  const sessionPresent = flags === sessionPresentFlag;
  const packet: Mutable<ConnackPacket> = { type: "connack", sessionPresent, reasonCode: reader.byte() };
  if (reader.isAtEnd() && !sessionPresent && packet.reasonCode === oldRefusal) {
    // MQTT-3.1.2-2: a server without MQTT 5 does not know that this CONNACK needs properties.
    packet.reasonCode = ConnectReasonCode.UnsupportedProtocolVersion;
    return packet;
  }
  if (reader.isAtEnd()) {
    const problem = `CONNACK of MQTT 3.1.1 with code ${packet.reasonCode}: the server does not speak MQTT 5`;
    throw malformed(problem, "2.1.4");
  }
  decodeProperties(reader, inConnack, packet); // MQTT-2.2.2-1
  demandMethod(packet, "3.2.2.3.18");
  return packet;
}
