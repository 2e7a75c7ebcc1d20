import type { PubackReasonCode } from "../reason-codes.js";
import type { ReasonProperties } from "./user-property.js";

/** Receiver acknowledges a QoS 1 message (section 3.4). */
export interface PubackPacket extends ReasonProperties {
  readonly type: "puback";
  readonly packetId: number;
  readonly reasonCode: PubackReasonCode;
}
