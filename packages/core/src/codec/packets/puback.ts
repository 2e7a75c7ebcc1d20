import type { ByteReader } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { PacketType } from "../packet-type.js";
import { pubackReasonCodes } from "../reason-code-sets.js";
import type { PubackReasonCode } from "../reason-codes.js";
import { decodeAcknowledgement, encodeAcknowledgementPacket } from "./acknowledgement.js";
import type { ReasonProperties } from "./user-property.js";

/** Receiver acknowledges a QoS 1 message (section 3.4). */
export interface PubackPacket extends ReasonProperties {
  readonly type: "puback";
  readonly packetId: number;
  readonly reasonCode: PubackReasonCode;
}

export function encodePuback(writer: ByteWriter, packet: PubackPacket): void {
  encodeAcknowledgementPacket(writer, PacketType.Puback, packet);
}

export function decodePuback(reader: ByteReader): PubackPacket {
  return decodeAcknowledgement(reader, "puback", pubackReasonCodes, "MQTT-3.4.2-1");
}
