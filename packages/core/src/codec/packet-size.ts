import { ByteWriter } from "./wire/byte-writer.js";

/**
 * Computes the size of a packet on the wire, in bytes, by encoding it. The packet may still lack its identifier, as all
 * identifiers have the same size.
 */
export function packetSize<Packet>(encode: (writer: ByteWriter, packet: Packet) => void, packet: Packet): number {
  const writer = new ByteWriter();
  encode(writer, packet);
  return writer.length;
}
