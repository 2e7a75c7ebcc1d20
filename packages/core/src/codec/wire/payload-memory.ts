/**
 * Memory for what is delivered: copies that never change and that do not keep a large receive buffer alive.
 *
 * An `ArrayBuffer` of its own costs many times what the bytes in it cost, so middling copies share a slab. The smallest
 * live inside their array object, where engines keep up to 64 bytes; large ones are worth a buffer of their own.
 */
import { noBytes } from "./no-bytes.js";

/** Up to here an array holds its bytes itself. */
const smallLength = 64;

/** Up to here a copy is a part of the slab. */
const mediumLength = 4096;

/** What a single kept message can keep alive beside itself. */
const slabLength = 16_384;

export class PayloadMemory {
  #slab = noBytes;
  #slabOffset = 0;

  /** Copies `bytes[start, end)` of a plain array: a subclass would make its own kind of copy. */
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
