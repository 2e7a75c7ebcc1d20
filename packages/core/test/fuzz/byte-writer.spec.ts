import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { ByteWriter } from "../../src/codec/wire/byte-writer.js";
import { areEqual, joined } from "../vectors/wire.js";
import { runs, told } from "./runs.js";

const many = runs(3, 400);

/** What may be done with a writer; a length is that of a payload. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("packet"), length: fc.integer({ min: 0, max: 3000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("packet"), length: fc.integer({ min: 60_000, max: 70_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unfinished"), length: fc.integer({ min: 0, max: 70_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("take"), length: fc.constant(0) }) },
);

/** Two writers in one: the real one, and a list of packets that does the same in the plainest way. */
class Pair {
  readonly #writer = new ByteWriter();
  readonly #taken: { chunk: Uint8Array; copy: Uint8Array }[] = [];
  #packets: Uint8Array[] = [];
  #serial = 0;

  do(kind: string, length: number): void {
    const payload = new Uint8Array(length).fill(++this.#serial);
    if (kind === "packet") {
      this.#writer.openPacket(0x30, this.#serial % 2 === 0 ? length : 0);
      this.#writer.closePacketWith(payload);
      this.#packets.push(joined([header(length), payload]));
    } else if (kind === "unfinished") {
      this.#writer.openPacket(0x10, length);
      this.#writer.bytes(payload);
    } else if (kind === "take") {
      this.take();
    }
    expect(this.#writer.length).toBe(this.#packets.reduce((sum, packet) => sum + packet.length, 0));
  }

  take(): void {
    const chunks = this.#writer.take();
    expect(areEqual(joined(chunks), joined(this.#packets))).toBe(true);
    this.#taken.push(...chunks.map((chunk) => ({ chunk, copy: chunk.slice() })));
    this.#packets = [];
  }

  /** Nothing that was handed over has changed since. */
  check(): void {
    expect(this.#taken.every(({ chunk, copy }) => areEqual(chunk, copy))).toBe(true);
  }
}

function header(length: number): Uint8Array {
  const bytes = [0x30];
  let rest = length;
  do {
    bytes.push(rest > 127 ? (rest & 127) | 128 : rest);
    rest >>>= 7;
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

test(`a writer does what a list of packets would do ${told(many)}`, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pair = new Pair();
      for (const { kind, length } of steps) {
        pair.do(kind, length);
      }
      pair.take();
      pair.check();
    }),
    many,
  );
});
