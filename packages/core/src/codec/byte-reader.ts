/**
 * A cursor over the bytes of one packet.
 *
 * Every read is checked against the end of the packet, never against the end of the buffer that it lies in: bytes of the
 * next packet cannot be taken for this one's. What leaves the reader is a copy or a string; the buffer is the caller's.
 */
import type { UserProperty } from "./packets/user-property.js";
import { PayloadMemory } from "./payload-memory.js";
import { RecurringTexts } from "./recurring-text.js";
import { decodeText } from "./utf8.js";
import { malformed, violation } from "./violations.js";

/** A larger buffer is not kept in view when its bytes are let go. */
const largestKeptBuffer = 512;

const nothing: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

const emptyView: DataView = /* @__PURE__ */ new DataView(nothing.buffer);

export class ByteReader {
  #bytes = nothing;
  /** A view of `#viewed`, which is the array that texts were last looked up in. */
  #view = emptyView;
  #viewed = nothing;
  #isViewLarge = false;
  #offset = 0;
  #end = 0;
  #isOwned = false;
  readonly #memory = new PayloadMemory();
  readonly #topicNames = new RecurringTexts();
  readonly #texts = new RecurringTexts();

  /** What the properties that may repeat are gathered in, in the block that is being read. */
  userProperties: UserProperty[] | undefined;
  subscriptionIdentifiers: number[] | undefined;

  /** Turns to `bytes[offset, end)`; an owned array holds this packet alone and nobody writes to it any more. */
  reset(bytes: Uint8Array, offset: number, end: number, isOwned: boolean): void {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#end = end;
    this.#isOwned = isOwned;
  }

  /** Lets go of the bytes. */
  release(): void {
    this.#bytes = nothing;
    if (this.#isViewLarge) {
      this.#viewed = nothing;
      this.#view = emptyView;
      this.#isViewLarge = false;
    }
  }

  get offset(): number {
    return this.#offset;
  }

  isAtEnd(): boolean {
    return this.#offset >= this.#end;
  }

  /** Demands that the packet ends here. */
  expectEnd(): void {
    if (this.#offset !== this.#end) {
      throw malformed("bytes after the last field of a packet", "2.1.4");
    }
  }

  /** Narrows the reader to the next `length` bytes and gives the end that `leaveBlock` goes back to. */
  enterBlock(length: number): number {
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
    this.#demand(2);
    const offset = this.#offset;
    this.#offset = offset + 2;
    return ((this.#bytes[offset] ?? 0) << 8) | (this.#bytes[offset + 1] ?? 0);
  }

  fourByteInteger(): number {
    const upper = this.twoByteInteger();
    return upper * 0x1_0000 + this.twoByteInteger();
  }

  variableByteInteger(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) {
          throw malformed("variable byte integer is not in its shortest form", "MQTT-1.5.5-1");
        }
        return value;
      }
    }
    throw malformed("variable byte integer is longer than four bytes", "1.5.5");
  }

  /** A packet identifier; `statement` is the one that 0 breaks in this packet. */
  packetId(statement: string): number {
    const packetId = this.twoByteInteger();
    if (packetId === 0) {
      throw violation("packet identifier is 0", statement);
    }
    return packetId;
  }

  text(): string {
    const length = this.#passText();
    return decodeText(this.#bytes, this.#offset - length, this.#offset);
  }

  /** A text that is likely to come again. */
  recurringText(): string {
    const length = this.#passText();
    const start = this.#offset - length;
    const known = this.#texts.find(this.#viewOfBytes(), start, length);
    if (known !== undefined) {
      return known;
    }
    const text = decodeText(this.#bytes, start, this.#offset);
    this.#texts.offer(this.#view, start, length, text);
    return text;
  }

  /** A topic name, or nothing in its place; a wildcard breaks `statement`. */
  topicName(statement: string): string {
    const length = this.#passText();
    const start = this.#offset - length;
    const known = this.#topicNames.find(this.#viewOfBytes(), start, length);
    if (known !== undefined) {
      return known;
    }
    const topic = decodeText(this.#bytes, start, this.#offset);
    if (topic.includes("+") || topic.includes("#")) {
      throw violation("topic name has a wildcard", statement);
    }
    this.#topicNames.offer(this.#view, start, length, topic);
    return topic;
  }

  /** Binary data, copied. */
  binary(): Uint8Array {
    return this.#copy(this.twoByteInteger());
  }

  /** What is left of the packet: copied, or a view where the packet's array is its own and little else is in it. */
  rest(): Uint8Array {
    const length = this.#end - this.#offset;
    if (this.#isOwned && length > this.#offset) {
      const start = this.#offset;
      this.#offset = this.#end;
      return this.#bytes.subarray(start, this.#end);
    }
    return this.#copy(length);
  }

  /** Goes back to an offset that was passed. */
  rewind(offset: number): void {
    this.#offset = offset;
  }

  skip(length: number): void {
    this.#demand(length);
    this.#offset += length;
  }

  #viewOfBytes(): DataView {
    if (this.#viewed !== this.#bytes) {
      this.#viewed = this.#bytes;
      this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length);
      this.#isViewLarge = this.#bytes.buffer.byteLength > largestKeptBuffer;
    }
    return this.#view;
  }

  /** Passes a text and gives its length. */
  #passText(): number {
    const length = this.twoByteInteger();
    this.skip(length);
    return length;
  }

  #copy(length: number): Uint8Array {
    this.#demand(length);
    const start = this.#offset;
    this.#offset = start + length;
    return this.#memory.copy(this.#bytes, start, this.#offset);
  }

  #demand(length: number): void {
    if (this.#offset + length > this.#end) {
      throw malformed("packet ends inside a field", "2.1.4");
    }
  }
}
