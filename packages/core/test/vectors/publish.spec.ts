import { describe, expect, test } from "@jest/globals";
import { publishSize } from "../../src/codec/packets/publish.js";
import type { OutboundPublishPacket, PublishPacket } from "../../src/codec/packets/publish.js";
import {
  areEqual,
  bytesOf,
  clientBytes,
  clientHex,
  framed,
  fromClient,
  fromServer,
  hexOf,
  joined,
  readServer,
  refusalOf,
  serverHex,
} from "./wire.js";

const plain: PublishPacket = {
  type: "publish",
  topic: "a",
  payload: Uint8Array.of(0x70),
  qos: 0,
  retain: false,
  dup: false,
};

const vectors: readonly { title: string; packet: PublishPacket; hex: string }[] = [
  {
    title: "MQTT-2.2.1-2 MQTT-2.2.2-1 MQTT-4.3.1-1: QoS 0 has no packet identifier and property length 0",
    packet: plain,
    hex: "30 05 00 01 61 00 70",
  },
  { title: "retained", packet: { ...plain, retain: true }, hex: "31 05 00 01 61 00 70" },
  { title: "QoS 1", packet: { ...plain, qos: 1, packetId: 0x0102 }, hex: "32 07 00 01 61 01 02 00 70" },
  { title: "QoS 2", packet: { ...plain, qos: 2, packetId: 65_535 }, hex: "34 07 00 01 61 ff ff 00 70" },
  {
    title: "MQTT-3.3.1-1 MQTT-3.3.1-3: sent again",
    packet: { ...plain, qos: 1, dup: true, packetId: 1 },
    hex: "3a 07 00 01 61 00 01 00 70",
  },
  {
    title: "everything set",
    packet: { ...plain, qos: 2, dup: true, retain: true, packetId: 1 },
    hex: "3d 07 00 01 61 00 01 00 70",
  },
  { title: "no payload", packet: { ...plain, payload: new Uint8Array(0) }, hex: "30 04 00 01 61 00" },
  {
    title: "a topic of other letters",
    packet: { ...plain, topic: "é€😀" },
    hex: "30 0d 00 09 c3 a9 e2 82 ac f0 9f 98 80 00 70",
  },
  {
    title: "MQTT-1.5.4-3: a topic that begins with U+FEFF keeps it",
    packet: { ...plain, topic: "\ufeffa" },
    hex: "30 08 00 04 ef bb bf 61 00 70",
  },
  {
    title: "an empty topic with an alias",
    packet: { ...plain, topic: "", topicAlias: 5 },
    hex: "30 07 00 00 03 23 00 05 70",
  },
];

describe("PUBLISH", () => {
  test.each(vectors)("$title", ({ packet, hex }) => {
    expect(clientHex(packet)).toBe(hex);
    expect(serverHex(packet)).toBe(hex);
    expect(fromServer(hex)).toStrictEqual([packet]);
    expect(fromClient(hex)).toStrictEqual([packet]);
    expect(publishSize(packet)).toBe(bytesOf(hex).length);
  });

  test("a payload and correlation data of text are written in UTF-8", () => {
    const packet: OutboundPublishPacket = { ...plain, payload: "é😀", correlationData: "ß" };
    const hex = "30 0f 00 01 61 05 09 00 02 c3 9f c3 a9 f0 9f 98 80";
    expect(clientHex(packet)).toBe(hex);
    expect(publishSize(packet)).toBe(bytesOf(hex).length);
  });

  test("a payload is any bytes: U+0000 and lone surrogates in a text are no error", () => {
    const packet: OutboundPublishPacket = { ...plain, payload: "\0\ud800a\udc00" };
    expect(clientHex(packet)).toBe("30 0c 00 01 61 00 00 ef bf bd 61 ef bf bd");
  });

  test("MQTT-3.3.1-2: at QoS 0 DUP is not written", () => {
    expect(clientHex({ ...plain, dup: true })).toBe("30 05 00 01 61 00 70");
  });

  test("MQTT-2.2.1-2: at QoS 0 a left-over packet identifier is not written", () => {
    expect(clientHex({ ...plain, packetId: 7 })).toBe("30 05 00 01 61 00 70");
  });

  test.each([
    [127, "7f"],
    [128, "80 01"],
    [16_383, "ff 7f"],
    [16_384, "80 80 01"],
    [2_097_151, "ff ff 7f"],
    [2_097_152, "80 80 80 01"],
  ])("MQTT-1.5.5-1: a remaining length of %d is written as %s, and read", (length, hex) => {
    const packet = { ...plain, payload: new Uint8Array(length - 4).fill(0x55) };
    const expected = joined([bytesOf(`30 ${hex} 00 01 61 00`), packet.payload]);
    const bytes = clientBytes(packet);
    expect(areEqual(bytes, expected)).toBe(true);
    expect(publishSize(packet)).toBe(expected.length);
    const [received] = readServer(bytes);
    expect(received?.type === "publish" && areEqual(received.payload, packet.payload)).toBe(true);
  });

  test("MQTT-4.7.3-3: a topic of 65535 bytes is written, and read", () => {
    const longest = "€".repeat(21_845);
    expect(fromServer(serverHex({ ...plain, topic: longest }))).toStrictEqual([{ ...plain, topic: longest }]);
  });
});

