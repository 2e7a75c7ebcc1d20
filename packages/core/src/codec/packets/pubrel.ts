import { PubrelReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import { decodeAcknowledgement } from "./layouts/acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/** Sender releases the packet identifier of a QoS 2 message (section 3.6). */
export interface PubrelPacket extends ReasonProperties {
  readonly type: "pubrel";
  readonly packetId: number;
  readonly reasonCode: PubrelReasonCode;
}

const reasonCodes = /* @__PURE__ */ Object.values(PubrelReasonCode);

export function decodePubrel(reader: ByteReader): PubrelPacket {
  return decodeAcknowledgement(reader, "pubrel", reasonCodes, "MQTT-3.6.2-1");
}
