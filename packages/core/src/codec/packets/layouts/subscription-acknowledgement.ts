/**
 * The layout that SUBACK and UNSUBACK share (sections 3.9 and 3.11): a packet identifier, properties, and a reason code
 * for each filter of the request.
 */
import type { ByteReader } from "../../wire/byte-reader.js";
import type { ByteWriter } from "../../wire/byte-writer.js";
import { inAcknowledgement } from "../../properties/property-carriers.js";
import { decodeProperties, encodeProperties, type Mutable } from "../../properties/property-block.js";
import { violation } from "../../violations.js";
import { demandListed } from "./reason-code.js";
import type { ReasonProperties } from "./user-property.js";

/** Either of the two, as a packet. */
interface Answers<Type extends string, Code extends number> extends ReasonProperties {
  readonly type: Type;
  readonly packetId: number;
  readonly reasonCodes: readonly Code[];
}

export function encodeAnswers(writer: ByteWriter, packetType: number, packet: Answers<string, number>): void {
  writer.openPacket(packetType << 4);
  writer.twoByteInteger(packet.packetId);
  encodeProperties(writer, inAcknowledgement, packet);
  writer.bytes(Uint8Array.from(packet.reasonCodes));
  writer.closePacket();
}

/** Reads the codes; the statements are what a packet without one breaks, and a code outside `codes`. */
export function decodeAnswers<Type extends string, Code extends number>(
  reader: ByteReader,
  type: Type,
  codes: readonly Code[],
  [absent, unlisted]: readonly [absent: string, unlisted: string],
): Answers<Type, Code> {
  const reasonCodes: Code[] = [];
  const packet: Mutable<Answers<Type, Code>> = { type, packetId: reader.packetId("MQTT-2.2.1-6"), reasonCodes };
  decodeProperties(reader, inAcknowledgement, packet); // MQTT-2.2.2-1
  if (reader.isAtEnd()) {
    throw violation("reasonCodes is empty", absent);
  }
  while (!reader.isAtEnd()) {
    reasonCodes.push(demandListed(codes, reader.byte(), unlisted));
  }
  return packet;
}
