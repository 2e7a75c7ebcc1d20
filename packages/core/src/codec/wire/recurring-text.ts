/**
 * Texts that come again and again, such as the topics of a stream of messages: each is decoded once.
 *
 * A text of ASCII alone is kept in the one slot that a hash of its bytes tells, and known again by its characters, which
 * are its bytes. The next text with that slot takes its place.
 */
import { decodeText } from "./utf8.js";

/** Together they bound the memory. The first is a power of two. */
const slotCount = 128;
const longestText = 64;

export class RecurringTexts {
  readonly #slots = new Array<string>(slotCount).fill("");

  /** The text of `bytes[start, end)`; throws a MalformedPacketError where they are not text of the protocol. */
  read(bytes: Uint8Array, start: number, end: number): string {
    if (end - start > longestText) {
      return decodeText(bytes, start, end);
    }
    const slot = slotOf(bytes, start, end);
    const known = this.#slots[slot] ?? "";
    if (isTextOf(known, bytes, start, end)) {
      return known;
    }
    const text = decodeText(bytes, start, end);
    if (text.length === end - start) {
      this.#slots[slot] = text;
    }
    return text;
  }
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let index = start; index < end; index++) {
    hash = (Math.imul(hash, 31) + (bytes[index] ?? 0)) | 0;
  }
  return (hash ^ (hash >>> 15)) & (slotCount - 1);
}

function isTextOf(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) {
    return false;
  }
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) {
      return false;
    }
  }
  return true;
}
