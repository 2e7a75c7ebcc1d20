/**
 * UTF-8 with the rules of the protocol (section 1.5.4): no surrogates and no U+0000. U+FEFF is a character like any
 * other.
 */
import { largestFieldBytes } from "../limits.js";
import { malformed } from "../violations.js";

/** Decodes text. Throws a `TypeError` if the bytes are not UTF-8. */
export const decoder: InstanceType<typeof TextDecoder> = /* @__PURE__ */ new TextDecoder("utf-8", {
  fatal: true, // MQTT-1.5.4-1
  ignoreBOM: true, // MQTT-1.5.4-3
});

/**
 * Returns undefined for a text that a text field may hold. For any other text, says what it must be, in words that
 * follow "must be".
 */
export function textProblem(text: string): string | undefined {
  if (/[\0\p{Surrogate}]/u.test(text)) {
    return "well-formed text without U+0000"; // MQTT-1.5.4-1, MQTT-1.5.4-2
  }
  // Most texts are short: their length in bytes need not be counted.
  const isShort = text.length * mostBytesPerCodeUnit <= largestFieldBytes;
  return isShort || encodedLength(text) <= largestFieldBytes ? undefined : `at most ${largestFieldBytes} bytes long`;
}

/** The largest number of bytes for a code unit of a JavaScript string; a pair of surrogates has four bytes. */
const mostBytesPerCodeUnit = 3;

/** The length of a well-formed text in UTF-8, in bytes. */
export function encodedLength(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) {
      length += code < 0x800 || (code & 0xf800) === 0xd800 ? 1 : 2; // two surrogates make four bytes
    }
  }
  return length;
}

/** Decodes the text in `bytes[start, end)`. Throws a MalformedPacketError if it is not valid. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  let text: string;
  try {
    text = decoder.decode(bytes.subarray(start, end));
  } catch {
    throw malformed("text is not UTF-8", "MQTT-1.5.4-1");
  }
  if (text.includes("\0")) {
    throw malformed("text has U+0000", "MQTT-1.5.4-2");
  }
  return text;
}

/** Checks the text in `bytes[start, end)` without decoding it. Throws the error that {@link decodeText} throws. */
export function checkText(bytes: Uint8Array, start: number, end: number): void {
  let hasNull = false;
  let index = start;
  while (index < end) {
    const byte = bytes[index] ?? 0;
    hasNull ||= byte === 0;
    const width = byte < 0x80 ? 1 : characterWidth(bytes, index, end);
    if (width === 0) {
      throw malformed("text is not UTF-8", "MQTT-1.5.4-1");
    }
    index += width;
  }
  if (hasNull) {
    throw malformed("text has U+0000", "MQTT-1.5.4-2");
  }
}

/** The smallest code point that needs 2, 3 and 4 bytes; a smaller one in as many bytes is not well-formed. */
const leastOfWidth = [0, 0, 0x80, 0x800, 0x1_0000];

/** The number of bytes of the character at `index`, which is not ASCII. Returns 0 if it is not well-formed. */
function characterWidth(bytes: Uint8Array, index: number, end: number): number {
  const first = bytes[index] ?? 0;
  if (first < 0xc2 || first > 0xf4) {
    return 0;
  }
  const width = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (index + width > end) {
    return 0;
  }
  let codePoint = first & (0x7f >> width);
  for (let next = index + 1; next < index + width; next++) {
    const byte = bytes[next] ?? 0;
    if ((byte & 0xc0) !== 0x80) {
      return 0;
    }
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  const isSurrogate = (codePoint & 0x1f_f800) === 0xd800;
  return codePoint >= (leastOfWidth[width] ?? 0) && codePoint <= 0x10_ffff && !isSurrogate ? width : 0;
}
