import * as PacketType from "../packet-type.js";
import type { ByteWriter } from "../wire/byte-writer.js";

/** Client asks whether the server is there (section 3.12). */
export interface PingreqPacket {
  readonly type: "pingreq";
}

export function encodePingreq(writer: ByteWriter): void {
  writer.openPacket(PacketType.Pingreq << 4);
  writer.closePacket();
}

export function decodePingreq(): PingreqPacket {
  return { type: "pingreq" };
}
