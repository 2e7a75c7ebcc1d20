import type { ByteReader } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { PacketType } from "../packet-type.js";
import { pubcompReasonCodes } from "../reason-code-sets.js";
import type { PubcompReasonCode } from "../reason-codes.js";
import { decodeAcknowledgement, encodeAcknowledgementPacket } from "./acknowledgement.js";
import type { ReasonProperties } from "./user-property.js";

/** Receiver completes a QoS 2 exchange (section 3.7). */
export interface PubcompPacket extends ReasonProperties {
  readonly type: "pubcomp";
  readonly packetId: number;
  readonly reasonCode: PubcompReasonCode;
}

export function encodePubcomp(writer: ByteWriter, packet: PubcompPacket): void {
  encodeAcknowledgementPacket(writer, PacketType.Pubcomp, packet);
}

export function decodePubcomp(reader: ByteReader): PubcompPacket {
  return decodeAcknowledgement(reader, "pubcomp", pubcompReasonCodes, "MQTT-3.7.2-1");
}
