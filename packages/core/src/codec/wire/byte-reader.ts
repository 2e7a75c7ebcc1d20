/**
 * A cursor over the bytes of one packet.
 *
 * Every read is checked against the end of the packet, never against the end of the buffer that it lies in: bytes of the
 * next packet cannot be taken for this one's. What leaves the reader is a copy or a string; the buffer is the caller's.
 */
import { noBytes } from "./no-bytes.js";
import { PayloadMemory } from "./payload-memory.js";
import { RecurringTexts } from "./recurring-text.js";
import { readVariableByteInteger, variableByteIntegerWidth } from "./variable-byte-integer.js";
import { malformed, violation } from "../violations.js";

export class ByteReader {
  #bytes = noBytes;
  #offset = 0;
  #end = 0;
  #isOwned = false;
  readonly #memory = new PayloadMemory();
  readonly #texts = new RecurringTexts();

  /** Turns to `bytes[offset, end)`; an owned array holds this packet alone and nobody writes to it any more. */
  reset(bytes: Uint8Array, offset: number, end: number, isOwned: boolean): void {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#end = end;
    this.#isOwned = isOwned;
  }

  isAtEnd(): boolean {
    return this.#offset >= this.#end;
  }

  /** Demands that the packet ends here. */
  expectEnd(): void {
    if (this.#offset !== this.#end) {
      throw malformed("packet is too long", "2.1.4");
    }
  }

  /** Narrows the reader to a block with its length before it, and gives the end that `leaveBlock` goes back to. */
  enterBlock(): number {
    const length = this.variableByteInteger();
    const end = this.#end;
    this.#demand(length);
    this.#end = this.#offset + length;
    return end;
  }

  leaveBlock(end: number): void {
    this.#end = end;
  }

  byte(): number {
    this.#demand(1);
    return this.#bytes[this.#offset++] ?? 0;
  }

  twoByteInteger(): number {
    return (this.byte() << 8) | this.byte();
  }

  fourByteInteger(): number {
    return this.twoByteInteger() * 65_536 + this.twoByteInteger();
  }

  variableByteInteger(): number {
    const value = readVariableByteInteger(this.#bytes, this.#offset, this.#end);
    this.skip(value < 0 ? Infinity : variableByteIntegerWidth(value));
    return value;
  }

  /** A packet identifier; `statement` is the one that 0 breaks in this packet. */
  packetId(statement: string): number {
    const packetId = this.twoByteInteger();
    if (packetId === 0) {
      throw violation("packetId is 0", statement);
    }
    return packetId;
  }

  text(): string {
    const length = this.twoByteInteger();
    this.skip(length);
    return this.#texts.read(this.#bytes, this.#offset - length, this.#offset);
  }

  /** A topic name, or nothing in its place; a wildcard breaks `statement`. */
  topicName(statement: string): string {
    const topic = this.text();
    if (topic.includes("+") || topic.includes("#")) {
      throw violation("topic has a wildcard", statement);
    }
    return topic;
  }

  /** Binary data, copied. */
  binary(): Uint8Array {
    return this.#copy(this.twoByteInteger());
  }

  /** What is left of the packet: copied, or a view where the packet's array is its own and little else is in it. */
  rest(): Uint8Array {
    const start = this.#offset;
    const length = this.#end - start;
    if (this.#isOwned && length > start) {
      this.#offset = this.#end;
      return this.#bytes.subarray(start, this.#end);
    }
    return this.#copy(length);
  }

  skip(length: number): void {
    this.#demand(length);
    this.#offset += length;
  }

  #copy(length: number): Uint8Array {
    this.skip(length);
    return this.#memory.copy(this.#bytes, this.#offset - length, this.#offset);
  }

  #demand(length: number): void {
    if (this.#offset + length > this.#end) {
      throw malformed("packet is too short", "2.1.4");
    }
  }
}
