/** What an application may give as a payload or as other binary data, and the form in which the codec takes it. */

/** Text to be sent as UTF-8, or bytes; of a view its own bytes only. */
export type PayloadInput = string | ArrayBuffer | ArrayBufferView;

/** The bytes behind an input, without copying them; text stays text. */
export function toBytesOrText(input: PayloadInput): Uint8Array | string {
  if (typeof input === "string" || input instanceof Uint8Array) {
    return input;
  }
  return ArrayBuffer.isView(input)
    ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
    : new Uint8Array(input);
}

/** A copy of the bytes behind an input, for data that is kept. */
export function copyOfBytesOrText(input: PayloadInput): Uint8Array | string {
  const data = toBytesOrText(input);
  return typeof data === "string" ? data : new Uint8Array(data);
}
