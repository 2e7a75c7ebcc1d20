import { PubrelReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import { decodeAcknowledgement } from "./layouts/acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/**
 * A PUBREL: the sender of a message with QoS 2 has received the PUBREC.
 *
 * See [section 3.6](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901141).
 */
export interface PubrelPacket extends ReasonProperties {
  /** The packet type. */
  readonly type: "pubrel";
  /** The packet identifier of the message: 1 to 65,535. */
  readonly packetId: number;
  /** Whether the sender knows the packet identifier. */
  readonly reasonCode: PubrelReasonCode;
}

const reasonCodes = /* @__PURE__ */ Object.values(PubrelReasonCode);

export function decodePubrel(reader: ByteReader): PubrelPacket {
  return decodeAcknowledgement(reader, "pubrel", reasonCodes, "MQTT-3.6.2-1");
}
