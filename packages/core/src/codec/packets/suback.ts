import * as PacketType from "../packet-type.js";
import { SubackReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import {
  decodeSubscriptionAcknowledgement,
  encodeSubscriptionAcknowledgement,
} from "./layouts/subscription-acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/**
 * A SUBACK: the answer of the server to a SUBSCRIBE.
 *
 * See [section 3.9](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901171).
 */
export interface SubackPacket extends ReasonProperties {
  /** The packet type. */
  readonly type: "suback";
  /** The packet identifier of the SUBSCRIBE: 1 to 65,535. */
  readonly packetId: number;
  /** The result for each topic filter, in the order of the SUBSCRIBE. */
  readonly reasonCodes: readonly SubackReasonCode[];
}

const reasonCodes = /* @__PURE__ */ Object.values(SubackReasonCode);

export function encodeSuback(writer: ByteWriter, packet: SubackPacket): void {
  encodeSubscriptionAcknowledgement(writer, PacketType.Suback, packet);
}

export function decodeSuback(reader: ByteReader): SubackPacket {
  return decodeSubscriptionAcknowledgement(reader, "suback", reasonCodes, ["MQTT-3.8.4-6", "MQTT-3.9.3-2"]);
}
