/**
 * UTF-8 as the protocol wants it (section 1.5.4): no surrogates, no U+0000, and U+FEFF is a character like any other.
 *
 * Nearly all text on the wire is short ASCII, for which a loop is several times faster than a call of the platform's
 * decoder; everything else goes to that decoder.
 */
import { malformed } from "./violations.js";

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", {
  fatal: true, // MQTT-1.5.4-1
  ignoreBOM: true, // MQTT-1.5.4-3
});

/** The longest text that is decoded without the platform's decoder. */
const shortTextLength = 12;

/**
 * The length of a text field in UTF-8; −1 where it may not stand in one: it has a lone surrogate or U+0000.
 */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) {
      if (code === 0) {
        return -1;
      }
    } else if (code < 0x800) {
      length += 1;
    } else {
      length += 2;
      if (code >= 0xd800 && code <= 0xdfff) {
        index++;
        // Two units make four bytes. Past the end the code is NaN, which is no low surrogate either.
        if (code > 0xdbff || !isLowSurrogate(text.charCodeAt(index))) {
          return -1;
        }
      }
    }
  }
  return length;
}

/** The length of any text as the platform's encoder writes it: a lone surrogate becomes U+FFFD. */
export function encodedLength(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x800) {
      length += 2;
      if (code >= 0xd800 && code <= 0xdbff && isLowSurrogate(text.charCodeAt(index + 1))) {
        index++;
      }
    } else if (code >= 0x80) {
      length += 1;
    }
  }
  return length;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** Decodes `bytes[start, end)`; throws a MalformedPacketError where they are not text of the protocol. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= shortTextLength) {
    const text = decodeShortAscii(bytes, start, end);
    if (text !== undefined) {
      return text;
    }
  }
  const text = decodeStrictly(bytes.subarray(start, end));
  if (text.includes("\0")) {
    throw malformed("text contains U+0000", "MQTT-1.5.4-2");
  }
  return text;
}

function decodeShortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  for (let index = start; index < end; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === 0 || byte > 0x7f) {
      return undefined;
    }
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeStrictly(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformed("text is not well-formed UTF-8", "MQTT-1.5.4-1");
  }
}
