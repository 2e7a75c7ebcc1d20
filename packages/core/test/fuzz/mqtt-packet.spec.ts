import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { clientPackets } from "../../src/codec/client-packets.js";
import { serverPackets } from "../../src/codec/server-packets.js";
import type { PacketTable } from "../../src/codec/packet-table.js";
import { carried, clientCarriers, serverCarriers } from "../vectors/carriers.js";
import { propertyCases } from "../vectors/property-cases.js";
import { bytesOf, clientBytes, hexOf, joined, serverBytes } from "../vectors/wire.js";
import { clientPacket, serverPacket } from "./arbitraries.js";
import { change, changed, type Change } from "./changes.js";
import { disagreementsAbout, disagreementsInWriting } from "./differential.js";
import { disagreements } from "./disagreements.js";
import type { AnyPacket } from "./mqtt-packet.js";
import { runs, told } from "./runs.js";

const valid = runs(6, 1500);
const mutated = runs(7, 4000);
const blocks = runs(8, 4000);

/** Gathered by all tests of this file, for the last one. */
const occurred = new Set<string>();

/** Takes note of disagreements; one that is not listed is a failure. */
function judge(names: readonly string[], what: string): void {
  for (const name of names) {
    occurred.add(name);
    if (!(name in disagreements)) {
      throw new Error(`${name}: ${what}`);
    }
  }
}

function judgeBytes(table: PacketTable<AnyPacket>, bytes: Uint8Array): void {
  judge(disagreementsAbout(table, bytes), hexOf(bytes));
}

/** The first byte and a body, with the right length between them. */
function framedBytes(firstByte: number, body: Uint8Array): Uint8Array {
  const header = [firstByte];
  let rest = body.length;
  do {
    header.push(rest > 127 ? (rest & 127) | 128 : rest);
    rest >>>= 7;
  } while (rest > 0);
  return joined([Uint8Array.from(header), body]);
}

/** Changes the body of a packet and gives it its right length again, so that it is still one packet. */
function changedBody(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  const bodyStart = bytes.findIndex((byte, index) => index > 0 && byte < 128) + 1;
  return framedBytes(bytes[0] ?? 0, changes.reduce(changed, bytes.slice(bodyStart)));
}

const changes = fc.array(change, { minLength: 1, maxLength: 2 });

/** Properties that are right somewhere, and some that are right nowhere. */
const property = fc.constantFrom(
  ...propertyCases.map(({ hex }) => hex),
  ...["01 02", "08 00 00", "08 00 01 23", "0b 00", "0b 80 00", "17 02", "19 02", "1f 00 01 00", "1f 00 01 ff"],
  ...["21 00 00", "23 00 00", "24 02", "25 02", "27 00 00 00 00", "28 02", "29 02", "2a 02"],
  ...["00", "7f 00", "80 01 00", "26 00 01 61 00 00 26 00 01 61 00 01 62"],
);

const sides = [
  {
    side: "server",
    table: serverPackets as PacketTable<AnyPacket>,
    packet: serverPacket as fc.Arbitrary<AnyPacket>,
    write: (packet: AnyPacket) => serverBytes(packet as Parameters<typeof serverBytes>[0]),
    carriers: Object.values(serverCarriers),
  },
  {
    side: "client",
    table: clientPackets as PacketTable<AnyPacket>,
    packet: clientPacket as fc.Arbitrary<AnyPacket>,
    write: (packet: AnyPacket) => clientBytes(packet as Parameters<typeof clientBytes>[0]),
    carriers: Object.values(clientCarriers),
  },
];

describe("this codec and mqtt-packet agree, but for the disagreements listed", () => {
  describe.each(sides)("about packets of a $side", ({ table, packet, write, carriers }) => {
    test(`as they are written, by either ${told(valid)}`, () => {
      fc.assert(
        fc.property(packet, (it) => {
          judgeBytes(table, write(it));
          judge(disagreementsInWriting(table, it), JSON.stringify(it));
        }),
        valid,
      );
    });

    test(`with changes ${told(mutated)}`, () => {
      fc.assert(
        fc.property(packet, changes, (it, made) => {
          judgeBytes(table, changedBody(write(it), made));
        }),
        mutated,
      );
    });

    test(`with any properties in any packet ${told(blocks)}`, () => {
      fc.assert(
        fc.property(fc.constantFrom(...carriers), fc.array(property, { maxLength: 3 }), (carrier, properties) => {
          judgeBytes(table, bytesOf(carried(carrier, properties.join(" "))));
        }),
        blocks,
      );
    });

    test("with any first byte", () => {
      for (let firstByte = 0; firstByte < 256; firstByte++) {
        for (const body of ["", "00", "00 01", "00 01 00", "00 01 61 00", "00 00 01 00", "00 01 61 00 01 00"]) {
          judgeBytes(table, framedBytes(firstByte, bytesOf(body)));
        }
      }
    });
  });

  test.each([
    "20 02 00 01",
    "10 0d 00 04 4d 51 54 54 05 00 00 00 00 00 00",
    "82 10 00 01 00 00 0a 24 73 68 61 72 65 2f 67 2f 61 04",
    "f0 06 19 04 15 00 01 6d",
    "e0 01 8c",
    "10 0f 00 04 4d 51 54 54 04 02 00 3c 00 00 03 61 62 63",
    "90 04 00 00 00 00",
    "30 05 00 01 23 00 70",
    "82 03 00 01 00",
    "a2 03 00 01 00",
    "10 13 00 04 4d 51 54 54 05 06 00 00 00 00 00 00 00 01 23 00 00",
    "10 13 00 04 4d 51 54 54 05 1e 00 00 00 00 00 00 00 01 77 00 00",
    "38 05 00 01 61 00 70",
    "32 06 00 01 61 00 00 00",
  ])("%s", (hex) => {
    judgeBytes(serverPackets, bytesOf(hex));
    judgeBytes(clientPackets, bytesOf(hex));
  });

  test("every disagreement that is listed occurs", () => {
    expect(Object.keys(disagreements).filter((name) => !occurred.has(name))).toStrictEqual([]);
  });
});
