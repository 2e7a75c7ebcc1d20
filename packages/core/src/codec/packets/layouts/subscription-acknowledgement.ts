/**
 * The layout that SUBACK and UNSUBACK share (sections 3.9 and 3.11): a packet identifier, properties, and a reason code
 * for each filter of the request.
 */
import { decodeProperties, encodeProperties, type Mutable } from "../../properties/property-block.js";
import { inAcknowledgement } from "../../properties/property-carriers.js";
import { violation } from "../../violations.js";
import type { ByteReader } from "../../wire/byte-reader.js";
import type { ByteWriter } from "../../wire/byte-writer.js";
import { defer, DeferredList, mostAtOnceBytes, numberBytes } from "../../wire/deferred-list.js";
import { demandListed } from "./reason-code.js";
import type { ReasonProperties } from "./user-property.js";

/** One of the two packets. */
interface SubscriptionAcknowledgement<Type extends string, Code extends number> extends ReasonProperties {
  readonly type: Type;
  readonly packetId: number;
  readonly reasonCodes: readonly Code[];
}

export function encodeSubscriptionAcknowledgement(
  writer: ByteWriter,
  packetType: number,
  packet: SubscriptionAcknowledgement<string, number>,
): void {
  writer.openPacket(packetType << 4);
  writer.twoByteInteger(packet.packetId);
  encodeProperties(writer, inAcknowledgement, packet);
  writer.bytes(Uint8Array.from(packet.reasonCodes));
  writer.closePacket();
}

/**
 * Decodes a SUBACK or UNSUBACK. A packet without a reason code breaks the statement `absent`. A reason code that is not
 * in `codes` breaks the statement `unlisted`.
 */
export function decodeSubscriptionAcknowledgement<Type extends string, Code extends number>(
  reader: ByteReader,
  type: Type,
  codes: readonly Code[],
  [absent, unlisted]: readonly [absent: string, unlisted: string],
): SubscriptionAcknowledgement<Type, Code> {
  const packet: Mutable<SubscriptionAcknowledgement<Type, Code>> = {
    type,
    packetId: reader.packetId("MQTT-2.2.1-6"),
    reasonCodes: [],
  };
  decodeProperties(reader, inAcknowledgement, packet); // MQTT-2.2.2-1
  if (reader.isAtEnd()) {
    throw violation("reasonCodes is empty", absent);
  }
  if (reader.remaining <= mostAtOnceBytes / numberBytes) {
    packet.reasonCodes = Array.from({ length: reader.remaining }, () => demandListed(codes, reader.byte(), unlisted));
  } else {
    const bytes = checkCodes(reader, codes, unlisted);
    const build = (): readonly Code[] => Array.from(bytes, (byte) => demandListed(codes, byte, unlisted));
    defer(packet, "reasonCodes", new DeferredList(bytes.length, numberBytes, build));
  }
  return packet;
}

/** Checks the codes up to the end of the packet, and gives their bytes. */
function checkCodes(reader: ByteReader, codes: readonly number[], unlisted: string): Uint8Array {
  const start = reader.offset;
  const isListed = Array.from({ length: 256 }, (_, byte) => codes.includes(byte));
  while (!reader.isAtEnd()) {
    const byte = reader.byte();
    if (isListed[byte] !== true) {
      demandListed(codes, byte, unlisted);
    }
  }
  return reader.keepFrom(start);
}
