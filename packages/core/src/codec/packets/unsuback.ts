import * as PacketType from "../packet-type.js";
import { UnsubackReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import {
  decodeSubscriptionAcknowledgement,
  encodeSubscriptionAcknowledgement,
} from "./layouts/subscription-acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/**
 * An UNSUBACK: the answer of the server to an UNSUBSCRIBE.
 *
 * See [section 3.11](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901187).
 */
export interface UnsubackPacket extends ReasonProperties {
  /** The packet type. */
  readonly type: "unsuback";
  /** The packet identifier of the UNSUBSCRIBE: 1 to 65,535. */
  readonly packetId: number;
  /** The result for each topic filter, in the order of the UNSUBSCRIBE. */
  readonly reasonCodes: readonly UnsubackReasonCode[];
}

const reasonCodes = /* @__PURE__ */ Object.values(UnsubackReasonCode);

export function encodeUnsuback(writer: ByteWriter, packet: UnsubackPacket): void {
  encodeSubscriptionAcknowledgement(writer, PacketType.Unsuback, packet);
}

export function decodeUnsuback(reader: ByteReader): UnsubackPacket {
  return decodeSubscriptionAcknowledgement(reader, "unsuback", reasonCodes, ["MQTT-3.11.3-1", "MQTT-3.11.3-2"]);
}
