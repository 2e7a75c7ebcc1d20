import type { UserProperties } from "./user-property.js";

/** Client unsubscribes (section 3.10). */
export interface UnsubscribePacket extends UserProperties {
  readonly type: "unsubscribe";
  readonly packetId: number;
  /** At least one. */
  readonly topicFilters: readonly string[];
}
