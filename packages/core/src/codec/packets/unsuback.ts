import type { UnsubackReasonCode } from "../reason-codes.js";
import type { ReasonProperties } from "./user-property.js";

/** Server answers an UNSUBSCRIBE (section 3.11). */
export interface UnsubackPacket extends ReasonProperties {
  readonly type: "unsuback";
  readonly packetId: number;
  /** One for each filter, in their order. */
  readonly reasonCodes: readonly UnsubackReasonCode[];
}
