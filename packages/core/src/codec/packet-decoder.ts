/**
 * Cuts a byte stream into packets (section 2.1), however the stream itself is cut.
 *
 * A packet that lies whole in a received chunk is read where it lies. Of any other packet the bytes are gathered first, in
 * an array of its own, of which the payload is then a part: it is written only once. That array grows with what has
 * arrived, never with what was announced.
 *
 * Whatever the bytes are, there come packets or an error, after which nobody asks the decoder for more.
 */
import { ByteReader } from "./wire/byte-reader.js";
import { noBytes } from "./wire/no-bytes.js";
import type { PacketTable } from "./packet-table.js";
import { DisconnectReasonCode } from "./reason-codes.js";
import { readVariableByteInteger, variableByteIntegerWidth } from "./wire/variable-byte-integer.js";
import { malformed, violation } from "./violations.js";

/** How much of a packet is allocated, at most, before it has arrived. */
const firstAllocation = 16_384;

export class PacketDecoder<Packet> {
  readonly #table: PacketTable<Packet>;
  readonly #maximumPacketSize: number;
  readonly #reader = new ByteReader();

  #chunk = noBytes;
  #offset = 0;
  /** Chunks that were pushed before the one at hand was read to its end. */
  readonly #waiting: Uint8Array[] = [];

  /** How many bytes the packet at hand has, as far as it is known: one more than there are, until its length is whole. */
  #size = 0;
  /** The packet that is being gathered, and how many bytes of it there are. */
  #gathered = noBytes;
  #gatheredLength = 0;

  constructor(table: PacketTable<Packet>, maximumPacketSize: number = Infinity) {
    this.#table = table;
    this.#maximumPacketSize = maximumPacketSize;
  }

  /** Takes the next bytes of the stream, which must not change until `next` has given all their packets. */
  push(chunk: Uint8Array): void {
    if (chunk.length > 0) {
      this.#waiting.push(chunk);
    }
  }

  /** Gives the next packet, or nothing when more bytes are needed. */
  next(): Packet | undefined {
    while (this.#offset < this.#chunk.length || this.#turnToNextChunk()) {
      const packet = (this.#gatheredLength === 0 ? this.#readInPlace() : undefined) ?? this.#gather();
      if (packet !== undefined) {
        return packet;
      }
    }
    return undefined;
  }

  /** Whether the bytes so far end inside a packet. */
  get isInsidePacket(): boolean {
    return this.#gatheredLength > 0;
  }

  #readInPlace(): Packet | undefined {
    if (this.#chunk.constructor !== Uint8Array) {
      // What a subclass copies is of that subclass.
      this.#chunk = new Uint8Array(this.#chunk.buffer, this.#chunk.byteOffset, this.#chunk.length);
    }
    const packet = this.#read(this.#chunk, this.#offset, this.#chunk.length, false);
    if (packet !== undefined) {
      this.#offset += this.#size;
    }
    return packet;
  }

  /** Takes bytes of the chunk for the packet that is begun; gives it when it is whole. */
  #gather(): Packet | undefined {
    const start = this.#gatheredLength;
    const count = Math.min(this.#size - start, this.#chunk.length - this.#offset);
    const end = start + count;
    if (end > this.#gathered.length) {
      const grown = new Uint8Array(Math.min(this.#size, Math.max(firstAllocation, end * 4)));
      grown.set(this.#gathered);
      this.#gathered = grown;
    }
    if (count === 1) {
      this.#gathered[start] = this.#chunk[this.#offset] ?? 0; // several times faster than a view, where bytes trickle in
    } else {
      this.#gathered.set(this.#chunk.subarray(this.#offset, this.#offset + count), start);
    }
    this.#offset += count;
    this.#gatheredLength = end;
    const packet = end === this.#size ? this.#read(this.#gathered, 0, end, true) : undefined;
    if (packet !== undefined) {
      this.#gathered = noBytes;
      this.#gatheredLength = 0;
    }
    return packet;
  }

  /** Reads the packet at `start` and tells its size; gives nothing where it does not end before `end`. */
  #read(bytes: Uint8Array, start: number, end: number, isOwned: boolean): Packet | undefined {
    const firstByte = bytes[start] ?? 0;
    const flags = firstByte & 0x0f;
    const type = firstByte >> 4;
    const form = this.#table.forms[type];
    if (!form) {
      const problem = type === 0 ? malformed : violation;
      throw problem(`packet type is ${type}`, "2.1.2");
    }
    form.checkFlags(flags);
    const length = readVariableByteInteger(bytes, start + 1, end);
    const headerSize = 1 + variableByteIntegerWidth(length);
    this.#size = length < 0 ? end - start + 1 : headerSize + length;
    if (this.#size > this.#maximumPacketSize) {
      // Judged by the header, before any of the body is kept.
      const message = `packet of ${this.#size} bytes, more than ${this.#maximumPacketSize}`;
      throw violation(message, this.#table.sizeStatement, DisconnectReasonCode.PacketTooLarge);
    }
    if (this.#size > end - start) {
      return undefined;
    }
    this.#reader.reset(bytes, start + headerSize, start + this.#size, isOwned);
    const packet = form.decode(this.#reader, flags);
    this.#reader.expectEnd();
    return packet;
  }

  /** Leaves the chunk that is read to its end, without keeping it alive; false where no other one waits. */
  #turnToNextChunk(): boolean {
    const next = this.#waiting.shift();
    this.#chunk = next ?? noBytes;
    this.#offset = 0;
    this.#reader.reset(this.#chunk, 0, 0, false);
    return next !== undefined;
  }
}
