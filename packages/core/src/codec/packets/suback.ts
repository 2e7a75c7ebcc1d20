import * as PacketType from "../packet-type.js";
import { SubackReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import {
  decodeSubscriptionAcknowledgement,
  encodeSubscriptionAcknowledgement,
} from "./layouts/subscription-acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/** Server answers a SUBSCRIBE (section 3.9). */
export interface SubackPacket extends ReasonProperties {
  readonly type: "suback";
  readonly packetId: number;
  /** One for each filter, in their order. */
  readonly reasonCodes: readonly SubackReasonCode[];
}

const reasonCodes = /* @__PURE__ */ Object.values(SubackReasonCode);

export function encodeSuback(writer: ByteWriter, packet: SubackPacket): void {
  encodeSubscriptionAcknowledgement(writer, PacketType.Suback, packet);
}

export function decodeSuback(reader: ByteReader): SubackPacket {
  return decodeSubscriptionAcknowledgement(reader, "suback", reasonCodes, ["MQTT-3.8.4-6", "MQTT-3.9.3-2"]);
}
