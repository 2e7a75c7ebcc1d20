/**
 * Packets, written one after the other into output memory that grows by need.
 *
 * A packet is written in one pass: `openPacket` leaves room for the length that follows the first byte, `closePacket`
 * fills it in, and moves the body by a byte or two where the room was too small. Nothing counts until the packet is
 * closed, so a packet whose encoding failed half way leaves no trace.
 *
 * Memory that was handed over is never written again. A buffer which is full, or whose packet does not fit, becomes a
 * chunk as it is, and what there is of the open packet moves to a new buffer: an open packet is always in one piece.
 */
import { InvalidArgumentError } from "../errors.js";
import { ChunkList } from "./chunk-list.js";
import { utf8Length } from "./utf8.js";
import { maximumVariableByteInteger, variableByteIntegerWidth } from "./variable-byte-integer.js";

/** The size of the first buffer. */
const smallestBuffer = 1024;

/** The largest buffer, and the largest payload that is copied: blocks above it make TCP slower, not faster. */
const largestBuffer = 65_536;

/** A larger buffer is let go as soon as its bytes are handed over: an idle connection holds no more. */
const largestIdleBuffer = 4096;

/** The longest text that a loop writes faster than the platform's encoder. */
const shortTextLength = 64;

const maximumTextBytes = 65_535;

const nothing: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
const encoder = /* @__PURE__ */ new TextEncoder();

export class ByteWriter {
  #buffer = nothing;
  /** The buffer's bytes from `#start` to `#packet` are whole packets not yet handed over. */
  #start = 0;
  /** The first byte of the packet that is open, or will be opened next. */
  #packet = 0;
  /** The next byte to write. */
  #offset = 0;
  /** The bytes reserved for the open packet's length. */
  #lengthWidth = 1;
  /** What comes before `#buffer`. */
  readonly #chunks = new ChunkList();
  #nextSize = smallestBuffer;

  /** How many packets were written since the last `take`, forgotten ones included. */
  packetCount = 0;

  /** How many bytes of whole packets wait to be taken, payloads by reference included. */
  get length(): number {
    return this.#chunks.byteLength + this.#packet - this.#start;
  }

