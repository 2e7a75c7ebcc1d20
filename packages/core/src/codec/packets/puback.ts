import { PubackReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import { decodeAcknowledgement } from "./layouts/acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/** Receiver acknowledges a QoS 1 message (section 3.4). */
export interface PubackPacket extends ReasonProperties {
  readonly type: "puback";
  readonly packetId: number;
  readonly reasonCode: PubackReasonCode;
}

const reasonCodes = /* @__PURE__ */ Object.values(PubackReasonCode);

export function decodePuback(reader: ByteReader): PubackPacket {
  return decodeAcknowledgement(reader, "puback", reasonCodes, "MQTT-3.4.2-1");
}
