/**
 * The memory for the bytes of delivered messages. The copies never change, and do not keep a large receive buffer
 * alive.
 */
export interface PayloadMemory {
  /**
   * Copies `bytes[start, end)`. The array must be a plain `Uint8Array`: a subclass would make copies of its own kind.
   */
  copy(bytes: Uint8Array, start: number, end: number): Uint8Array;
}

/** Gives each copy memory of its own, so that an application may transfer it to a worker. */
export const separateMemory: PayloadMemory = {
  copy: (bytes, start, end) => bytes.slice(start, end),
};
