/** A `Buffer` over the same memory, for the parts of Node that take no other bytes. */
export function toPlatformBytes(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
