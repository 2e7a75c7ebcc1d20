import type { ByteReader } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { PacketType } from "../packet-type.js";
import { pubrelReasonCodes } from "../reason-code-sets.js";
import type { PubrelReasonCode } from "../reason-codes.js";
import { decodeAcknowledgement, encodeAcknowledgementPacket } from "./acknowledgement.js";
import type { ReasonProperties } from "./user-property.js";

/** Sender releases the packet identifier of a QoS 2 message (section 3.6). */
export interface PubrelPacket extends ReasonProperties {
  readonly type: "pubrel";
  readonly packetId: number;
  readonly reasonCode: PubrelReasonCode;
}

export function encodePubrel(writer: ByteWriter, packet: PubrelPacket): void {
  encodeAcknowledgementPacket(writer, PacketType.Pubrel, packet);
}

export function decodePubrel(reader: ByteReader): PubrelPacket {
  return decodeAcknowledgement(reader, "pubrel", pubrelReasonCodes, "MQTT-3.6.2-1");
}
