import * as PacketType from "../packet-type.js";
import { decodeProperties, encodeProperties, type Mutable } from "../properties/property-block.js";
import { inAuth } from "../properties/property-carriers.js";
import { type AuthReasonCode, clientAuthReasonCodes, serverAuthReasonCodes } from "../reason-codes.js";
import { violation } from "../violations.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import { demandListed } from "./layouts/reason-code.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/**
 * The properties of an AUTH.
 *
 * See [section 3.15.2.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901221).
 */
export interface AuthProperties extends ReasonProperties {
  /** The name of the authentication method. Absent only if the packet has no properties at all. */
  readonly authenticationMethod?: string;
  /** The data of this step, as the method defines it. */
  readonly authenticationData?: Uint8Array;
}

/**
 * An AUTH: one step of an enhanced authentication.
 *
 * See [section 3.15](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901217).
 */
export interface AuthPacket extends AuthProperties {
  /** The packet type. */
  readonly type: "auth";
  /** The kind of step. */
  readonly reasonCode: AuthReasonCode;
}

export function encodeAuth(writer: ByteWriter, packet: AuthPacket): void {
  const { reasonCode } = packet;
  writer.openPacket(PacketType.Auth << 4); // MQTT-3.15.1-1
  if (reasonCode !== 0 || packet.authenticationMethod !== undefined) {
    writer.byte(reasonCode);
    encodeProperties(writer, inAuth, packet);
  }
  writer.closePacket();
}

/** Decodes an AUTH that a server sent. */
export function decodeAuth(reader: ByteReader): AuthPacket {
  return decodeWith(serverAuthReasonCodes, reader);
}

/** Decodes an AUTH that a client sent. */
export function decodeClientAuth(reader: ByteReader): AuthPacket {
  return decodeWith(clientAuthReasonCodes, reader);
}

function decodeWith(codes: readonly AuthReasonCode[], reader: ByteReader): AuthPacket {
  const isShort = reader.isAtEnd();
  const reasonCode = demandListed(codes, isShort ? 0 : reader.byte(), "MQTT-3.15.2-1");
  const packet: Mutable<AuthPacket> = { type: "auth", reasonCode };
  if (!isShort) {
    decodeProperties(reader, inAuth, packet);
    if (packet.authenticationMethod === undefined) {
      throw violation("authenticationMethod is missing", "3.15.2.2.2");
    }
  }
  return packet;
}
