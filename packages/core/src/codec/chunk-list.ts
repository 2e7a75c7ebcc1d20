/** Bytes that are written, in pieces: buffers that are full, and payloads that are handed over by reference. */
export class ChunkList {
  #chunks: Uint8Array[] = [];
  #byteLength = 0;

  /** The bytes of all chunks. */
  get byteLength(): number {
    return this.#byteLength;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length > 0) {
      this.#chunks.push(chunk);
      this.#byteLength += chunk.length;
    }
  }

  /** Drops what comes after the first `length` bytes. */
  cut(length: number): void {
    const chunks = this.take();
    for (const chunk of chunks) {
      this.push(chunk.subarray(0, Math.max(0, length - this.#byteLength)));
    }
  }

  /** Hands over all chunks, and is empty. */
  take(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#byteLength = 0;
    return chunks;
  }
}
