import type { ByteReader } from "../wire/byte-reader.js";
import { publishReasonCodes } from "../reason-code-sets.js";
import type { PubrecReasonCode } from "../reason-codes.js";
import { decodeAcknowledgement } from "./layouts/acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/** Receiver has taken a QoS 2 message (section 3.5). */
export interface PubrecPacket extends ReasonProperties {
  readonly type: "pubrec";
  readonly packetId: number;
  readonly reasonCode: PubrecReasonCode;
}

export function decodePubrec(reader: ByteReader): PubrecPacket {
  return decodeAcknowledgement(reader, "pubrec", publishReasonCodes, "MQTT-3.5.2-1");
}
