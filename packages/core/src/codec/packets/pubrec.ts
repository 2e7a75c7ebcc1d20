import type { PubrecReasonCode } from "../reason-codes.js";
import type { ReasonProperties } from "./user-property.js";

/** Receiver has taken a QoS 2 message (section 3.5). */
export interface PubrecPacket extends ReasonProperties {
  readonly type: "pubrec";
  readonly packetId: number;
  readonly reasonCode: PubrecReasonCode;
}
