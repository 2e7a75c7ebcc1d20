/**
 * The layout that PUBACK, PUBREC, PUBREL and PUBCOMP share (sections 3.4 to 3.7): a packet identifier, a reason code
 * that is left out where it is 0 and nothing follows, and properties that are left out where there are none.
 */
import type { ByteReader } from "../../wire/byte-reader.js";
import type { ByteWriter } from "../../wire/byte-writer.js";
import { inAcknowledgement } from "../../properties/property-carriers.js";
import * as PacketType from "../../packet-type.js";
import { decodeProperties, encodeProperties, type Mutable } from "../../properties/property-block.js";
import { demandListed } from "./reason-code.js";
import type { ReasonProperties } from "./user-property.js";

/** The packet types that are acknowledgements. */
export type AcknowledgementType =
  typeof PacketType.Puback | typeof PacketType.Pubrec | typeof PacketType.Pubrel | typeof PacketType.Pubcomp;

type AcknowledgementName = "puback" | "pubrec" | "pubrel" | "pubcomp";

const typeOf: Readonly<Record<AcknowledgementName, AcknowledgementType>> = {
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
};

/** The flags of PUBREL (MQTT-3.6.1-1). */
export const pubrelFlags = 0b0010;

/** Any of the four, as a packet. */
export interface Acknowledgement<Type extends string, Code extends number> extends ReasonProperties {
  readonly type: Type;
  readonly packetId: number;
  readonly reasonCode: Code;
}

/** Writes an acknowledgement that has no properties: four bytes for reason code 0. */
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

/** Writes an acknowledgement with what it has. */
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

/** Reads an acknowledgement; `statement` is what a reason code outside `codes` breaks. */
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
