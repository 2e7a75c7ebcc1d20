import { describe, expect, test } from "@jest/globals";
import { ByteWriter } from "../../src/codec/wire/byte-writer.js";
import type { ClientPacket } from "../../src/codec/client-packets.js";
import type { ServerPacket } from "../../src/codec/server-packets.js";
import { encodeAcknowledgement, type AcknowledgementType } from "../../src/codec/packets/layouts/acknowledgement.js";
import * as PacketType from "../../src/codec/packet-type.js";
import { clientHex, framed, fromClient, fromServer, hexOf, joined, refusalOf, serverHex } from "./wire.js";

interface Kind {
  readonly name: "puback" | "pubrec" | "pubrel" | "pubcomp";
  readonly firstByte: string;
  readonly packetType: AcknowledgementType;
  readonly statement: string;
  readonly codes: readonly number[];
}

const ofPublish = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
const ofRelease = [0x00, 0x92];

const kinds: readonly Kind[] = [
  { name: "puback", firstByte: "40", packetType: PacketType.Puback, statement: "MQTT-3.4.2-1", codes: ofPublish },
  { name: "pubrec", firstByte: "50", packetType: PacketType.Pubrec, statement: "MQTT-3.5.2-1", codes: ofPublish },
  { name: "pubrel", firstByte: "62", packetType: PacketType.Pubrel, statement: "MQTT-3.6.2-1", codes: ofRelease },
  { name: "pubcomp", firstByte: "70", packetType: PacketType.Pubcomp, statement: "MQTT-3.7.2-1", codes: ofRelease },
];

const everyByte = Array.from({ length: 256 }, (_, byte) => byte);
const hexByte = (byte: number) => byte.toString(16).padStart(2, "0");

describe.each(kinds)("$name", ({ name, firstByte, packetType, statement, codes }) => {
  const packetOf = (fields: object) =>
    ({ type: name, packetId: 0x0102, reasonCode: 0, ...fields }) as ClientPacket & ServerPacket;
  const written = (reasonCode: number) => {
    const writer = new ByteWriter();
    encodeAcknowledgement(writer, packetType, 0x0102, reasonCode);
    return hexOf(joined(writer.take()));
  };

  test("MQTT-2.2.1-5: success is the packet identifier alone", () => {
    const hex = `${firstByte} 02 01 02`;
    expect([written(0), clientHex(packetOf({})), serverHex(packetOf({}))]).toStrictEqual([hex, hex, hex]);
    expect([fromServer(hex), fromClient(hex)]).toStrictEqual([[packetOf({})], [packetOf({})]]);
  });

  test(`${statement}: each listed reason code, in its form without properties`, () => {
    for (const reasonCode of codes.filter((code) => code !== 0)) {
      const hex = `${firstByte} 03 01 02 ${hexByte(reasonCode)}`;
      expect([written(reasonCode), clientHex(packetOf({ reasonCode }))]).toStrictEqual([hex, hex]);
      expect([fromServer(hex), fromClient(hex)]).toStrictEqual([
        [packetOf({ reasonCode })],
        [packetOf({ reasonCode })],
      ]);
    }
  });

  test(`${statement}: any other reason code is refused, from either side`, () => {
    for (const reasonCode of everyByte.filter((byte) => !codes.includes(byte))) {
      const hex = `${firstByte} 03 01 02 ${hexByte(reasonCode)}`;
      expect(refusalOf(() => fromServer(hex))).toStrictEqual(["violation", "82", statement]);
      expect(refusalOf(() => fromClient(hex))).toStrictEqual(["violation", "82", statement]);
    }
  });

  test("reason code 0 and property length 0 may be written out", () => {
    expect(fromServer(`${firstByte} 03 01 02 00`)).toStrictEqual([packetOf({})]);
    expect(fromServer(`${firstByte} 04 01 02 00 00`)).toStrictEqual([packetOf({})]);
  });

  test("a reason string and user properties", () => {
    const fields = { reasonString: "no", userProperties: [{ name: "a", value: "b" }] };
    const hex = framed(firstByte, "01 02 00 0c 1f 00 02 6e 6f 26 00 01 61 00 01 62");
    expect(clientHex(packetOf(fields))).toBe(hex);
    expect(fromServer(hex)).toStrictEqual([packetOf(fields)]);
  });

  test("MQTT-2.2.1-5: packet identifier 0 is refused", () => {
    expect(refusalOf(() => fromServer(`${firstByte} 02 00 00`))).toStrictEqual(["violation", "82", "MQTT-2.2.1-5"]);
  });

  test.each(["00", "01 00", "05 00 01 00 00 00"])("a body that is too short or too long (%s) is malformed", (rest) => {
    expect(refusalOf(() => fromServer(`${firstByte} ${rest}`))).toStrictEqual(["malformed", "81", "2.1.4"]);
  });
});

test("MQTT-3.6.1-1: PUBREL has the flags 0010, and no DUP", () => {
  for (const firstByte of ["60", "61", "63", "66", "6a"]) {
    expect(refusalOf(() => fromServer(`${firstByte} 02 00 01`))).toStrictEqual(["malformed", "81", "MQTT-3.6.1-1"]);
  }
});
