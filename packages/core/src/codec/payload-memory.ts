/**
 * Memory for what is delivered: copies that never change and that do not keep a large receive buffer alive.
 *
 * An `ArrayBuffer` of its own costs much more than the bytes in it, so middling copies share a small slab. The smallest
 * live inside their array object, where the engine keeps up to 64 bytes; large ones are worth an own buffer.
 */

/** Up to here an array holds its bytes itself. */
const smallLength = 64;

/** Up to here a copy is a part of the slab. */
const mediumLength = 1024;

const slabLength = 8192;

export class PayloadMemory {
  #slab: ArrayBuffer | undefined;
  #slabOffset = 0;

  /** Copies `bytes[start, end)`. */
  copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length > smallLength) {
      const copy = length > mediumLength ? new Uint8Array(length) : this.#allocate(length);
      copy.set(bytes.subarray(start, end));
      return copy;
    }
    const copy = new Uint8Array(length);
    for (let index = 0; index < length; index++) {
      copy[index] = bytes[start + index] ?? 0;
    }
    return copy;
  }

  #allocate(length: number): Uint8Array {
    if (this.#slab === undefined || this.#slabOffset + length > slabLength) {
      this.#slab = new ArrayBuffer(slabLength);
      this.#slabOffset = 0;
    }
    const offset = this.#slabOffset;
    this.#slabOffset = offset + length;
    return new Uint8Array(this.#slab, offset, length);
  }
}
