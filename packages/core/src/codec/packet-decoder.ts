/**
 * Cuts a byte stream into packets (section 2.1), however the stream itself is cut.
 *
 * A packet that lies whole in a received chunk is read where it lies. Of any other packet the bytes are gathered first, by
 * a state machine that takes a chunk of one byte as easily as a long one. Gathered bytes stand in a small scratch array, or
 * for larger packets in an array of the packet's own, of which the payload is then a part: it is written only once. That
 * array grows with what has arrived, never with what was announced.
 *
 * Whatever the bytes are, there come packets or exactly one error, after which the decoder gives nothing more.
 */
import { ByteReader } from "./byte-reader.js";
import type { PacketForm, PacketTable } from "./packet-table.js";
import { DisconnectReasonCode } from "./reason-codes.js";
import { variableByteIntegerWidth } from "./variable-byte-integer.js";
import { malformed, violation } from "./violations.js";

/** Bodies up to here are gathered in memory that is used again. */
const scratchLength = 512;

/** How much is allocated for a larger body before any of it arrived. */
const firstAllocation = 16_384;

/** Below this a loop copies faster than the platform does. */
const shortCopyLength = 32;

const nothing: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

export class PacketDecoder<Packet> {
  readonly #table: PacketTable<Packet>;
  readonly #maximumPacketSize: number;
  readonly #reader = new ByteReader();

  #chunk = nothing;
  #offset = 0;
  /** Whether the chunk is a `Uint8Array` proper: what a subclass of it copies is of that subclass. */
  #isPlain = true;
  /** Chunks that were pushed before the one at hand was read to its end. */
  #waiting: Uint8Array[] = [];
  #hasFailed = false;

  /** The packet that is being gathered: none before its first byte. */
  #form: PacketForm<Packet> | undefined;
  #flags = 0;
  #length = 0;
  /** The place of the next length byte's seven bits; −1 when the length is complete. */
  #lengthShift = 0;
  #body = nothing;
  #gathered = 0;
  #scratch: Uint8Array | undefined;

  constructor(table: PacketTable<Packet>, maximumPacketSize: number = Infinity) {
    this.#table = table;
    this.#maximumPacketSize = maximumPacketSize;
  }

  /** Takes the next bytes of the stream, which must not change until `next` has given all their packets. */
  push(chunk: Uint8Array): void {
    if (this.#hasFailed || chunk.length === 0) {
      return;
    }
    if (this.#offset < this.#chunk.length) {
      this.#waiting.push(chunk);
    } else {
      this.#turnTo(chunk);
    }
  }

