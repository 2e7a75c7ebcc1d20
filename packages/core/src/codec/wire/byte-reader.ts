/**
 * A cursor over the bytes of one packet.
 *
 * The reader checks every read against the end of the packet, not against the end of the buffer. So it never takes
 * bytes of the next packet. It returns strings, and copies of bytes; `rest` alone may return a view.
 */
import { MalformedPacketError } from "../../errors.js";
import { malformed, malformedTopic, violation } from "../violations.js";
import { noBytes } from "./no-bytes.js";
import { type PayloadMemory, separateMemory } from "./payload-memory.js";
import { RecurringTexts } from "./recurring-text.js";
import { checkText } from "./utf8.js";
import { readVariableByteInteger, variableByteIntegerWidth } from "./variable-byte-integer.js";

export class ByteReader {
  #bytes = noBytes;
  #offset = 0;
  #end = 0;
  #isOwned = false;
  readonly #memory: PayloadMemory;
  readonly #texts = new RecurringTexts();

  /** `memory` makes the copies of bytes. */
  constructor(memory: PayloadMemory = separateMemory) {
    this.#memory = memory;
  }

  /**
   * Turns to the packet in `bytes[offset, end)`.
   *
   * @param isOwned whether the array holds this packet alone, and nobody will write to it again
   */
  reset(bytes: Uint8Array, offset: number, end: number, isOwned: boolean): void {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#end = end;
    this.#isOwned = isOwned;
  }

  isAtEnd(): boolean {
    return this.#offset >= this.#end;
  }

  /** The place of the next byte, for `copyFrom`. */
  get offset(): number {
    return this.#offset;
  }

  /** The number of bytes that are left. */
  get remaining(): number {
    return this.#end - this.#offset;
  }

  /**
   * Gives the bytes from `offset` to the current one, to keep them. Returns a view if the array is owned and they are
   * most of it, otherwise a copy. No payload shares their memory.
   */
  keepFrom(offset: number): Uint8Array {
    return this.#isMost(offset) ? this.#bytes.subarray(offset, this.#offset) : this.#bytes.slice(offset, this.#offset);
  }

  /** Throws if bytes of the packet are left. */
  expectEnd(): void {
    if (this.#offset !== this.#end) {
      throw malformed("packet is too long", "2.1.4");
    }
  }

  /** Reads the length of a block and narrows the reader to the block. Returns the argument for `leaveBlock`. */
  enterBlock(): number {
    const length = this.variableByteInteger();
    const end = this.#end;
    this.#demand(length);
    this.#end = this.#offset + length;
    return end;
  }

  /** Widens the reader again to what encloses the block. */
  leaveBlock(end: number): void {
    this.#end = end;
  }

  byte(): number {
    this.#demand(1);
    return this.#bytes[this.#offset++] ?? 0;
  }

  twoByteInteger(): number {
    this.#demand(2);
    const offset = this.#offset;
    this.#offset = offset + 2;
    return ((this.#bytes[offset] ?? 0) << 8) | (this.#bytes[offset + 1] ?? 0);
  }

  fourByteInteger(): number {
    return this.twoByteInteger() * 65_536 + this.twoByteInteger();
  }

  variableByteInteger(): number {
    const first = this.#offset < this.#end ? (this.#bytes[this.#offset] ?? 0) : 0x80;
    if (first < 0x80) {
      this.#offset += 1; // nearly all are that short
      return first;
    }
    const value = readVariableByteInteger(this.#bytes, this.#offset, this.#end);
    this.skip(value < 0 ? Infinity : variableByteIntegerWidth(value));
    return value;
  }

  /** Reads a packet identifier. The value 0 breaks `statement`. */
  packetId(statement: string): number {
    const packetId = this.twoByteInteger();
    if (packetId === 0) {
      throw violation("packetId is 0", statement);
    }
    return packetId;
  }

  text(): string {
    return this.#decode(this.#field());
  }

  /** Passes over a text and checks it. */
  skipText(): void {
    const length = this.#field();
    checkText(this.#bytes, this.#offset - length, this.#offset);
  }

  /** Reads a topic name, which may be empty. A wildcard breaks `statement`. */
  topicName(statement: string): string {
    const topic = this.#topic(this.#field());
    if (topic.includes("+") || topic.includes("#")) {
      throw violation("topic has a wildcard", statement);
    }
    return topic;
  }

  /** Passes over a length and that many bytes. Returns the length. */
  #field(): number {
    const length = this.twoByteInteger();
    this.skip(length);
    return length;
  }

  /** Decodes the bytes of this length before the current one. */
  #decode(length: number): string {
    return this.#texts.read(this.#bytes, this.#offset - length, this.#offset);
  }

  /** Decodes a topic as {@link text} does, but its error has a code of its own. */
  #topic(length: number): string {
    try {
      return this.#decode(length);
    } catch (error) {
      throw error instanceof MalformedPacketError ? malformedTopic(error.statement) : error;
    }
  }

  /** Reads binary data and returns a copy. */
  binary(): Uint8Array {
    return this.#copy(this.twoByteInteger());
  }

  /**
   * Reads the rest of the packet. Returns a view if the array is owned and the rest is most of it, otherwise a copy.
   */
  rest(): Uint8Array {
    const start = this.#offset;
    this.#offset = this.#end;
    return this.#isMost(start)
      ? this.#bytes.subarray(start, this.#end)
      : this.#memory.copy(this.#bytes, start, this.#end);
  }

  /** Whether the array is owned, and the bytes from `offset` to the current one are more than half of it. */
  #isMost(offset: number): boolean {
    return this.#isOwned && (this.#offset - offset) * 2 > this.#bytes.length;
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
