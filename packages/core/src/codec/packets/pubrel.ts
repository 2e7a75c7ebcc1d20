import type { PubrelReasonCode } from "../reason-codes.js";
import type { ReasonProperties } from "./user-property.js";

/** Sender releases the packet identifier of a QoS 2 message (section 3.6). */
export interface PubrelPacket extends ReasonProperties {
  readonly type: "pubrel";
  readonly packetId: number;
  readonly reasonCode: PubrelReasonCode;
}
