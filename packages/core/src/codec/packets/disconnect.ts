import * as PacketType from "../packet-type.js";
import { decodeProperties, encodeProperties, type Mutable } from "../properties/property-block.js";
import { inDisconnect } from "../properties/property-carriers.js";
import { violation } from "../violations.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/**
 * The properties of a DISCONNECT.
 *
 * See [section 3.14.2.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901209).
 */
export interface DisconnectProperties extends ReasonProperties {
  /** The new time that the session outlives the connection, in seconds. Only a client sends it. */
  readonly sessionExpiryInterval?: number;
  /** Other servers that the client can use: host or host:port, separated by spaces. Only a server sends it. */
  readonly serverReference?: string;
}

/**
 * A DISCONNECT: the last packet that a side sends on a connection.
 *
 * See [section 3.14](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901205).
 */
export interface DisconnectPacket extends DisconnectProperties {
  /** The packet type. */
  readonly type: "disconnect";
  /** A {@link DisconnectReasonCode}. A received packet may have a code that the specification does not list. */
  readonly reasonCode: number;
}

export function encodeDisconnect(writer: ByteWriter, packet: DisconnectPacket): void {
  const { reasonCode, reasonString, userProperties, sessionExpiryInterval, serverReference } = packet;
  const hasProperties = (reasonString ?? userProperties ?? sessionExpiryInterval ?? serverReference) !== undefined;
  writer.openPacket(PacketType.Disconnect << 4); // MQTT-3.14.1-1
  if (hasProperties || reasonCode !== 0) {
    writer.byte(reasonCode);
  }
  if (hasProperties) {
    encodeProperties(writer, inDisconnect, packet);
  }
  writer.closePacket();
}

/** Decodes a DISCONNECT that a server sent. */
export function decodeDisconnect(reader: ByteReader): DisconnectPacket {
  const packet = decode(reader);
  if (packet.sessionExpiryInterval !== undefined) {
    throw violation("sessionExpiryInterval is set by the server", "MQTT-3.14.2-2");
  }
  return packet;
}

/** Decodes a DISCONNECT that a client sent. */
export function decodeClientDisconnect(reader: ByteReader): DisconnectPacket {
  const packet = decode(reader);
  if (packet.serverReference !== undefined) {
    throw violation("serverReference is set by the client", "3.14.2.2.5");
  }
  return packet;
}

function decode(reader: ByteReader): DisconnectPacket {
  const packet: Mutable<DisconnectPacket> = { type: "disconnect", reasonCode: reader.isAtEnd() ? 0 : reader.byte() };
  if (!reader.isAtEnd()) {
    decodeProperties(reader, inDisconnect, packet);
  }
  return packet;
}
