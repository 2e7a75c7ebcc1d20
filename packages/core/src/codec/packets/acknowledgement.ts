/**
 * The layout that PUBACK, PUBREC, PUBREL and PUBCOMP share (sections 3.4 to 3.7): a packet identifier, a reason code
 * that is left out where it is 0 and nothing follows, and properties that are left out where there are none.
 */
import type { ByteReader } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { PacketType } from "../packet-type.js";
import type { Mutable } from "../property-block.js";
import { demandListed, type ReasonCodeSet } from "../reason-code-sets.js";
import { reasonProperties } from "./reason-properties.js";
import type { ReasonProperties } from "./user-property.js";

/** The packet types that are acknowledgements. */
export type AcknowledgementType =
  typeof PacketType.Puback | typeof PacketType.Pubrec | typeof PacketType.Pubrel | typeof PacketType.Pubcomp;

/** The flags of PUBREL (MQTT-3.6.1-1). */
const pubrelFlags = 0b0010;

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
  packetType: AcknowledgementType,
  packet: Acknowledgement<string, number>,
): void {
  if (packet.reasonString === undefined && packet.userProperties === undefined) {
    encodeAcknowledgement(writer, packetType, packet.packetId, packet.reasonCode);
    return;
  }
  openAcknowledgement(writer, packetType, packet.packetId);
  writer.byte(packet.reasonCode);
  reasonProperties.encode(writer, packet);
  writer.closePacket();
}

function openAcknowledgement(writer: ByteWriter, packetType: AcknowledgementType, packetId: number): void {
  writer.openPacket((packetType << 4) | (packetType === PacketType.Pubrel ? pubrelFlags : 0), 2);
  writer.packetId(packetId); // MQTT-2.2.1-5
}

/** Reads an acknowledgement; `statement` is what a reason code outside `codes` breaks. */
export function decodeAcknowledgement<Type extends string, Code extends number>(
  reader: ByteReader,
  type: Type,
  codes: ReasonCodeSet<Code>,
  statement: string,
): Acknowledgement<Type, Code> {
  const packetId = reader.packetId("MQTT-2.2.1-5");
  const reasonCode = demandListed(codes, reader.isAtEnd() ? 0 : reader.byte(), statement);
  const packet: Mutable<Acknowledgement<Type, Code>> = { type, packetId, reasonCode };
  if (!reader.isAtEnd()) {
    reasonProperties.decode(reader, packet);
    reader.expectEnd();
  }
  return packet;
}
