/**
 * Decodes texts that come again and again, such as the topics of a stream of messages, only once.
 *
 * A hash of the bytes selects a slot, and the slot keeps the text. It keeps only texts of ASCII: their characters are
 * their bytes, so they can be compared with the next bytes. The next text with the same slot takes its place.
 */
import { decodeText } from "./utf8.js";

/** The number of slots, a power of two. */
const slotCount = 128;

/** The longest text that a slot keeps, in bytes. */
const longestText = 64;

export class RecurringTexts {
  readonly #slots = new Array<string>(slotCount).fill("");

  /** Decodes the text in `bytes[start, end)`. Throws a MalformedPacketError if it is not valid. */
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