describe("a PUBLISH that is refused", () => {
  test.each(["36", "37", "3e", "3f"])("MQTT-3.3.1-4: QoS bits 11 (0x%s)", (firstByte) => {
    const hex = framed(firstByte, "00 01 61 00 01 00 70");
    expect(refusalOf(() => fromServer(hex))).toStrictEqual(["malformed", "81", "MQTT-3.3.1-4"]);
    expect(refusalOf(() => fromClient(hex))).toStrictEqual(["malformed", "81", "MQTT-3.3.1-4"]);
  });

  test.each(["38", "39"])("MQTT-3.3.1-2: DUP at QoS 0 (0x%s)", (firstByte) => {
    const hex = framed(firstByte, "00 01 61 00 70");
    expect(refusalOf(() => fromServer(hex))).toStrictEqual(["violation", "82", "MQTT-3.3.1-2"]);
  });

  test("MQTT-2.2.1-4 MQTT-2.2.1-3: packet identifier 0, from either side", () => {
    const hex = "32 06 00 01 61 00 00 00";
    expect(refusalOf(() => fromServer(hex))).toStrictEqual(["violation", "82", "MQTT-2.2.1-4"]);
    expect(refusalOf(() => fromClient(hex))).toStrictEqual(["violation", "82", "MQTT-2.2.1-3"]);
  });

  test.each(["74 2f 2b", "23", "61 2b 62", "2b", "61 2f 23"])(
    "MQTT-3.3.2-2 MQTT-4.7.0-1: a topic with a wildcard (%s)",
    (topic) => {
      const hex = framed("30", `00 0${bytesOf(topic).length} ${topic} 00`);
      expect(refusalOf(() => fromServer(hex))).toStrictEqual(["violation", "82", "MQTT-3.3.2-2"]);
    },
  );

  test("MQTT-4.7.3-1: an empty topic without an alias", () => {
    expect(refusalOf(() => fromServer("30 03 00 00 00"))).toStrictEqual(["violation", "82", "MQTT-4.7.3-1"]);
  });

  test.each([
    ["an overlong form", "c0 af"],
    ["an encoded surrogate", "ed a0 80"],
    ["a cut character", "e2 82"],
    ["more than U+10FFFF", "f4 90 80 80"],
    ["a lone continuation", "61 80"],
    ["a byte that no character has", "ff"],
  ])("MQTT-1.5.4-1 MQTT-3.3.2-1 MQTT-3.3.2-13 MQTT-3.3.2-19 MQTT-1.5.7-1: %s", (_title, text) => {
    const field = `00 0${bytesOf(text).length} ${text}`;
    const refused = ["malformed", "81", "MQTT-1.5.4-1"];
    const withProperty = (hex: string) => framed("30", `00 01 61 ${hexOf(Uint8Array.of(bytesOf(hex).length))} ${hex}`);
    expect(refusalOf(() => fromServer(framed("30", `${field} 00`)))).toStrictEqual(refused);
    expect(refusalOf(() => fromServer(withProperty(`03 ${field}`)))).toStrictEqual(refused);
    expect(refusalOf(() => fromServer(withProperty(`08 ${field}`)))).toStrictEqual(refused);
    expect(refusalOf(() => fromServer(withProperty(`26 ${field} 00 00`)))).toStrictEqual(refused);
    expect(refusalOf(() => fromServer(withProperty(`26 00 00 ${field}`)))).toStrictEqual(refused);
  });

  test.each(["00", "74 2f 00 7a", `${"61 ".repeat(20)}00`])(
    "MQTT-1.5.4-2 MQTT-4.7.3-2: U+0000 in text (%s)",
    (text) => {
      const field = `${hexOf(Uint8Array.of(0, bytesOf(text).length))} ${text}`;
      const refused = ["malformed", "81", "MQTT-1.5.4-2"];
      expect(refusalOf(() => fromServer(framed("30", `${field} 00`)))).toStrictEqual(refused);
      const property = `26 00 00 ${field}`;
      const length = hexOf(Uint8Array.of(bytesOf(property).length));
      expect(refusalOf(() => fromServer(framed("30", `00 01 61 ${length} ${property}`)))).toStrictEqual(refused);
    },
  );

  test("MQTT-1.5.4-3: a user property keeps its U+FEFF", () => {
    const hex = "30 10 00 01 61 0c 26 00 04 ef bb bf 61 00 03 ef bb bf";
    expect(fromServer(hex)).toStrictEqual([
      { ...plain, payload: new Uint8Array(0), userProperties: [{ name: "\ufeffa", value: "\ufeff" }] },
    ]);
  });

  test.each(["30 00", "30 01 00", "30 02 00 01", "30 03 00 01 61", "32 04 00 01 61 00", "30 04 00 05 61 62"])(
    "%s ends inside a field (2.1.4)",
    (hex) => {
      expect(refusalOf(() => fromServer(hex))).toStrictEqual(["malformed", "81", "2.1.4"]);
    },
  );
});
