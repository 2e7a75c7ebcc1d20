/**
 * Cuts a byte stream into packets (section 2.1). The stream arrives in chunks that may end anywhere.
 *
 * If one chunk holds a whole packet, the decoder reads it in place. It gathers the bytes of any other packet in an
 * array of its own. The payload becomes a part of that array, so it is copied only once. The array grows with the bytes
 * that have arrived, never with the length that was announced.
 *
 * Any bytes give packets or an error. The error is a `RangeError` if there is no memory for a packet. After an error the
 * decoder must not be used again.
 */
import type { PacketTable } from "./packet-table.js";
import { DisconnectReasonCode } from "./reason-codes.js";
import { malformed, violation } from "./violations.js";
import { ByteReader } from "./wire/byte-reader.js";
import { noBytes } from "./wire/no-bytes.js";
import type { PayloadMemory } from "./wire/payload-memory.js";
import { readVariableByteInteger, variableByteIntegerWidth } from "./wire/variable-byte-integer.js";

/** The size of the first array for a packet that is gathered, in bytes, unless the packet is smaller. */
const firstAllocation = 16_384;

export class PacketDecoder<Packet> {
  readonly #table: PacketTable<Packet>;
  readonly #maximumPacketSize: number;
  readonly #reader: ByteReader;

  #chunk = noBytes;
  #offset = 0;
  /** The chunks that come after the current one. */
  readonly #waiting: Uint8Array[] = [];

  /** The size of the current packet. Until its length has arrived: one byte more than there are. */
  #size = 0;
  /** The packet that is gathered. Its first `#gatheredLength` bytes have arrived. */
  #gathered = noBytes;
  #gatheredLength = 0;

  /** `memory` makes the copies of payloads and other bytes. Default: each copy has memory of its own. */
  constructor(table: PacketTable<Packet>, maximumPacketSize: number = Infinity, memory?: PayloadMemory) {
    this.#table = table;
    this.#maximumPacketSize = maximumPacketSize;
    this.#reader = new ByteReader(memory);
  }

  /** Takes the next bytes of the stream. They must not change until `next` has returned all their packets. */
  push(chunk: Uint8Array): void {
    if (chunk.length > 0) {
      this.#waiting.push(chunk);
    }
  }

  /** Returns the next packet, or undefined if more bytes are needed. */
  next(): Packet | undefined {
    while (this.#offset < this.#chunk.length || this.#turnToNextChunk()) {
      const packet = (this.#gatheredLength === 0 ? this.#readInPlace() : undefined) ?? this.#gather();
      if (packet !== undefined) {
        return packet;
      }
    }
    return undefined;
  }

  /** The size of the packet that is read or gathered, in bytes, as its header announced it. */
  get packetSize(): number {
    return this.#size;
  }

  /** Whether the bytes so far end inside a packet. */
  get isInsidePacket(): boolean {
    return this.#gatheredLength > 0;
  }

  #readInPlace(): Packet | undefined {
    if (this.#chunk.constructor !== Uint8Array) {
      // A copy of a part of a Buffer would be a Buffer too.
      this.#chunk = new Uint8Array(this.#chunk.buffer, this.#chunk.byteOffset, this.#chunk.length);
    }
    const packet = this.#read(this.#chunk, this.#offset, this.#chunk.length, false);
    if (packet !== undefined) {
      this.#offset += this.#size;
    }
    return packet;
  }

  /** Adds bytes of the chunk to the packet that is gathered. Returns the packet when it is complete. */
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
      this.#gathered[start] = this.#chunk[this.#offset] ?? 0; // much faster than a view, for bytes that trickle in
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

  /** Sets `#size` to the size of the packet at `start`. Returns the packet if it is complete at `end`. */
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
      // The header decides, before any of the body is kept.
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

  /** Goes on to the next chunk and lets the current one be freed. Returns false if there is no next chunk. */
  #turnToNextChunk(): boolean {
    const next = this.#waiting.shift();
    this.#chunk = next ?? noBytes;
    this.#offset = 0;
    this.#reader.reset(this.#chunk, 0, 0, false);
    return next !== undefined;
  }
}
