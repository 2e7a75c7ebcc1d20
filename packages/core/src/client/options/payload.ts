/** Payloads and other binary data: the forms that an application may pass, and the form that the codec takes. */

/**
 * Text, which is sent as UTF-8, or bytes. Of a view, such as a `Uint8Array`, only the bytes that it covers are sent.
 */
export type PayloadInput = string | ArrayBuffer | ArrayBufferView;

/** Tells whether a value is an `ArrayBuffer` or a view of one, also if it comes from another realm. */
export function isBinary(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

/** Gives the bytes of binary data, without a copy. */
export function toBytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (data instanceof Uint8Array) {
    return data;
  }
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
