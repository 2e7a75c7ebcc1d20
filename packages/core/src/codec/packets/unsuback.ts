import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import * as PacketType from "../packet-type.js";
import { unsubackReasonCodes } from "../reason-code-sets.js";
import type { UnsubackReasonCode } from "../reason-codes.js";
import { decodeAnswers, encodeAnswers } from "./layouts/subscription-acknowledgement.js";
import type { ReasonProperties } from "./layouts/user-property.js";

/** Server answers an UNSUBSCRIBE (section 3.11). */
export interface UnsubackPacket extends ReasonProperties {
  readonly type: "unsuback";
  readonly packetId: number;
  /** One for each filter, in their order. */
  readonly reasonCodes: readonly UnsubackReasonCode[];
}

export function encodeUnsuback(writer: ByteWriter, packet: UnsubackPacket): void {
  encodeAnswers(writer, PacketType.Unsuback, packet);
}

export function decodeUnsuback(reader: ByteReader): UnsubackPacket {
  return decodeAnswers(reader, "unsuback", unsubackReasonCodes, ["MQTT-3.11.3-1", "MQTT-3.11.3-2"]);
}