  /** Gives the next packet; nothing when more bytes are needed, or after an error. */
  next(): Packet | undefined {
    try {
      while (this.#offset < this.#chunk.length || this.#turnToNextChunk()) {
        const packet = (this.#form === undefined ? this.#readWhole() : undefined) ?? this.#gather();
        if (packet !== undefined) {
          return packet;
        }
      }
    } catch (error) {
      this.#fail();
      throw error;
    }
    return undefined;
  }

  /** Whether the bytes so far end inside a packet. */
  get isInsidePacket(): boolean {
    return this.#form !== undefined;
  }

  /** Reads a packet where it lies; nothing where it does not lie whole in the chunk. */
  #readWhole(): Packet | undefined {
    const chunk = this.#chunk;
    let bodyStart = this.#offset + 1;
    let length = 0;
    let byte = 0x80;
    for (let shift = 0; byte > 0x7f; shift += 7) {
      byte = chunk[bodyStart++] ?? 0;
      if ((byte === 0 && (shift > 0 || bodyStart > chunk.length)) || shift > 21) {
        return undefined; // cut off, or wrong: both are found out byte by byte
      }
      length |= (byte & 0x7f) << shift;
    }
    const bodyEnd = bodyStart + length;
    if (bodyEnd > chunk.length) {
      return undefined;
    }
    const firstByte = chunk[this.#offset] ?? 0;
    const form = this.#formOf(firstByte);
    this.#checkSize(length);
    this.#offset = bodyEnd;
    this.#reader.reset(this.#plainChunk(), bodyStart, bodyEnd, false);
    return form.decode(this.#reader, firstByte & 0x0f);
  }

  /** Takes bytes of the chunk for the packet that is begun, or begins one; gives it when it is whole. */
  #gather(): Packet | undefined {
    if (this.#form === undefined) {
      const firstByte = this.#chunk[this.#offset++] ?? 0;
      this.#form = this.#formOf(firstByte);
      this.#flags = firstByte & 0x0f;
      this.#length = this.#lengthShift = this.#gathered = 0;
    }
    while (this.#lengthShift >= 0) {
      const byte = this.#chunk[this.#offset];
      if (byte === undefined) {
        return undefined;
      }
      this.#offset++;
      this.#takeLengthByte(byte);
    }
    this.#gatherBody();
    return this.#gathered === this.#length ? this.#finish(this.#form) : undefined;
  }

  #takeLengthByte(byte: number): void {
    const shift = this.#lengthShift;
    if (byte === 0 && shift > 0) {
      throw malformed("remaining length is not in its shortest form", "MQTT-1.5.5-1");
    }
    this.#length |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      this.#checkSize(this.#length);
      this.#lengthShift = -1;
    } else if (shift === 21) {
      throw malformed("remaining length is longer than four bytes", "1.5.5");
    } else {
      this.#lengthShift = shift + 7;
    }
  }

  #gatherBody(): void {
    const count = Math.min(this.#length - this.#gathered, this.#chunk.length - this.#offset);
    if (count === 0) {
      return;
    }
    const end = this.#gathered + count;
    if (end > this.#body.length) {
      this.#growBody(end);
    }
    if (count > shortCopyLength) {
      this.#body.set(this.#chunk.subarray(this.#offset, this.#offset + count), this.#gathered);
    } else {
      for (let index = 0; index < count; index++) {
        this.#body[this.#gathered + index] = this.#chunk[this.#offset + index] ?? 0;
      }
    }
    this.#gathered = end;
    this.#offset += count;
  }

  /** Makes room for the first `needed` bytes of the body, and for some of those that are announced. */
  #growBody(needed: number): void {
    if (this.#length <= scratchLength) {
      this.#body = this.#scratch ??= new Uint8Array(scratchLength);
      return;
    }
    const grown = new Uint8Array(Math.min(this.#length, Math.max(firstAllocation, needed * 4)));
    grown.set(this.#body.subarray(0, this.#gathered));
    this.#body = grown;
  }

  /** Reads the packet whose body was gathered. */
  #finish(form: PacketForm<Packet>): Packet {
    const body = this.#body;
    this.#form = undefined;
    this.#body = nothing;
    this.#reader.reset(body, 0, this.#length, body !== this.#scratch);
    return form.decode(this.#reader, this.#flags);
  }

  #formOf(firstByte: number): PacketForm<Packet> {
    const type = firstByte >> 4;
    const form = this.#table.forms[type];
    if (form === undefined) {
      throw type === 0
        ? malformed("packet type 0 is reserved", "2.1.2")
        : violation(`packet type ${String(type)} is never sent by a ${this.#table.sender}`, "2.1.2");
    }
    form.checkFlags(firstByte & 0x0f);
    return form;
  }

  /** Judges the size by the header, before any of the body is kept. */
  #checkSize(length: number): void {
    const size = 1 + variableByteIntegerWidth(length) + length;
    if (size > this.#maximumPacketSize) {
      const limit = String(this.#maximumPacketSize);
      const message = `packet of ${String(size)} bytes is larger than the maximum of ${limit}`;
      throw violation(message, this.#table.sizeStatement, DisconnectReasonCode.PacketTooLarge);
    }
  }

  /** Leaves the chunk that is read to its end, without keeping it alive; false where no other one waits. */
  #turnToNextChunk(): boolean {
    this.#reader.release();
    const next = this.#waiting.length > 0 ? this.#waiting.shift() : undefined;
    this.#turnTo(next ?? nothing);
    return next !== undefined;
  }

  #turnTo(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#offset = 0;
    this.#isPlain = false;
  }

  #plainChunk(): Uint8Array {
    if (!this.#isPlain) {
      this.#chunk = new Uint8Array(this.#chunk.buffer, this.#chunk.byteOffset, this.#chunk.length);
      this.#isPlain = true;
    }
    return this.#chunk;
  }

  #fail(): void {
    this.#hasFailed = true;
    this.#waiting = [];
    this.#form = undefined;
    this.#body = nothing;
    this.#turnToNextChunk();
  }
}
