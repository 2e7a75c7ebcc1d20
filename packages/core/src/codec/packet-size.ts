import { ByteWriter } from "./byte-writer.js";

/** The size on the wire of a packet, by writing it. */
export function packetSize<Packet>(encode: (writer: ByteWriter, packet: Packet) => void, packet: Packet): number {
  const writer = new ByteWriter();
  encode(writer, packet);
  return writer.length;
}

/** The same of a packet that is still to get its packet identifier, whose size is always two bytes. */
export function packetSizeWithId<Packet extends { readonly packetId: number }>(
  encode: (writer: ByteWriter, packet: Packet) => void,
  packet: Packet,
): number {
  return packetSize(encode, { ...packet, packetId: 1 });
}
