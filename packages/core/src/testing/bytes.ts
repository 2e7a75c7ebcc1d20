/** Bytes, or a string of their hexadecimal digits. Spaces are allowed: `"20 03 00 00 00"`. */
export type BytesLike = Uint8Array | string;

/**
 * Converts hexadecimal digits to bytes. Ignores spaces and line breaks.
 *
 * @throws {Error} The text is not pairs of hexadecimal digits.
 */
export function bytesOfHex(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/g, "");
  if (!/^(?:[\da-f]{2})*$/i.test(digits)) {
    throw new Error(`not pairs of hexadecimal digits: ${hex}`);
  }
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}

/** Converts bytes to hexadecimal digits, with a space between two bytes: `"20 03 00 00 00"`. */
export function hexOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/**
 * Joins parts into one array of bytes. The result is always a copy.
 *
 * @throws {Error} A part is a string that is not pairs of hexadecimal digits.
 */
export function joinBytes(parts: readonly BytesLike[]): Uint8Array {
  const arrays = parts.map((part) => (typeof part === "string" ? bytesOfHex(part) : part));
  const joined = new Uint8Array(arrays.reduce((sum, array) => sum + array.byteLength, 0));
  let offset = 0;
  for (const array of arrays) {
    joined.set(array, offset);
    offset += array.byteLength;
  }
  return joined;
}
