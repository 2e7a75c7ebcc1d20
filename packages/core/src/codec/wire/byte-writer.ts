/**
 * Writes packets one after the other into memory that grows as needed.
 *
 * Each packet is written in one pass. `openPacket` leaves room for the length that follows the first byte.
 * `closePacket` fills the length in, and moves the body by a byte or two if the room was too small. A packet counts
 * only when it is closed, so a packet whose encoding failed half way leaves no trace.
 *
 * The writer checks nothing. The caller makes sure that texts and numbers fit their fields, and that no packet is
 * longer than a packet can be.
 *
 * The writer never writes again to memory that it has handed over. When a packet does not fit into the buffer, the
 * whole packets in the buffer become a chunk, and the open packet moves to a new buffer. So an open packet is always in
 * one piece.
 */
import { noBytes } from "./no-bytes.js";
import { variableByteIntegerWidth } from "./variable-byte-integer.js";

/** The size of the first buffer, in bytes. */
const firstBuffer = 1024;

/**
 * The size of later buffers, in bytes. `take` drops a larger buffer, so that an idle connection holds no more than
 * this.
 */
const usualBuffer = 4096;

/**
 * The size of the largest buffer and of the largest payload that is copied, in bytes. Larger blocks make TCP slower.
 */
const largestBuffer = 65_536;

/** The length of the longest text that a loop writes faster than the platform's encoder. */
const shortTextLength = 64;

const encoder = /* @__PURE__ */ new TextEncoder();

export class ByteWriter {
  #buffer = noBytes;
  /** The bytes from here to `#packet` are whole packets that were not handed over yet. */
  #start = 0;
  /** The first byte of the open packet, or of the next one. */
  #packet = 0;
  /** The next byte to write. */
  #offset = 0;
  /** The number of bytes that are reserved for the length of the open packet. */
  #lengthWidth = 1;
  /** The chunks that come before `#buffer`: full buffers, and payloads by reference. */
  #chunks: Uint8Array[] = [];
  #chunksLength = 0;

  /** The number of packets that were written since the last `take`. */
  packetCount = 0;

  /** The number of bytes that wait to be taken, payloads by reference included. The open packet does not count. */
  get length(): number {
    return this.#chunksLength + this.#packet - this.#start;
  }

  /** Hands over the written bytes in order, and starts anew. */
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
   * Begins a packet. Forgets a packet that was left open.
   *
   * @param leastLength a lower bound of the remaining length, for a packet that may be long. If it is close to the
   *   length, fewer bodies have to move.
   */
  openPacket(firstByte: number, leastLength = 0): void {
    this.#offset = this.#packet;
    this.#lengthWidth = variableByteIntegerWidth(leastLength);
    this.byte(firstByte);
    this.#reserve(this.#lengthWidth);
    this.#offset += this.#lengthWidth;
  }

  /** Ends the open packet. Its last `referred` bytes are not in the buffer; they are handed over by reference. */
  closePacket(referred = 0): void {
    this.#fillLength(1 + this.#lengthWidth, this.#lengthWidth, referred);
    this.#packet = this.#offset;
    this.packetCount += 1;
  }

  /** Ends the open packet with its payload. Copies the payload, or hands it over by reference if it is above 64 KiB. */
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

  /** Begins a block that has its length before it. Returns the argument for `closeBlock`. */
  openBlock(): number {
    this.byte(0);
    return this.#offset - this.#packet;
  }

  /** Ends the block and fills its length in. */
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

  /** Writes bytes without a length before them. */
  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#offset);
    this.#offset += value.length;
  }

  /** Writes text in UTF-8, or binary data, with its length before it. */
  field(value: Uint8Array | string): void {
    this.twoByteInteger(value.length);
    const bytes = this.#unwritten(value);
    if (bytes.length > 0) {
      this.#offset -= 2;
      this.twoByteInteger(bytes.length);
      this.bytes(bytes);
    }
  }

  /**
   * Writes a short text of ASCII at once. Returns the bytes that remain to be written, which are none for such a text.
   */
  #unwritten(value: Uint8Array | string): Uint8Array {
    if (typeof value !== "string") {
      return value;
    }
    return this.#writeShortAscii(value) ? noBytes : encoder.encode(value);
  }

  /** Writes a short text of ASCII. Returns false for any other text, and does not move on. */
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
   * Writes a length into the `width` bytes before `place`, which counts from the first byte of the packet. The length
   * is that of the bytes after `place` and of `more` bytes. The bytes after `place` move if the length has another
   * width.
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
    // At least twice the open packet, so that a packet that grows field by field is not copied over and over.
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
