import { PubrecReasonCode } from "../reason-codes.js";
import type { ByteReader } from "../wire/byte-reader.js";
import { decodeAcknowledgement } from "./layouts/acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/**
 * A PUBREC: the first answer to a message with QoS 2.
 *
 * See [section 3.5](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901131).
 */
export interface PubrecPacket extends ReasonProperties {
  /** The packet type. */
  readonly type: "pubrec";
  /** The packet identifier of the message: 1 to 65,535. */
  readonly packetId: number;
  /** The result for the message. A code of 0x80 or above is a refusal and ends the exchange. */
  readonly reasonCode: PubrecReasonCode;
}

const reasonCodes = /* @__PURE__ */ Object.values(PubrecReasonCode);

export function decodePubrec(reader: ByteReader): PubrecPacket {
  return decodeAcknowledgement(reader, "pubrec", reasonCodes, "MQTT-3.5.2-1");
}
