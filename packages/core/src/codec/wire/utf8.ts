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
