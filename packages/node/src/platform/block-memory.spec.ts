import { describe, expect, test } from "@jest/globals";
import { BlockMemory } from "./block-memory.js";

const source = Uint8Array.from({ length: 70_000 }, (_, index) => index & 255);
const lengths = [0, 1, 63, 64, 65, 256, 257, 1000, 4096, 4097, 65_536];

/** The number of bytes that a payload of this length keeps alive. */
function pinnedBy(length: number): number {
  return new BlockMemory().copy(source, 0, length).buffer.byteLength;
}

describe("copies", () => {
  test.each(lengths)("of %d bytes are equal and do not change with their source", (length) => {
    const bytes = source.slice();
    const copy = new BlockMemory().copy(bytes, 10, 10 + length);
    bytes.fill(0);
    expect(copy).toStrictEqual(source.slice(10, 10 + length));
  });

  test.each([
    [100, 200],
    [200, 3000],
    [300, 4096],
  ])("of %d and %d bytes do not touch each other", (short, long) => {
    const memory = new BlockMemory();
    const ends = Array.from({ length: 500 }, (_, index) => index + (index % 3 === 0 ? long : short));
    const copies = ends.map((end, start) => memory.copy(source, start, end));
    copies.forEach((copy, start) => {
      expect(copy).toStrictEqual(source.slice(start, ends[start]));
    });
  });

  test.each([0, 1, 64, 4097, 65_536])("of %d bytes have memory of their own", (length) => {
    expect(pinnedBy(length)).toBe(length);
  });

  test.each([
    [65, 4_096],
    [256, 4_096],
    [257, 16_384],
    [4_096, 16_384],
  ])("of %d bytes keep at most %d bytes alive", (length, pinned) => {
    expect(pinnedBy(length)).toBe(pinned);
  });

  test("of small payloads never keep the memory of large ones alive", () => {
    const memory = new BlockMemory();
    const kept = Array.from({ length: 2_000 }, () => {
      memory.copy(source, 0, 4_096);
      return memory.copy(source, 0, 65);
    });
    const blocks = new Set(kept.map(({ buffer }) => buffer));
    const pinned = [...blocks].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(pinned).toBeLessThan(2_000 * 65 * 1.05);
  });

  test("stay whole when another one of their block is transferred", () => {
    const memory = new BlockMemory();
    const [one, other] = [memory.copy(source, 0, 100), memory.copy(source, 100, 200)];
    expect(one.buffer).toBe(other.buffer);
    try {
      // Node 20 copies a buffer that may not be transferred; later versions refuse the transfer.
      structuredClone(one, { transfer: [one.buffer as ArrayBuffer] });
    } catch (error) {
      expect(error).toHaveProperty("name", "DataCloneError");
    }
    expect(one).toStrictEqual(source.slice(0, 100));
    expect(other).toStrictEqual(source.slice(100, 200));
  });
});
