import { describe, expect, test } from "@jest/globals";
import type { ConnackPacket } from "../../src/codec/packets/connack.js";
import { ConnectReasonCode } from "../../src/codec/reason-codes.js";
import { fromServer, refusalOf, serverHex } from "./wire.js";

const accepted: ConnackPacket = { type: "connack", sessionPresent: false, reasonCode: 0 };

describe("CONNACK", () => {
  test.each([
    ["MQTT-2.2.2-1: accepted, without properties", "20 03 00 00 00", accepted],
    ["session present", "20 03 01 00 00", { ...accepted, sessionPresent: true }],
    ["refused", "20 03 00 87 00", { ...accepted, reasonCode: ConnectReasonCode.NotAuthorized }],
  ])("%s", (_title, hex, packet) => {
    expect(serverHex(packet)).toBe(hex);
    expect(fromServer(hex)).toStrictEqual([packet]);
  });

  test("MQTT-3.1.2-2: the CONNACK of a broker without MQTT 5 says that the version is unsupported", () => {
    const unsupported = { ...accepted, reasonCode: ConnectReasonCode.UnsupportedProtocolVersion };
    expect(fromServer("20 02 00 01")).toStrictEqual([unsupported]);
  });

  test.each(["20 02 00 00", "20 02 00 05", "20 02 01 01", "20 01 00", "20 00"])(
    "MQTT-2.2.2-1: %s is too short for a CONNACK",
    (hex) => {
      expect(refusalOf(() => fromServer(hex))).toStrictEqual(["malformed", "81", "2.1.4"]);
    },
  );

  test.each(["02", "03", "80", "ff"])("MQTT-3.2.2-1: acknowledge flags 0x%s are malformed", (flags) => {
    expect(refusalOf(() => fromServer(`20 03 ${flags} 00 00`))).toStrictEqual(["malformed", "81", "MQTT-3.2.2-1"]);
  });

  test.each([0x01, 0x7f, 0x8b, 0xff])("MQTT-3.2.2-8: code %d is not listed, and stays a number", (reasonCode) => {
    const hex = `20 03 00 ${reasonCode.toString(16).padStart(2, "0")} 00`;
    expect(fromServer(hex)).toStrictEqual([{ ...accepted, reasonCode }]);
  });

  test("bytes after the properties are malformed (2.1.4)", () => {
    expect(refusalOf(() => fromServer("20 04 00 00 00 00"))).toStrictEqual(["malformed", "81", "2.1.4"]);
  });

  test.each([
    ["server keep-alive", "20 09 00 00 06 13 00 3c 13 00 3c"],
    ["receive maximum", "20 09 00 00 06 21 00 0a 21 00 0b"],
  ])("%s twice is a protocol error, not a list (2.2.2.2)", (_name, hex) => {
    expect(refusalOf(() => fromServer(hex))).toStrictEqual(["violation", "82", "2.2.2.2"]);
  });

  test("everything at once", () => {
    const packet: ConnackPacket = {
      type: "connack",
      sessionPresent: true,
      reasonCode: 0,
      sessionExpiryInterval: 7,
      receiveMaximum: 20,
      maximumQos: 0,
      topicAliasMaximum: 10,
      reasonString: "ok",
      userProperties: [{ name: "a", value: "b" }],
      serverKeepAlive: 30,
    };
    const hex = "20 1f 01 00 1c 11 00 00 00 07 21 00 14 24 00 22 00 0a 1f 00 02 6f 6b 26 00 01 61 00 01 62 13 00 1e";
    expect(serverHex(packet)).toBe(hex);
    expect(fromServer(hex)).toStrictEqual([packet]);
  });
});
