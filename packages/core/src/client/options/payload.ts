/** What an application may give as a payload or as other binary data, and the form in which the codec takes it. */

/** Text to be sent as UTF-8, or bytes; of a view its own bytes only. */
export type PayloadInput = string | ArrayBuffer | ArrayBufferView;

/** Whether a value is an `ArrayBuffer` or a view of one, from whatever realm. */
export function isBinary(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

/** The bytes behind binary data, without copying them. */
export function toBytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (data instanceof Uint8Array) {
    return data;
  }
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
