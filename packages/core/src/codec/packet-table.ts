/**
 * What one side may send, as data: for each packet type how its flags are judged and its body is read. A type without an
 * entry is one that this side never sends.
 */
import type { ByteReader } from "./byte-reader.js";
import { malformed } from "./violations.js";

/** How packets of one type are read. */
export interface PacketForm<Packet> {
  /** Throws where the flags of the first byte are wrong. */
  checkFlags(flags: number): void;
  /** Reads the body, all of it. */
  decode(reader: ByteReader, flags: number): Packet;
}

/** How everything that one side sends is read. */
export interface PacketTable<Packet> {
  /** Who sends, for errors. */
  readonly sender: string;
  /** The rule that a packet breaks which is larger than the receiver takes. */
  readonly sizeStatement: string;
  /** By packet type. */
  readonly forms: readonly (PacketForm<Packet> | undefined)[];
}

/** A packet with fixed flags; other flags break `statement`. */
export function fixedFlags<Packet>(
  flags: number,
  statement: string,
  decode: (reader: ByteReader) => Packet,
): PacketForm<Packet> {
  return {
    checkFlags(received) {
      if (received !== flags) {
        throw malformed(`reserved flags are ${received.toString(2).padStart(4, "0")}`, statement);
      }
    },
    decode,
  };
}
