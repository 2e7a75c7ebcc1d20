import { ByteWriter } from "./byte-writer.js";

/** The size on the wire of a packet, by writing it. */
export function packetSize<Packet>(encode: (writer: ByteWriter, packet: Packet) => void, packet: Packet): number {
  const writer = new ByteWriter();
  encode(writer, packet);
  return writer.length;
}
