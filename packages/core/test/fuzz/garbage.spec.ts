import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { ByteReader } from "../../src/codec/wire/byte-reader.js";
import { clientPackets } from "../../src/codec/client-packets.js";
import { serverPackets } from "../../src/codec/server-packets.js";
import type { PacketTable } from "../../src/codec/packet-table.js";
import { bytesOf, clientBytes, joined, serverBytes } from "../vectors/wire.js";
import { clientPacket, pieceLengths, serverPacket } from "./arbitraries.js";
import { change, changed } from "./changes.js";
import { runs, told } from "./runs.js";
import { cut, decode } from "./streams.js";

const random = runs(4, 3000);
const mutated = runs(5, 3000);

/** Bytes that look like packets: every so often a first byte and a length that fit each other. */
const lookalike = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        0x10,
        0x20,
        0x30,
        0x31,
        0x32,
        0x34,
        0x3d,
        0x40,
        0x50,
        0x62,
        0x70,
        0x82,
        0x90,
        0xa2,
        0xb0,
        0xd0,
        0xe0,
        0xf0,
      ),
      fc.uint8Array({ maxLength: 40 }),
    ),
    { maxLength: 4 },
  )
  .map((packets) => joined(packets.map(([firstByte, body]) => Uint8Array.of(firstByte, body.length, ...body))));

/** Lengths of the arrays that the codec makes while a test runs. */
let allocations: number[] = [];
const PlainArray = Uint8Array;

/** What was counted over all tests: nothing would mean that nothing is bounded. */
let countedReads = 0;
let countedAllocations = 0;

/** All reads of a field go through one of these. */
const reads = (["byte", "twoByteInteger", "skip"] as const).map((name) => jest.spyOn(ByteReader.prototype, name));

beforeEach(() => {
  globalThis.Uint8Array = new Proxy(PlainArray, {
    construct(target, [first, ...rest]: [unknown, ...unknown[]]) {
      if (typeof first === "number") {
        allocations.push(first);
      }
      return Reflect.construct(target, [first, ...rest]) as object;
    },
  });
});

afterEach(() => {
  globalThis.Uint8Array = PlainArray;
});

/** Decodes bytes whole and cut, within bounds, and with the same outcome. */
function tryBoth<Packet>(table: PacketTable<Packet>, bytes: Uint8Array, lengths: readonly number[]): void {
  const pieces = cut(bytes, lengths);
  const whole = [bytes.slice()];
  allocations = [];
  reads.forEach((spy) => spy.mockClear());
  const cutOutcome = decode(table, pieces);
  const wholeOutcome = decode(table, whole);
  // Both of them: a packet takes two bytes, a read that does not advance ends its packet, and a chunk ends once.
  expect(cutOutcome.steps + wholeOutcome.steps).toBeLessThanOrEqual(bytes.length + pieces.length + 1);
  const readCount = reads.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  expect(readCount).toBeLessThanOrEqual(6 * bytes.length + 20);
  countedReads += readCount;
  countedAllocations += allocations.length;
  expect(Math.max(0, ...allocations)).toBeLessThanOrEqual(Math.max(16_384, 4 * bytes.length));
  expect({ ...cutOutcome, steps: 0 }).toStrictEqual({ ...wholeOutcome, steps: 0 });
}

describe("any bytes give packets or one typed error, the same however they are cut, in bounded memory and steps", () => {
  test(`random bytes ${told(random)}`, () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 64 }), lookalike);
    fc.assert(
      fc.property(bytes, pieceLengths, (garbage, lengths) => {
        tryBoth(serverPackets, garbage, lengths);
        tryBoth(clientPackets, garbage, lengths);
      }),
      random,
    );
  });

  test(`changed streams of a server ${told(mutated)}`, () => {
    const stream = fc.array(serverPacket, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        stream,
        fc.array(change, { minLength: 1, maxLength: 3 }),
        pieceLengths,
        (packets, changes, lengths) => {
          tryBoth(serverPackets, changes.reduce(changed, serverBytes(...packets)), lengths);
        },
      ),
      mutated,
    );
  });

  test(`changed streams of a client ${told(mutated)}`, () => {
    const stream = fc.array(clientPacket, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        stream,
        fc.array(change, { minLength: 1, maxLength: 3 }),
        pieceLengths,
        (packets, changes, lengths) => {
          tryBoth(clientPackets, changes.reduce(changed, clientBytes(...packets)), lengths);
        },
      ),
      mutated,
    );
  });

  test("any first byte with any length, before a packet", () => {
    for (let firstByte = 0; firstByte < 256; firstByte++) {
      for (const second of [0, 1, 2, 3, 4, 5, 0x7f, 0x80, 0xff]) {
        tryBoth(serverPackets, PlainArray.of(firstByte, second, 0xd0, 0), [1]);
        tryBoth(clientPackets, PlainArray.of(firstByte, second, 0xc0, 0), [1]);
      }
    }
  });

  test("reads and allocations were counted", () => {
    expect([countedReads > 10_000, countedAllocations > 100]).toStrictEqual([true, true]);
  });
});

describe("what was found once", () => {
  test.each([
    ["a length of five bytes", "30 ff ff ff ff 01"],
    ["a length that ends with its chunk", "30 80"],
    [
      "an alias after many user properties",
      "30 1a 00 01 61 15 26 00 01 61 00 01 62 26 00 01 61 00 01 62 23 00 01 0b 01 0b 70",
    ],
    ["a property length that takes the payload", "30 05 00 01 61 02 70"],
    ["DISCONNECT and AUTH in their short forms, before another packet", "e0 00 f0 00 d0 00"],
    ["PUBREL of one byte", "62 01 00"],
    ["server keep-alive twice", "20 09 00 00 06 13 00 3c 13 00 3c"],
  ])("%s", (_title, hex) => {
    for (let length = 1; length < bytesOf(hex).length; length++) {
      tryBoth(serverPackets, bytesOf(hex), [length]);
    }
  });
});
