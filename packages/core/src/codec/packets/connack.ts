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

/** The properties of a CONNACK (section 3.2.2.3). */
export interface ConnackProperties extends ReasonProperties {
  /** Seconds; replaces what the CONNECT asked for. */
  readonly sessionExpiryInterval?: number;
  /** How many unacknowledged QoS 1 and 2 messages the server takes: 1 to 65535; absent means 65535. */
  readonly receiveMaximum?: number;
  /** The highest QoS that the server takes; absent means 2. */
  readonly maximumQos?: typeof QoS.AtMostOnce | typeof QoS.AtLeastOnce;
  /** Whether the server takes retained messages; absent means true. */
  readonly retainAvailable?: boolean;
  /** The largest packet that the server takes, in bytes with its header; absent means any. */
  readonly maximumPacketSize?: number;
  /** The client identifier that the server chose in answer to an empty one. */
  readonly assignedClientIdentifier?: string;
  /** The highest topic alias that the server takes; absent means 0, no aliases. */
  readonly topicAliasMaximum?: number;
  /** Whether filters may have wildcards; absent means true. */
  readonly wildcardSubscriptionsAvailable?: boolean;
  /** Whether a SUBSCRIBE may carry a subscription identifier; absent means true. */
  readonly subscriptionIdentifiersAvailable?: boolean;
  /** Whether filters may be shared; absent means true. */
  readonly sharedSubscriptionsAvailable?: boolean;
  /** Seconds; replaces the keep-alive of the CONNECT, 0 turns it off. */
  readonly serverKeepAlive?: number;
  /** What response topics may be built on. */
  readonly responseInformation?: string;
  /** Other servers to use, as host or host:port, separated by spaces. */
  readonly serverReference?: string;
  readonly authenticationMethod?: string;
  readonly authenticationData?: Uint8Array;
}

/** Server answers a CONNECT (section 3.2). */
export interface ConnackPacket extends ConnackProperties {
  readonly type: "connack";
  readonly sessionPresent: boolean;
  /** One of `ConnectReasonCode`, or a code that the specification does not list, which is a refusal too. */
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
  decodeProperties(reader, inConnack, packet); // MQTT-2.2.2-1
  demandMethod(packet, "3.2.2.3.18");
  return packet;
}
