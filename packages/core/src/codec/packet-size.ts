import { ByteWriter } from "./wire/byte-writer.js";

/** The size of a packet on the wire, by writing it; a packet identifier that is still to come has the size of any. */
export function packetSize<Packet>(encode: (writer: ByteWriter, packet: Packet) => void, packet: Packet): number {
  const writer = new ByteWriter();
  encode(writer, packet);
  return writer.length;
}
