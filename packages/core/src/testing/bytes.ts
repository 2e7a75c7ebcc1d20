/** Bytes, or their hexadecimal digits with or without spaces: `"20 03 00 00 00"`. */
export type BytesLike = Uint8Array | string;

/** The bytes that these hexadecimal digits stand for; spaces and line breaks do not count. */
export function bytesOfHex(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/g, "");
  if (!/^(?:[\da-f]{2})*$/i.test(digits)) {
    throw new Error(`not pairs of hexadecimal digits: ${hex}`);
  }
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}

/** Two hexadecimal digits a byte, with spaces between. */
export function hexOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** A copy of all of them, one after the other. */
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
