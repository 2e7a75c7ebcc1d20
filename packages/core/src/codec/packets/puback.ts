import { PubackReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import { decodeAcknowledgement } from "./layouts/acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/**
 * A PUBACK: the answer to a message with QoS 1.
 *
 * See [section 3.4](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901121).
 */
export interface PubackPacket extends ReasonProperties {
  /** The packet type. */
  readonly type: "puback";
  /** The packet identifier of the message: 1 to 65,535. */
  readonly packetId: number;
  /** The result for the message. A code of 0x80 or above is a refusal. */
  readonly reasonCode: PubackReasonCode;
}

const reasonCodes = /* @__PURE__ */ Object.values(PubackReasonCode);

export function decodePuback(reader: ByteReader): PubackPacket {
  return decodeAcknowledgement(reader, "puback", reasonCodes, "MQTT-3.4.2-1");
}
