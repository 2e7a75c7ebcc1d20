import { describe, expect, test } from "@jest/globals";
import type { AuthPacket } from "../../src/codec/packets/auth.js";
import type { DisconnectPacket } from "../../src/codec/packets/disconnect.js";
import { clientDisconnectReasonCodes } from "../../src/codec/reason-codes.js";
import { clientHex, framed, fromClient, fromServer, refusalOf, serverHex } from "./wire.js";

const everyByte = Array.from({ length: 256 }, (_, byte) => byte);
const hexByte = (byte: number) => byte.toString(16).padStart(2, "0");
const disconnect: DisconnectPacket = { type: "disconnect", reasonCode: 0 };

describe("DISCONNECT", () => {
  test("normal disconnection is two bytes, both ways", () => {
    expect([clientHex(disconnect), serverHex(disconnect)]).toStrictEqual(["e0 00", "e0 00"]);
    expect([fromServer("e0 00"), fromClient("e0 00")]).toStrictEqual([[disconnect], [disconnect]]);
  });

  test("its forms of length 0 and 1 do not reach into the packet that follows", () => {
    const ping = { type: "pingresp" };
    expect(fromServer("e0 00 d0 00")).toStrictEqual([disconnect, ping]);
    expect(fromServer("e0 01 81 d0 00")).toStrictEqual([{ ...disconnect, reasonCode: 0x81 }, ping]);
  });

  test("reason code 0 and property length 0 may be written out", () => {
    expect(fromServer("e0 01 00")).toStrictEqual([disconnect]);
    expect(fromServer("e0 02 00 00")).toStrictEqual([disconnect]);
  });

  const ofClients = [0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x8c, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];

  test("MQTT-3.14.2-1: a client writes the codes that a client may send", () => {
    expect(clientDisconnectReasonCodes).toStrictEqual(ofClients);
    for (const reasonCode of ofClients.slice(1)) {
      expect(clientHex({ ...disconnect, reasonCode })).toBe(`e0 01 ${hexByte(reasonCode)}`);
    }
  });

  test("MQTT-3.14.2-1: any code of a server arrives as a number, 0x8C and those not listed too", () => {
    for (const reasonCode of everyByte) {
      expect(fromServer(`e0 01 ${hexByte(reasonCode)}`)).toStrictEqual([{ ...disconnect, reasonCode }]);
    }
  });

  test("with everything, from each side", () => {
    const client: DisconnectPacket = { ...disconnect, sessionExpiryInterval: 0, reasonString: "x" };
    const clientWritten = framed("e0", "00 09 11 00 00 00 00 1f 00 01 78");
    expect(clientHex(client)).toBe(clientWritten);
    expect(fromClient(clientWritten)).toStrictEqual([client]);
    const server: DisconnectPacket = { ...disconnect, reasonCode: 0x9c, serverReference: "h" };
    expect(serverHex(server)).toBe("e0 06 9c 04 1c 00 01 68");
    expect(fromServer("e0 06 9c 04 1c 00 01 68")).toStrictEqual([server]);
  });

  test.each(["e1", "e2", "e8"])("MQTT-3.14.1-1: flags are checked (0x%s)", (firstByte) => {
    expect(refusalOf(() => fromServer(`${firstByte} 00`))).toStrictEqual(["malformed", "81", "MQTT-3.14.1-1"]);
    expect(refusalOf(() => fromClient(`${firstByte} 00`))).toStrictEqual(["malformed", "81", "MQTT-3.14.1-1"]);
  });

  test("bytes after the properties are malformed (2.1.4)", () => {
    expect(refusalOf(() => fromServer("e0 03 00 00 00"))).toStrictEqual(["malformed", "81", "2.1.4"]);
  });
});

describe("AUTH", () => {
  const auth: AuthPacket = { type: "auth", reasonCode: 0x18, authenticationMethod: "m" };

  test("a step of each side", () => {
    const packet: AuthPacket = { ...auth, authenticationData: Uint8Array.of(1, 2) };
    const hex = framed("f0", "18 09 15 00 01 6d 16 00 02 01 02");
    expect([clientHex(packet), serverHex(packet)]).toStrictEqual([hex, hex]);
    expect([fromClient(hex), fromServer(hex)]).toStrictEqual([[packet], [packet]]);
  });

  test("success without a method is two bytes, and does not reach into the packet that follows", () => {
    const success: AuthPacket = { type: "auth", reasonCode: 0 };
    expect(serverHex(success)).toBe("f0 00");
    expect(fromServer("f0 00 d0 00")).toStrictEqual([success, { type: "pingresp" }]);
  });

  test("success with a method is written out", () => {
    const success: AuthPacket = { ...auth, reasonCode: 0 };
    expect(serverHex(success)).toBe("f0 06 00 04 15 00 01 6d");
    expect(fromServer("f0 06 00 04 15 00 01 6d")).toStrictEqual([success]);
  });

  test("MQTT-3.15.2-1: a client may continue or re-authenticate, a server succeed or continue", () => {
    for (const reasonCode of everyByte) {
      const hex = `f0 06 ${hexByte(reasonCode)} 04 15 00 01 6d`;
      const refused = ["violation", "82", "MQTT-3.15.2-1"];
      expect(refusalOf(() => fromClient(hex))).toStrictEqual([0x18, 0x19].includes(reasonCode) ? "accepted" : refused);
      expect(refusalOf(() => fromServer(hex))).toStrictEqual([0x00, 0x18].includes(reasonCode) ? "accepted" : refused);
    }
  });

  test("a method is there in every form but the shortest (3.15.2.2.2)", () => {
    expect(refusalOf(() => fromServer("f0 02 00 00"))).toStrictEqual(["violation", "82", "3.15.2.2.2"]);
    expect(refusalOf(() => fromServer("f0 05 18 03 16 00 00"))).toStrictEqual(["violation", "82", "3.15.2.2.2"]);
  });

  test("a reason code without a property length is malformed (2.1.4)", () => {
    expect(refusalOf(() => fromServer("f0 01 18"))).toStrictEqual(["malformed", "81", "2.1.4"]);
  });

  test.each(["f1", "f2"])("MQTT-3.15.1-1: flags are checked (0x%s)", (firstByte) => {
    expect(refusalOf(() => fromServer(`${firstByte} 00`))).toStrictEqual(["malformed", "81", "MQTT-3.15.1-1"]);
    expect(refusalOf(() => fromClient(`${firstByte} 00`))).toStrictEqual(["malformed", "81", "MQTT-3.15.1-1"]);
  });
});
