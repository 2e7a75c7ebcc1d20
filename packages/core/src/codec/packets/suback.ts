import type { ByteReader } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { PacketType } from "../packet-type.js";
import type { Mutable } from "../property-block.js";
import { demandListed, subackReasonCodes } from "../reason-code-sets.js";
import type { SubackReasonCode } from "../reason-codes.js";
import { violation } from "../violations.js";
import { reasonProperties } from "./reason-properties.js";
import type { ReasonProperties } from "./user-property.js";

/** Server answers a SUBSCRIBE (section 3.9). */
export interface SubackPacket extends ReasonProperties {
  readonly type: "suback";
  readonly packetId: number;
  /** One for each filter, in their order. */
  readonly reasonCodes: readonly SubackReasonCode[];
}

export function encodeSuback(writer: ByteWriter, packet: SubackPacket): void {
  writer.openPacket(PacketType.Suback << 4, 3);
  writer.packetId(packet.packetId);
  reasonProperties.encode(writer, packet);
  for (const reasonCode of packet.reasonCodes) {
    writer.byte(reasonCode);
  }
  writer.closePacket();
}

export function decodeSuback(reader: ByteReader): SubackPacket {
  const reasonCodes: SubackReasonCode[] = [];
  const packet: Mutable<SubackPacket> = { type: "suback", packetId: reader.packetId("MQTT-2.2.1-6"), reasonCodes };
  reasonProperties.decode(reader, packet); // MQTT-2.2.2-1
  if (reader.isAtEnd()) {
    throw violation("SUBACK without a reason code", "MQTT-3.8.4-6");
  }
  while (!reader.isAtEnd()) {
    reasonCodes.push(demandListed(subackReasonCodes, reader.byte(), "MQTT-3.9.3-2"));
  }
  return packet;
}
