/**
 * Memory for received payloads that is fast in Node. An `ArrayBuffer` costs many times as much as a few bytes in it. So
 * payloads of medium size share blocks.
 *
 * V8 keeps a copy of up to 64 bytes inside its array object, which needs no buffer. A large copy is worth a buffer of
 * its own. The copies between share a block with others of their size class only: a small payload that the application
 * keeps then never keeps the memory of large ones alive.
 */

import { markAsUntransferable } from "node:worker_threads";
import type { PayloadMemory } from "@mqtt5/core/adapter";

/** The longest copy that V8 keeps inside the array object, in bytes. */
const longestInline = 64;

/** The size classes of the copies that share a block: the longest copy and the size of the block, in bytes. */
const small = { longest: 256, blockSize: 4_096 };
const medium = { longest: 4_096, blockSize: 16_384 };

/** The memory for the payloads of one client. */
export class BlockMemory implements PayloadMemory {
  readonly #small = new Blocks(small.blockSize);
  readonly #medium = new Blocks(medium.blockSize);

  /** Copies `bytes[start, end)`. The array must be a plain `Uint8Array`. */
  copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length <= longestInline || length > medium.longest) {
      return bytes.slice(start, end);
    }
    const blocks = length <= small.longest ? this.#small : this.#medium;
    return blocks.copy(bytes, start, end);
  }
}

/** Blocks of one size. Copies fill a block from its start; when the next copy does not fit, a new block follows. */
class Blocks {
  readonly #size: number;
  #block = new Uint8Array(0);
  #offset = 0;

  constructor(size: number) {
    this.#size = size;
  }

  copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const offset = this.#offset;
    const next = offset + end - start;
    if (next > this.#block.length) {
      this.#renew();
      return this.copy(bytes, start, end);
    }
    this.#offset = next;
    this.#block.set(bytes.subarray(start, end), offset);
    return this.#block.subarray(offset, next);
  }

  /** Takes a new block. As with Node's own pool, a transfer of one payload must not empty the others. */
  #renew(): void {
    this.#block = new Uint8Array(this.#size);
    this.#offset = 0;
    markAsUntransferable(this.#block.buffer);
  }
}
