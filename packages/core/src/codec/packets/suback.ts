import type { SubackReasonCode } from "../reason-codes.js";
import type { ReasonProperties } from "./user-property.js";

/** Server answers a SUBSCRIBE (section 3.9). */
export interface SubackPacket extends ReasonProperties {
  readonly type: "suback";
  readonly packetId: number;
  /** One for each filter, in their order. */
  readonly reasonCodes: readonly SubackReasonCode[];
}
