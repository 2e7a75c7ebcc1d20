import * as PacketType from "../packet-type.js";
import { UnsubackReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import {
  decodeSubscriptionAcknowledgement,
  encodeSubscriptionAcknowledgement,
} from "./layouts/subscription-acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/** Server answers an UNSUBSCRIBE (section 3.11). */
export interface UnsubackPacket extends ReasonProperties {
  readonly type: "unsuback";
  readonly packetId: number;
  /** One for each filter, in their order. */
  readonly reasonCodes: readonly UnsubackReasonCode[];
}

const reasonCodes = /* @__PURE__ */ Object.values(UnsubackReasonCode);

export function encodeUnsuback(writer: ByteWriter, packet: UnsubackPacket): void {
  encodeSubscriptionAcknowledgement(writer, PacketType.Unsuback, packet);
}

export function decodeUnsuback(reader: ByteReader): UnsubackPacket {
  return decodeSubscriptionAcknowledgement(reader, "unsuback", reasonCodes, ["MQTT-3.11.3-1", "MQTT-3.11.3-2"]);
}
