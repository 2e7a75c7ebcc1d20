/**
 * A table of the packets that one side sends: a check of the flags and a decoder of the body for each packet type. The
 * side never sends a type that has no entry.
 */
import { malformed } from "./violations.js";
import type { ByteReader } from "./wire/byte-reader.js";

/** The way to read packets of one type. */
export interface PacketForm<Packet> {
  /** Throws if the flags in the first byte are wrong. */
  checkFlags(flags: number): void;
  /** Reads the body. The packet is malformed if bytes of the body are left. */
  decode(reader: ByteReader, flags: number): Packet;
}

/** The way to read all packets that one side sends. */
export interface PacketTable<Packet> {
  /** The statement that a packet breaks if it is larger than the receiver accepts. */
  readonly sizeStatement: string;
  /** The forms by packet type. */
  readonly forms: Readonly<Partial<Record<number, PacketForm<Packet>>>>;
}

/** Makes the form of a packet with fixed flags. Other flags break `statement`. */
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
