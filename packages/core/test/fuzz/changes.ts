/** Small changes to bytes, of the kinds that find what a parser takes for granted. */
import fc from "fast-check";
import { joined } from "../vectors/wire.js";

/** One change to a stream: a byte, a bit, a piece left out, doubled, or put in. */
export const change = fc.record({
  kind: fc.constantFrom(
    "byte" as const,
    "bit" as const,
    "cut" as const,
    "double" as const,
    "insert" as const,
    "end" as const,
  ),
  place: fc.nat(),
  value: fc.oneof(fc.constantFrom(0, 1, 2, 3, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 255 })),
  length: fc.integer({ min: 1, max: 6 }),
});

export type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

export function changed(bytes: Uint8Array, { kind, place, value, length }: Change): Uint8Array {
  if (bytes.length === 0) {
    return bytes;
  }
  const at = place % bytes.length;
  const before = bytes.slice(0, at);
  const piece = bytes.slice(at, at + length);
  const after = bytes.slice(at + length);
  switch (kind) {
    case "byte":
      return joined([before, Uint8Array.of(value), bytes.slice(at + 1)]);
    case "bit":
      return joined([before, Uint8Array.of((bytes[at] ?? 0) ^ (1 << (value & 7))), bytes.slice(at + 1)]);
    case "cut":
      return joined([before, after]);
    case "double":
      return joined([before, piece, piece, after]);
    case "insert":
      return joined([before, new Uint8Array(length).fill(value), piece, after]);
    case "end":
      return before;
  }
}
