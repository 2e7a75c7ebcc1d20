/**
 * Memory for the bytes of delivered messages. The copies never change and do not keep a large receive buffer alive.
 *
 * An `ArrayBuffer` costs many times as much as a few bytes in it. So copies of medium size share a slab. Engines keep a
 * copy of up to 64 bytes inside its array object, which needs no buffer. A large copy is worth a buffer of its own.
 */
import { noBytes } from "./no-bytes.js";

/** The longest copy that engines keep inside the array object, in bytes. */
const smallLength = 64;

/** The longest copy that is a part of a slab, in bytes. */
const mediumLength = 4096;

/** The size of a slab, in bytes. A message that is kept can keep this much memory alive. */
const slabLength = 16_384;

export class PayloadMemory {
  #slab = noBytes;
  #slabOffset = 0;

  /**
   * Copies `bytes[start, end)`. The array must be a plain `Uint8Array`: a subclass would make copies of its own kind.
   */
  copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length <= smallLength || length > mediumLength) {
      return bytes.slice(start, end);
    }
    if (this.#slabOffset + length > this.#slab.length) {
      this.#slab = new Uint8Array(slabLength);
      this.#slabOffset = 0;
    }
    const offset = this.#slabOffset;
    this.#slabOffset = offset + length;
    this.#slab.set(bytes.subarray(start, end), offset);
    return this.#slab.subarray(offset, offset + length);
  }
}
