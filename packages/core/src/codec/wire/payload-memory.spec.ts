import { describe, expect, test } from "@jest/globals";
import { PayloadMemory } from "./payload-memory.js";

const source = Uint8Array.from({ length: 70_000 }, (_, index) => index & 255);
const lengths = [0, 1, 63, 64, 65, 1000, 4096, 4097, 65_536];

describe("copies", () => {
  test.each(lengths)("of %d bytes are equal and do not change with their source", (length) => {
    const bytes = source.slice();
    const copy = new PayloadMemory().copy(bytes, 10, 10 + length);
    bytes.fill(0);
    expect(copy).toStrictEqual(source.slice(10, 10 + length));
  });

  test("do not touch each other", () => {
    const memory = new PayloadMemory();
    const copies = Array.from({ length: 500 }, (_, index) => memory.copy(source, index, index + 300));
    copies.forEach((copy, index) => {
      expect(copy).toStrictEqual(source.slice(index, index + 300));
    });
  });

  test("keep at most 16 KiB alive beside themselves", () => {
    const memory = new PayloadMemory();
    const sizes = Array.from({ length: 500 }, () => memory.copy(source, 0, 300).buffer.byteLength);
    expect(Math.max(...sizes)).toBe(16_384);
  });

  test.each([0, 1, 64, 4097, 65_536])("of %d bytes have memory of their own", (length) => {
    expect(new PayloadMemory().copy(source, 0, length).buffer.byteLength).toBe(length);
  });
});
