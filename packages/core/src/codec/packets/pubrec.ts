import type { ByteReader } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { PacketType } from "../packet-type.js";
import { pubrecReasonCodes } from "../reason-code-sets.js";
import type { PubrecReasonCode } from "../reason-codes.js";
import { decodeAcknowledgement, encodeAcknowledgementPacket } from "./acknowledgement.js";
import type { ReasonProperties } from "./user-property.js";

/** Receiver has taken a QoS 2 message (section 3.5). */
export interface PubrecPacket extends ReasonProperties {
  readonly type: "pubrec";
  readonly packetId: number;
  readonly reasonCode: PubrecReasonCode;
}

export function encodePubrec(writer: ByteWriter, packet: PubrecPacket): void {
  encodeAcknowledgementPacket(writer, PacketType.Pubrec, packet);
}

export function decodePubrec(reader: ByteReader): PubrecPacket {
  return decodeAcknowledgement(reader, "pubrec", pubrecReasonCodes, "MQTT-3.5.2-1");
}
