import { InvalidArgumentError } from "../../errors.js";
import type { ByteReader } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { PacketType } from "../packet-type.js";
import { authenticationData, authenticationMethod, reasonString, userProperties } from "../properties.js";
import { PropertyBlock, type Mutable } from "../property-block.js";
import { clientAuthReasonCodes, demandListed, serverAuthReasonCodes, type ReasonCodeSet } from "../reason-code-sets.js";
import { AuthReasonCode } from "../reason-codes.js";
import { violation } from "../violations.js";
import type { ReasonProperties } from "./user-property.js";

/** The properties of an AUTH (section 3.15.2.2). */
export interface AuthProperties extends ReasonProperties {
  /** Absent only in the form without properties. */
  readonly authenticationMethod?: string;
  readonly authenticationData?: Uint8Array;
}

/** A step of an enhanced authentication (section 3.15). */
export interface AuthPacket extends AuthProperties {
  readonly type: "auth";
  readonly reasonCode: AuthReasonCode;
}

const authProperties: PropertyBlock<AuthProperties> = /* @__PURE__ */ new PropertyBlock<AuthProperties>({
  authenticationMethod,
  authenticationData,
  reasonString,
  userProperties,
});

/** Writes a client's AUTH. */
export function encodeAuth(writer: ByteWriter, packet: AuthPacket): void {
  encodeWith(clientAuthReasonCodes, writer, packet);
}

/** Writes a server's AUTH. */
export function encodeServerAuth(writer: ByteWriter, packet: AuthPacket): void {
  encodeWith(serverAuthReasonCodes, writer, packet);
}

function encodeWith(codes: ReasonCodeSet<AuthReasonCode>, writer: ByteWriter, packet: AuthPacket): void {
  const { reasonCode } = packet;
  if (codes[reasonCode] === undefined) {
    throw new InvalidArgumentError({ field: "reasonCode", value: reasonCode, limit: "one that this side may send" });
  }
  writer.openPacket(PacketType.Auth << 4, 0); // MQTT-3.15.1-1
  if (reasonCode !== AuthReasonCode.Success || packet.authenticationMethod !== undefined) {
    writer.byte(reasonCode);
    authProperties.encode(writer, packet);
  }
  writer.closePacket();
}

/** Reads an AUTH that a server sent. */
export function decodeAuth(reader: ByteReader): AuthPacket {
  return decodeWith(serverAuthReasonCodes, reader);
}

/** Reads an AUTH that a client sent. */
export function decodeClientAuth(reader: ByteReader): AuthPacket {
  return decodeWith(clientAuthReasonCodes, reader);
}

function decodeWith(codes: ReasonCodeSet<AuthReasonCode>, reader: ByteReader): AuthPacket {
  const isShort = reader.isAtEnd();
  const reasonCode = demandListed(codes, isShort ? AuthReasonCode.Success : reader.byte(), "MQTT-3.15.2-1");
  const packet: Mutable<AuthPacket> = { type: "auth", reasonCode };
  if (!isShort) {
    authProperties.decode(reader, packet);
    reader.expectEnd();
    if (packet.authenticationMethod === undefined) {
      throw violation("AUTH without an authentication method", "3.15.2.2.2");
    }
  }
  return packet;
}
