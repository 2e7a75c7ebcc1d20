import { describe, expect, test } from "@jest/globals";
import { clientHex, fromClient, fromServer, refusalOf, serverHex } from "./wire.js";

const everyFlags = Array.from({ length: 16 }, (_, flags) => flags);
const hexByte = (byte: number) => byte.toString(16).padStart(2, "0");

describe("pings", () => {
  test("PINGREQ and PINGRESP are two bytes", () => {
    expect([clientHex({ type: "pingreq" }), serverHex({ type: "pingresp" })]).toStrictEqual(["c0 00", "d0 00"]);
    expect([fromClient("c0 00"), fromServer("d0 00")]).toStrictEqual([[{ type: "pingreq" }], [{ type: "pingresp" }]]);
  });

  test("a ping with a body is malformed (2.1.4)", () => {
    expect(refusalOf(() => fromServer("d0 01 00"))).toStrictEqual(["malformed", "81", "2.1.4"]);
    expect(refusalOf(() => fromClient("c0 02 00 00"))).toStrictEqual(["malformed", "81", "2.1.4"]);
  });
});

describe("the first byte", () => {
  /** The flags of every packet that one side sends, and the statement that other flags break. */
  const ofServer = [
    [2, 0, "MQTT-2.1.3-1"],
    [4, 0, "MQTT-2.1.3-1"],
    [5, 0, "MQTT-2.1.3-1"],
    [6, 2, "MQTT-3.6.1-1"],
    [7, 0, "MQTT-2.1.3-1"],
    [9, 0, "MQTT-2.1.3-1"],
    [11, 0, "MQTT-2.1.3-1"],
    [13, 0, "MQTT-2.1.3-1"],
    [14, 0, "MQTT-3.14.1-1"],
    [15, 0, "MQTT-3.15.1-1"],
  ] as const;
  const ofClient = [
    [1, 0, "MQTT-2.1.3-1"],
    [4, 0, "MQTT-2.1.3-1"],
    [5, 0, "MQTT-2.1.3-1"],
    [6, 2, "MQTT-3.6.1-1"],
    [7, 0, "MQTT-2.1.3-1"],
    [8, 2, "MQTT-3.8.1-1"],
    [10, 2, "MQTT-3.10.1-1"],
    [12, 0, "MQTT-2.1.3-1"],
    [14, 0, "MQTT-3.14.1-1"],
    [15, 0, "MQTT-3.15.1-1"],
  ] as const;

  test.each([
    { side: "server", types: ofServer, read: fromServer },
    { side: "client", types: ofClient, read: fromClient },
  ])(
    "MQTT-2.1.3-1 MQTT-3.6.1-1 MQTT-3.8.1-1 MQTT-3.10.1-1 MQTT-3.14.1-1 MQTT-3.15.1-1: flags of a $side's packets",
    ({ types, read }) => {
      for (const [type, right, statement] of types) {
        for (const flags of everyFlags.filter((it) => it !== right)) {
          const hex = `${hexByte((type << 4) | flags)} 00`;
          expect(refusalOf(() => read(hex))).toStrictEqual(["malformed", "81", statement]);
        }
      }
    },
  );

  test("type 0 is malformed (2.1.2)", () => {
    expect(refusalOf(() => fromServer("00 00"))).toStrictEqual(["malformed", "81", "2.1.2"]);
    expect(refusalOf(() => fromClient("0f 00"))).toStrictEqual(["malformed", "81", "2.1.2"]);
  });

  test("a packet that the other side never sends is a protocol error (2.1.2)", () => {
    for (const firstByte of ["10", "82", "a2", "c0"]) {
      expect(refusalOf(() => fromServer(`${firstByte} 00`))).toStrictEqual(["violation", "82", "2.1.2"]);
    }
    for (const firstByte of ["20", "90", "b0", "d0"]) {
      expect(refusalOf(() => fromClient(`${firstByte} 00`))).toStrictEqual(["violation", "82", "2.1.2"]);
    }
  });
});

describe("the remaining length", () => {
  test.each(["d0 80 00", "40 82 00 00 01", "40 82 80 00 00 01", "40 82 80 80 00 00 01"])(
    "MQTT-1.5.5-1: %s has a longer form than needed",
    (hex) => {
      expect(refusalOf(() => fromServer(hex))).toStrictEqual(["malformed", "81", "MQTT-1.5.5-1"]);
    },
  );

  test.each(["d0 80 80 80 80 01", "30 ff ff ff ff 7f", "30 ff ff ff ff ff"])("%s is longer than four bytes", (hex) => {
    expect(refusalOf(() => fromServer(hex))).toStrictEqual(["malformed", "81", "1.5.5"]);
  });
});
