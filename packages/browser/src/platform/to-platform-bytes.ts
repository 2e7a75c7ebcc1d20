/**
 * Returns the bytes in a form that a browser can send. A browser refuses memory that is shared with workers, so such
 * bytes are copied.
 */
export function toPlatformBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isUnshared(bytes) ? bytes : new Uint8Array(bytes);
}

/** Returns true if the bytes are not in memory that is shared with workers. */
function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}
