/**
 * The layout that PUBACK, PUBREC, PUBREL and PUBCOMP share (sections 3.4 to 3.7): a packet identifier, a reason code
 * and properties. The packet leaves out the properties if there are none, and then also the reason code 0.
 */
import * as PacketType from "../../packet-type.js";
import { decodeProperties, encodeProperties, type Mutable } from "../../properties/property-block.js";
import { inAcknowledgement } from "../../properties/property-carriers.js";
import type { ByteReader } from "../../wire/byte-reader.js";
import type { ByteWriter } from "../../wire/byte-writer.js";
import { demandListed } from "./reason-code.js";
import type { ReasonProperties } from "./user-property.js";

/** The packet types that are acknowledgements. */
export type AcknowledgementType =
  typeof PacketType.Puback | typeof PacketType.Pubrec | typeof PacketType.Pubrel | typeof PacketType.Pubcomp;

type AcknowledgementName = "puback" | "pubrec" | "pubrel" | "pubcomp";

const typeOf: Readonly<Record<AcknowledgementName, AcknowledgementType>> = {
  puback: PacketType.Puback,
  pubrec: PacketType.Pubrec,
  pubrel: PacketType.Pubrel,
  pubcomp: PacketType.Pubcomp,
};

/** The flags of PUBREL (MQTT-3.6.1-1). */
export const pubrelFlags = 0b0010;

/** One of the four packets. */
export interface Acknowledgement<Type extends string, Code extends number> extends ReasonProperties {
  readonly type: Type;
  readonly packetId: number;
  readonly reasonCode: Code;
}

/** Encodes an acknowledgement without properties. Reason code 0 takes four bytes in all. */
export function encodeAcknowledgement(
  writer: ByteWriter,
  packetType: AcknowledgementType,
  packetId: number,
  reasonCode: number,
): void {
  openAcknowledgement(writer, packetType, packetId);
  if (reasonCode !== 0) {
    writer.byte(reasonCode);
  }
  writer.closePacket();
}

/** Encodes an acknowledgement with the properties that it has. */
export function encodeAcknowledgementPacket(
  writer: ByteWriter,
  packet: Acknowledgement<AcknowledgementName, number>,
): void {
  const { type, packetId, reasonCode, reasonString, userProperties } = packet;
  if (reasonString === undefined && !userProperties) {
    encodeAcknowledgement(writer, typeOf[type], packetId, reasonCode);
    return;
  }
  openAcknowledgement(writer, typeOf[type], packetId);
  writer.byte(reasonCode);
  encodeProperties(writer, inAcknowledgement, packet);
  writer.closePacket();
}

function openAcknowledgement(writer: ByteWriter, packetType: AcknowledgementType, packetId: number): void {
  writer.openPacket((packetType << 4) | (packetType === PacketType.Pubrel ? pubrelFlags : 0));
  writer.twoByteInteger(packetId); // MQTT-2.2.1-5
}

/** Decodes an acknowledgement. A reason code that is not in `codes` breaks `statement`. */
export function decodeAcknowledgement<Type extends string, Code extends number>(
  reader: ByteReader,
  type: Type,
  codes: readonly Code[],
  statement: string,
): Acknowledgement<Type, Code> {
  const packetId = reader.packetId("MQTT-2.2.1-5");
  const reasonCode = demandListed(codes, reader.isAtEnd() ? 0 : reader.byte(), statement);
  const packet: Mutable<Acknowledgement<Type, Code>> = { type, packetId, reasonCode };
  if (!reader.isAtEnd()) {
    decodeProperties(reader, inAcknowledgement, packet);
  }
  return packet;
}