  /** Hands over what was written, in order, and starts anew. The memory handed over is never written again. */
  take(): Uint8Array[] {
    this.packetCount = 0;
    this.#finishChunk();
    this.#nextSize = Math.max(
      Math.min(this.#nextSize, largestIdleBuffer),
      Math.min(largestBuffer, roundUp(this.#chunks.byteLength)),
    );
    if (this.#buffer.length > largestIdleBuffer) {
      this.#buffer = nothing;
      this.#start = this.#packet = 0;
    }
    this.#offset = this.#packet;
    return this.#chunks.take();
  }

  /** A place between packets that `rewind` can return to, until the next `take`. */
  mark(): number {
    return this.length;
  }

  /** Forgets the packets that were written since the mark. */
  rewind(mark: number): void {
    this.#packet = this.#start + Math.max(0, mark - this.#chunks.byteLength);
    if (mark < this.#chunks.byteLength) {
      this.#chunks.cut(mark);
    }
    this.#offset = this.#packet;
  }

  /**
   * Begins a packet; one that was left open is forgotten.
   *
   * `leastLength` is a lower bound of the packet's remaining length: the closer it is, the less has to be moved.
   */
  openPacket(firstByte: number, leastLength: number): void {
    this.#offset = this.#packet;
    this.#lengthWidth = variableByteIntegerWidth(leastLength);
    this.#reserve(1 + this.#lengthWidth);
    this.#buffer[this.#offset] = firstByte;
    this.#offset += 1 + this.#lengthWidth;
  }

  /** Ends the open packet. */
  closePacket(): void {
    this.#writeRemainingLength(0);
    this.#packet = this.#offset;
  }

  /** Ends the open packet with its payload, which is copied or, above 64 KiB, handed over by reference. */
  closePacketWith(payload: Uint8Array | string): void {
    const bytes = typeof payload === "string" ? this.#writePayloadText(payload) : payload;
    if (bytes === undefined) {
      this.closePacket();
    } else if (bytes.length <= largestBuffer) {
      this.bytes(bytes);
      this.closePacket();
    } else {
      this.#writeRemainingLength(bytes.length);
      this.#packet = this.#offset;
      this.#finishChunk();
      this.#chunks.push(bytes);
    }
  }

  /** Begins a block with a length of its own before it, and gives the place to close it with. */
  openBlock(): number {
    this.#reserve(1);
    this.#offset++;
    return this.#offset - this.#packet;
  }

  closeBlock(place: number): void {
    const start = this.#packet + place;
    const length = this.#offset - start;
    if (length > 127) {
      checkLength(length);
      this.#widen(start, variableByteIntegerWidth(length) - 1);
    }
    this.#setVariableByteInteger(start - 1, length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#offset++] = value;
  }

  twoByteInteger(value: number): void {
    this.#reserve(2);
    this.#setTwoByteInteger(this.#offset, value);
    this.#offset += 2;
  }

  fourByteInteger(value: number): void {
    this.#reserve(4);
    this.#setTwoByteInteger(this.#offset, value >>> 16);
    this.#setTwoByteInteger(this.#offset + 2, value);
    this.#offset += 4;
  }

  variableByteInteger(value: number): void {
    this.#reserve(4);
    this.#offset = this.#setVariableByteInteger(this.#offset, value);
  }

  /** A packet identifier, which must not be 0 (MQTT-2.2.1-3). */
  packetId(value: number | undefined): void {
    if (value === undefined || value < 1 || value > 65_535) {
      throw new InvalidArgumentError({ field: "packetId", value, limit: "an integer from 1 to 65535" });
    }
    this.twoByteInteger(value);
  }

  /** Bytes without a length before them. */
  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#offset);
    this.#offset += value.length;
  }

  /** Text with its length before it; `field` is what an error calls it. */
  text(value: string, field: string): void {
    const length = value.length;
    if (length <= shortTextLength) {
      this.#reserve(2 + length);
      if (this.#writeShortAscii(value)) {
        return;
      }
    }
    const byteLength = utf8Length(value);
    if (byteLength < 0) {
      // MQTT-1.5.4-1, MQTT-1.5.4-2
      throw new InvalidArgumentError({ field, value, limit: "well-formed text without U+0000" });
    }
    checkByteLength(byteLength, field);
    this.twoByteInteger(byteLength);
    this.#reserve(byteLength);
    this.#offset += encoder.encodeInto(value, this.#buffer.subarray(this.#offset)).written;
  }

  /** Binary data with its length before it, a string as UTF-8; `field` is what an error calls it. */
  binary(value: Uint8Array | string, field: string): void {
    const bytes = typeof value === "string" ? encoder.encode(value) : value;
    checkByteLength(bytes.length, field);
    this.twoByteInteger(bytes.length);
    this.bytes(bytes);
  }

  #writeShortAscii(value: string): boolean {
    const buffer = this.#buffer;
    const start = this.#offset + 2;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code === 0 || code > 0x7f) {
        return false;
      }
      buffer[start + index] = code;
    }
    this.#setTwoByteInteger(this.#offset, value.length);
    this.#offset = start + value.length;
    return true;
  }

  /** Writes a text that is the rest of the packet; gives it back as bytes where it may be too long to copy. */
  #writePayloadText(payload: string): Uint8Array | undefined {
    const mostBytes = payload.length * 3;
    if (mostBytes > largestBuffer) {
      return encoder.encode(payload);
    }
    this.#reserve(mostBytes);
    this.#offset += encoder.encodeInto(payload, this.#buffer.subarray(this.#offset)).written;
    return undefined;
  }

  #writeRemainingLength(payloadLength: number): void {
    const start = this.#packet + 1 + this.#lengthWidth;
    const length = this.#offset - start + payloadLength;
    const width = variableByteIntegerWidth(length);
    checkLength(length);
    if (width !== this.#lengthWidth) {
      this.#widen(start, width - this.#lengthWidth);
    }
    this.#setVariableByteInteger(this.#packet + 1, length);
    this.packetCount += 1;
  }

  /** Moves what was written from `start` on, to make room for a wider length before it. */
  #widen(start: number, by: number): void {
    const place = start - this.#packet;
    this.#reserve(by);
    const from = this.#packet + place;
    this.#buffer.copyWithin(from + by, from, this.#offset);
    this.#offset += by;
  }

  #setTwoByteInteger(offset: number, value: number): void {
    this.#buffer[offset] = value >>> 8;
    this.#buffer[offset + 1] = value;
  }

  #setVariableByteInteger(offset: number, value: number): number {
    let rest = value;
    let next = offset;
    while (rest > 127) {
      this.#buffer[next++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#buffer[next++] = rest;
    return next;
  }

  #reserve(length: number): void {
    if (this.#offset + length > this.#buffer.length) {
      this.#grow(length);
    }
  }

  #grow(length: number): void {
    const written = this.#buffer.subarray(this.#packet, this.#offset);
    // Twice what is there, so that a packet which grows field by field is not copied over and over.
    const size = Math.max(this.#nextSize, written.length + length, written.length * 2);
    this.#nextSize = Math.min(largestBuffer, roundUp(size) * 2);
    this.#finishChunk();
    this.#buffer = new Uint8Array(size);
    this.#buffer.set(written);
    this.#start = this.#packet = 0;
    this.#offset = written.length;
  }

  /** Makes a chunk of the whole packets in the buffer. */
  #finishChunk(): void {
    this.#chunks.push(this.#buffer.subarray(this.#start, this.#packet));
    this.#start = this.#packet;
  }
}

function roundUp(length: number): number {
  return length > 1 ? 2 ** (32 - Math.clz32(length - 1)) : 1;
}

function checkLength(length: number): void {
  if (length > maximumVariableByteInteger) {
    const limit = `at most ${String(maximumVariableByteInteger)} bytes long`;
    throw new InvalidArgumentError({ field: "packet", value: length, limit });
  }
}

function checkByteLength(length: number, field: string): void {
  if (length > maximumTextBytes) {
    throw new InvalidArgumentError({ field, value: length, limit: `at most ${String(maximumTextBytes)} bytes long` });
  }
}
