import * as PacketType from "../packet-type.js";
import type { ByteWriter } from "../wire/byte-writer.js";

/**
 * A PINGRESP: the answer of the server to a PINGREQ.
 *
 * See [section 3.13](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901200).
 */
export interface PingrespPacket {
  /** The packet type. */
  readonly type: "pingresp";
}

export function encodePingresp(writer: ByteWriter): void {
  writer.openPacket(PacketType.Pingresp << 4);
  writer.closePacket();
}

export function decodePingresp(): PingrespPacket {
  return { type: "pingresp" };
}
