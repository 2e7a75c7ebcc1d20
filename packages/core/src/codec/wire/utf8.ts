/**
 * UTF-8 as the protocol wants it (section 1.5.4): no surrogates, no U+0000, and U+FEFF is a character like any other.
 */
import { largestFieldBytes } from "../limits.js";
import { malformed } from "../violations.js";

/** Decodes text, or throws a `TypeError`. */
export const decoder: InstanceType<typeof TextDecoder> = /* @__PURE__ */ new TextDecoder("utf-8", {
  fatal: true, // MQTT-1.5.4-1
  ignoreBOM: true, // MQTT-1.5.4-3
});

/** What a text would have to be to stand in a text field, in words that follow "must be"; nothing where it may. */
export function textProblem(text: string): string | undefined {
  if (/[\0\p{Surrogate}]/u.test(text)) {
    return "well-formed text without U+0000"; // MQTT-1.5.4-1, MQTT-1.5.4-2
  }
  return encodedLength(text) > largestFieldBytes ? `at most ${largestFieldBytes} bytes long` : undefined;
}

/** The length of a well-formed text in UTF-8. */
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

/** Decodes `bytes[start, end)`; throws a MalformedPacketError where they are not text of the protocol. */
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
