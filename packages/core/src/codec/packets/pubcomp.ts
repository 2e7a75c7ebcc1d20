import { PubcompReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import { decodeAcknowledgement } from "./layouts/acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/** Receiver completes a QoS 2 exchange (section 3.7). */
export interface PubcompPacket extends ReasonProperties {
  readonly type: "pubcomp";
  readonly packetId: number;
  readonly reasonCode: PubcompReasonCode;
}

const reasonCodes = /* @__PURE__ */ Object.values(PubcompReasonCode);

export function decodePubcomp(reader: ByteReader): PubcompPacket {
  return decodeAcknowledgement(reader, "pubcomp", reasonCodes, "MQTT-3.7.2-1");
}
