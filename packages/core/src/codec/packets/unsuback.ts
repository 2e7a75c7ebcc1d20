import type { ByteReader } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { PacketType } from "../packet-type.js";
import type { Mutable } from "../property-block.js";
import { demandListed, unsubackReasonCodes } from "../reason-code-sets.js";
import type { UnsubackReasonCode } from "../reason-codes.js";
import { violation } from "../violations.js";
import { reasonProperties } from "./reason-properties.js";
import type { ReasonProperties } from "./user-property.js";

/** Server answers an UNSUBSCRIBE (section 3.11). */
export interface UnsubackPacket extends ReasonProperties {
  readonly type: "unsuback";
  readonly packetId: number;
  /** One for each filter, in their order. */
  readonly reasonCodes: readonly UnsubackReasonCode[];
}

export function encodeUnsuback(writer: ByteWriter, packet: UnsubackPacket): void {
  writer.openPacket(PacketType.Unsuback << 4, 3);
  writer.packetId(packet.packetId);
  reasonProperties.encode(writer, packet);
  for (const reasonCode of packet.reasonCodes) {
    writer.byte(reasonCode);
  }
  writer.closePacket();
}

export function decodeUnsuback(reader: ByteReader): UnsubackPacket {
  const reasonCodes: UnsubackReasonCode[] = [];
  const packet: Mutable<UnsubackPacket> = { type: "unsuback", packetId: reader.packetId("MQTT-2.2.1-6"), reasonCodes };
  reasonProperties.decode(reader, packet); // MQTT-2.2.2-1
  if (reader.isAtEnd()) {
    throw violation("UNSUBACK without a reason code", "MQTT-3.11.3-1");
  }
  while (!reader.isAtEnd()) {
    reasonCodes.push(demandListed(unsubackReasonCodes, reader.byte(), "MQTT-3.11.3-2"));
  }
  return packet;
}
