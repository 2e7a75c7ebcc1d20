import type { PubcompReasonCode } from "../reason-codes.js";
import type { ReasonProperties } from "./user-property.js";

/** Receiver completes a QoS 2 exchange (section 3.7). */
export interface PubcompPacket extends ReasonProperties {
  readonly type: "pubcomp";
  readonly packetId: number;
  readonly reasonCode: PubcompReasonCode;
}
