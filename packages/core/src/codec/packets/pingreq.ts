import * as PacketType from "../packet-type.js";
import type { ByteWriter } from "../wire/byte-writer.js";

/**
 * A PINGREQ: the client asks whether the server is alive.
 *
 * See [section 3.12](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901195).
 */
export interface PingreqPacket {
  /** The packet type. */
  readonly type: "pingreq";
}

export function encodePingreq(writer: ByteWriter): void {
  writer.openPacket(PacketType.Pingreq << 4);
  writer.closePacket();
}

export function decodePingreq(): PingreqPacket {
  return { type: "pingreq" };
}
