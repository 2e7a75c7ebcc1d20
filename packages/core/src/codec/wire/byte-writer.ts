/**
 * Packets, written one after the other into output memory that grows by need.
 *
 * A packet is written in one pass: `openPacket` leaves room for the length that follows the first byte, `closePacket`
 * fills it in, and moves the body by a byte or two where the room was too small. Nothing counts until the packet is
 * closed, so a packet whose encoding failed half way leaves no trace.
 *
 * What the caller gives was checked before: texts and numbers fit their fields, and what is sent is no longer than a packet
 * can be.
 *
 * Memory that was handed over is never written again. A buffer which is full, or whose packet does not fit, becomes a
 * chunk as it is, and what there is of the open packet moves to a new buffer: an open packet is always in one piece.
 */
import { noBytes } from "./no-bytes.js";
import { variableByteIntegerWidth } from "./variable-byte-integer.js";

/** The size of the first buffer. */
const firstBuffer = 1024;

/** The next ones are as large; what is larger is let go as soon as its bytes are handed over: an idle connection holds no more. */
const usualBuffer = 4096;

/** The largest buffer, and the largest payload that is copied: blocks above it make TCP slower, not faster. */
const largestBuffer = 65_536;

/** The longest text that a loop writes faster than the platform's encoder. */
const shortTextLength = 64;

const encoder = /* @__PURE__ */ new TextEncoder();

export class ByteWriter {
  #buffer = noBytes;
  /** The buffer's bytes from `#start` to `#packet` are whole packets not yet handed over. */
  #start = 0;
  /** The first byte of the packet that is open, or will be opened next. */
  #packet = 0;
  /** The next byte to write. */
  #offset = 0;
  /** The bytes reserved for the open packet's length. */
  #lengthWidth = 1;
  /** What comes before `#buffer`: buffers that are full, and payloads by reference. */
  #chunks: Uint8Array[] = [];
  #chunksLength = 0;

  /** How many packets were written since the last `take`, forgotten ones included. */
  packetCount = 0;

  /** How many bytes of whole packets wait to be taken, payloads by reference included. */
  get length(): number {
    return this.#chunksLength + this.#packet - this.#start;
  }

  /** Hands over what was written, in order, and starts anew. The memory handed over is never written again. */
  take(): Uint8Array[] {
    this.packetCount = 0;
    this.#finishChunk();
    const chunks = this.#chunks;
    if (this.#buffer.length > usualBuffer) {
      this.#buffer = noBytes;
      this.#start = this.#packet = 0;
    }
    this.#chunks = [];
    this.#chunksLength = 0;
    return chunks;
  }

  /**
   * Begins a packet; one that was left open is forgotten.
   *
   * `leastLength` is a lower bound of the packet's remaining length where it may be long: the closer, the less has to move.
   */
  openPacket(firstByte: number, leastLength = 0): void {
    this.#offset = this.#packet;
    this.#lengthWidth = variableByteIntegerWidth(leastLength);
    this.byte(firstByte);
    this.#reserve(this.#lengthWidth);
    this.#offset += this.#lengthWidth;
  }

  /** Ends the open packet, of which `referred` bytes more are handed over by reference. */
  closePacket(referred = 0): void {
    this.#fillLength(1 + this.#lengthWidth, this.#lengthWidth, referred);
    this.#packet = this.#offset;
    this.packetCount += 1;
  }

  /** Ends the open packet with its payload, which is copied or, above 64 KiB, handed over by reference. */
  closePacketWith(payload: Uint8Array | string): void {
    const bytes = this.#unwritten(payload);
    if (bytes.length <= largestBuffer) {
      this.bytes(bytes);
      this.closePacket();
    } else {
      this.closePacket(bytes.length);
      this.#finishChunk();
      this.#push(bytes);
    }
  }

  /** Begins a block with a length of its own before it, and gives the place to close it with. */
  openBlock(): number {
    this.byte(0);
    return this.#offset - this.#packet;
  }

  closeBlock(place: number): void {
    this.#fillLength(place, 1, 0);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#offset++] = value;
  }

  twoByteInteger(value: number): void {
    this.#reserve(2);
    const offset = this.#offset;
    this.#buffer[offset] = value >> 8;
    this.#buffer[offset + 1] = value;
    this.#offset = offset + 2;
  }

  fourByteInteger(value: number): void {
    this.twoByteInteger(value >>> 16);
    this.twoByteInteger(value);
  }

  variableByteInteger(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.byte(rest | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Bytes without a length before them. */
  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#offset);
    this.#offset += value.length;
  }

  /** Text in UTF-8, or binary data, with its length before it. */
  field(value: Uint8Array | string): void {
    this.twoByteInteger(value.length);
    const bytes = this.#unwritten(value);
    if (bytes.length > 0) {
      this.#offset -= 2;
      this.twoByteInteger(bytes.length);
      this.bytes(bytes);
    }
  }

  /** The bytes of a value that are still to be written: none of a short text of ASCII, which is written at once. */
  #unwritten(value: Uint8Array | string): Uint8Array {
    if (typeof value !== "string") {
      return value;
    }
    return this.#writeShortAscii(value) ? noBytes : encoder.encode(value);
  }

  /** Writes a short text of ASCII; false where it is another one, and nothing was written. */
  #writeShortAscii(value: string): boolean {
    const length = value.length;
    if (length > shortTextLength) {
      return false;
    }
    this.#reserve(length);
    const buffer = this.#buffer;
    const start = this.#offset;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) {
        return false;
      }
      buffer[start + index] = code;
    }
    this.#offset = start + length;
    return true;
  }

  /**
   * Writes a length into the `width` bytes before `place`, counted from the packet's first byte: that of what was written
   * since and of `more` bytes. What was written moves where the length is wider or narrower.
   */
  #fillLength(place: number, width: number, more: number): void {
    const length = this.#offset - this.#packet - place + more;
    const wider = variableByteIntegerWidth(length) - width;
    if (wider !== 0) {
      this.#reserve(wider);
      const start = this.#packet + place;
      this.#buffer.copyWithin(start + wider, start, this.#offset);
      this.#offset += wider;
    }
    const end = this.#offset;
    this.#offset = this.#packet + place - width;
    this.variableByteInteger(length);
    this.#offset = end;
  }

  #reserve(length: number): void {
    if (this.#offset + length > this.#buffer.length) {
      this.#grow(length);
    }
  }

  #grow(length: number): void {
    const written = this.#buffer.subarray(this.#packet, this.#offset);
    const least = this.#buffer === noBytes ? firstBuffer : usualBuffer;
    const waiting = Math.min(largestBuffer, this.length);
    // Twice what is there, so that a packet which grows field by field is not copied over and over.
    const size = Math.max(least, waiting, written.length + length, written.length * 2);
    this.#finishChunk();
    this.#buffer = new Uint8Array(size);
    this.#buffer.set(written);
    this.#start = this.#packet = 0;
    this.#offset = written.length;
  }

  /** Makes a chunk of the whole packets in the buffer. */
  #finishChunk(): void {
    this.#push(this.#buffer.subarray(this.#start, this.#packet));
    this.#start = this.#packet;
  }

  #push(chunk: Uint8Array): void {
    if (chunk.length > 0) {
      this.#chunks.push(chunk);
      this.#chunksLength += chunk.length;
    }
  }
}
