import { InvalidArgumentError } from "../../errors.js";
import type { ByteReader } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { PacketType } from "../packet-type.js";
import { reasonString, serverReference, sessionExpiryInterval, userProperties } from "../properties.js";
import { PropertyBlock, type Mutable } from "../property-block.js";
import { clientDisconnectReasonCodes } from "../reason-code-sets.js";
import type { ReasonProperties } from "./user-property.js";

/** The properties of a client's DISCONNECT (section 3.14.2.2). */
export interface ClientDisconnectProperties extends ReasonProperties {
  /** Seconds; replaces the session expiry interval of the CONNECT. Only a client sends it. */
  readonly sessionExpiryInterval?: number;
}

/** The properties of a server's DISCONNECT (section 3.14.2.2). */
export interface ServerDisconnectProperties extends ReasonProperties {
  /** Other servers to use, as host or host:port, separated by spaces. Only a server sends it. */
  readonly serverReference?: string;
}

/** The last packet of a connection (section 3.14). */
export interface DisconnectPacket extends ClientDisconnectProperties, ServerDisconnectProperties {
  readonly type: "disconnect";
  /** One of `DisconnectReasonCode`; in a received packet also a code that the specification does not list. */
  readonly reasonCode: number;
}

const clientDisconnectProperties: PropertyBlock<ClientDisconnectProperties> =
  /* @__PURE__ */ new PropertyBlock<ClientDisconnectProperties>(
    { sessionExpiryInterval, reasonString, userProperties },
    { 0x1c: "3.14.2.2.5" },
  );

const serverDisconnectProperties: PropertyBlock<ServerDisconnectProperties> =
  /* @__PURE__ */ new PropertyBlock<ServerDisconnectProperties>(
    { reasonString, userProperties, serverReference },
    { 0x11: "MQTT-3.14.2-2" },
  );

/** Writes a client's DISCONNECT. */
export function encodeDisconnect(writer: ByteWriter, packet: DisconnectPacket): void {
  const { reasonCode } = packet;
  if (clientDisconnectReasonCodes[reasonCode] === undefined) {
    const limit = "one that a client may send"; // MQTT-3.14.2-1
    throw new InvalidArgumentError({ field: "reasonCode", value: reasonCode, limit });
  }
  const isPlain = packet.sessionExpiryInterval === undefined && hasNoReason(packet);
  encodeWith(clientDisconnectProperties, isPlain, writer, packet);
}

/** Writes a server's DISCONNECT, with any reason code: a server may be newer than this library. */
export function encodeServerDisconnect(writer: ByteWriter, packet: DisconnectPacket): void {
  const isPlain = packet.serverReference === undefined && hasNoReason(packet);
  encodeWith(serverDisconnectProperties, isPlain, writer, packet);
}

function hasNoReason(packet: ReasonProperties): boolean {
  return packet.reasonString === undefined && packet.userProperties === undefined;
}

function encodeWith(
  block: PropertyBlock<DisconnectPacket>,
  isPlain: boolean,
  writer: ByteWriter,
  packet: DisconnectPacket,
): void {
  writer.openPacket(PacketType.Disconnect << 4, 0); // MQTT-3.14.1-1
  if (!isPlain || packet.reasonCode !== 0) {
    writer.byte(packet.reasonCode);
  }
  if (!isPlain) {
    block.encode(writer, packet);
  }
  writer.closePacket();
}

/** Reads a DISCONNECT that a server sent. */
export function decodeDisconnect(reader: ByteReader): DisconnectPacket {
  return decodeWith(serverDisconnectProperties, reader);
}

/** Reads a DISCONNECT that a client sent. */
export function decodeClientDisconnect(reader: ByteReader): DisconnectPacket {
  return decodeWith(clientDisconnectProperties, reader);
}

function decodeWith(block: PropertyBlock<DisconnectPacket>, reader: ByteReader): DisconnectPacket {
  const packet: Mutable<DisconnectPacket> = { type: "disconnect", reasonCode: reader.isAtEnd() ? 0 : reader.byte() };
  if (!reader.isAtEnd()) {
    block.decode(reader, packet);
    reader.expectEnd();
  }
  return packet;
}
