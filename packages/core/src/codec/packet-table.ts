/**
 * What one side may send, as data: for each packet type how its flags are judged and its body is read. A type without an
 * entry is one that this side never sends.
 */
import type { ByteReader } from "./wire/byte-reader.js";
import { malformed } from "./violations.js";

/** How packets of one type are read. */
export interface PacketForm<Packet> {
  /** Throws where the flags of the first byte are wrong. */
  checkFlags(flags: number): void;
  /** Reads the body; what is left of it then is too much. */
  decode(reader: ByteReader, flags: number): Packet;
}

/** How everything that one side sends is read. */
export interface PacketTable<Packet> {
  /** The rule that a packet breaks which is larger than the receiver takes. */
  readonly sizeStatement: string;
  /** By packet type. */
  readonly forms: Readonly<Partial<Record<number, PacketForm<Packet>>>>;
}

/** A packet with fixed flags; other flags break `statement`. */
export function fixedFlags<Packet>(
  decode: (reader: ByteReader) => Packet,
  flags: number = 0,
  statement: string = "MQTT-2.1.3-1",
): PacketForm<Packet> {
  return {
    checkFlags(received) {
      if (received !== flags) {
        throw malformed(`flags are ${received.toString(2)}`, statement);
      }
    },
    decode,
  };
}
