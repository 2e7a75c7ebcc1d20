import * as PacketType from "../packet-type.js";
import { decodeProperties, encodeProperties, type Mutable } from "../properties/property-block.js";
import { inDisconnect } from "../properties/property-carriers.js";
import { violation } from "../violations.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/** The properties of a DISCONNECT (section 3.14.2.2). */
export interface DisconnectProperties extends ReasonProperties {
  /** Seconds; replaces the session expiry interval of the CONNECT. Only a client sends it. */
  readonly sessionExpiryInterval?: number;
  /** Other servers to use, as host or host:port, separated by spaces. Only a server sends it. */
  readonly serverReference?: string;
}

/** The last packet of a connection (section 3.14). */
export interface DisconnectPacket extends DisconnectProperties {
  readonly type: "disconnect";
  /** One of `DisconnectReasonCode`; in a received packet also a code that the specification does not list. */
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
