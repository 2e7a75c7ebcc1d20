import { PubcompReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import { decodeAcknowledgement } from "./layouts/acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/**
 * A PUBCOMP: the last packet in the exchange of a message with QoS 2.
 *
 * See [section 3.7](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901151).
 */
export interface PubcompPacket extends ReasonProperties {
  /** The packet type. */
  readonly type: "pubcomp";
  /** The packet identifier of the message: 1 to 65,535. */
  readonly packetId: number;
  /** Whether the receiver knows the packet identifier. */
  readonly reasonCode: PubcompReasonCode;
}

const reasonCodes = /* @__PURE__ */ Object.values(PubcompReasonCode);

export function decodePubcomp(reader: ByteReader): PubcompPacket {
  return decodeAcknowledgement(reader, "pubcomp", reasonCodes, "MQTT-3.7.2-1");
}
