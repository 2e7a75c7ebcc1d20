/** Streams of packets, cut into pieces, and what a decoder makes of them. */
import { PacketDecoder } from "../../src/codec/packet-decoder.js";
import type { PacketTable } from "../../src/codec/packet-table.js";
import { refusalOf, type Refusal } from "../vectors/wire.js";

/** Cuts bytes into pieces of the given lengths, over and over; each piece is a copy. */
export function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const length = lengths[pieces.length % lengths.length] ?? 1;
    pieces.push(bytes.slice(offset, offset + length));
    offset += length;
  }
  return pieces;
}

export interface Outcome<Packet> {
  readonly packets: readonly Packet[];
  /** How the stream was refused, if it was. */
  readonly refusal: Refusal | "accepted";
  /** Whether it ends inside a packet; a stream that was refused does not. */
  readonly isInsidePacket: boolean;
  /** How often the decoder was asked. */
  readonly steps: number;
}

/**
 * Decodes pieces one after the other, each overwritten once it was read, up to the first error. Any error but the two that
 * bad input may cause is thrown on.
 */
export function decode<Packet>(
  table: PacketTable<Packet>,
  pieces: readonly Uint8Array[],
  maximumPacketSize?: number,
): Outcome<Packet> {
  const decoder = new PacketDecoder(table, maximumPacketSize);
  const packets: Packet[] = [];
  let refusal: Refusal | "accepted" = "accepted";
  let steps = 0;
  for (const piece of pieces) {
    decoder.push(piece);
    refusal = refusalOf(() => {
      for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
        packets.push(packet);
        steps++;
      }
      steps++;
    });
    piece.fill(0xff);
    if (refusal !== "accepted") {
      break;
    }
  }
  return { packets, refusal, isInsidePacket: refusal === "accepted" && decoder.isInsidePacket, steps };
}
