/** Returns a `Buffer` over the same memory, for the parts of Node that accept nothing else. */
export function toPlatformBytes(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
