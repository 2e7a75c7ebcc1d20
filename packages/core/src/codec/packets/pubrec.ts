import { PubrecReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import { decodeAcknowledgement } from "./layouts/acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/** Receiver has taken a QoS 2 message (section 3.5). */
export interface PubrecPacket extends ReasonProperties {
  readonly type: "pubrec";
  readonly packetId: number;
  readonly reasonCode: PubrecReasonCode;
}

const reasonCodes = /* @__PURE__ */ Object.values(PubrecReasonCode);

export function decodePubrec(reader: ByteReader): PubrecPacket {
  return decodeAcknowledgement(reader, "pubrec", reasonCodes, "MQTT-3.5.2-1");
}
