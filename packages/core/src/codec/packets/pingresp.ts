import * as PacketType from "../packet-type.js";
import type { ByteWriter } from "../wire/byte-writer.js";

/** Server answers a PINGREQ (section 3.13). */
export interface PingrespPacket {
  readonly type: "pingresp";
}

export function encodePingresp(writer: ByteWriter): void {
  writer.openPacket(PacketType.Pingresp << 4);
  writer.closePacket();
}

export function decodePingresp(): PingrespPacket {
  return { type: "pingresp" };
}
