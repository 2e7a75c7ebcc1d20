import { describe, expect, test } from "@jest/globals";
import type { SubscribePacket, Subscription } from "../../src/codec/packets/subscribe.js";
import type { UnsubscribePacket } from "../../src/codec/packets/unsubscribe.js";
import { bytesOf, clientHex, framed, fromClient, fromServer, hexOf, refusalOf, serverHex } from "./wire.js";

const subscription: Subscription = {
  topicFilter: "f",
  qos: 0,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
};
const subscribe: SubscribePacket = { type: "subscribe", packetId: 1, subscriptions: [subscription] };
const unsubscribe: UnsubscribePacket = { type: "unsubscribe", packetId: 1, topicFilters: ["f"] };

const hexByte = (byte: number) => byte.toString(16).padStart(2, "0");
const everyByte = Array.from({ length: 256 }, (_, byte) => byte);
const textOf = (hex: string) => `${hexOf(Uint8Array.of(0, bytesOf(hex).length))} ${hex}`;

/** Filters that are none, with the bytes of each. */
const badFilters = [
  ["MQTT-4.7.3-1", ""],
  ["MQTT-4.7.1-1", "61 23"],
  ["MQTT-4.7.1-1", "23 2f 61"],
  ["MQTT-4.7.1-2", "61 2b"],
  ["MQTT-4.8.2-1", "24 73 68 61 72 65 2f 2f 61"],
  ["MQTT-4.8.2-2", "24 73 68 61 72 65 2f 67 2b 2f 61"],
  ["MQTT-4.8.2-2", "24 73 68 61 72 65 2f 67"],
] as const;

describe("SUBSCRIBE", () => {
  test("MQTT-3.8.1-1 MQTT-2.2.2-1: one filter", () => {
    expect(clientHex(subscribe)).toBe("82 07 00 01 00 00 01 66 00");
    expect(fromClient("82 07 00 01 00 00 01 66 00")).toStrictEqual([subscribe]);
  });

  test("several filters and a subscription identifier", () => {
    const packet: SubscribePacket = {
      ...subscribe,
      subscriptionIdentifier: 300,
      subscriptions: [subscription, { ...subscription, topicFilter: "$share/g/+/a", qos: 2 }],
    };
    const hex = framed("82", "00 01 03 0b ac 02 00 01 66 00 00 0c 24 73 68 61 72 65 2f 67 2f 2b 2f 61 02");
    expect(clientHex(packet)).toBe(hex);
    expect(fromClient(hex)).toStrictEqual([packet]);
  });

  test("MQTT-3.8.3-5: every byte of options is written and read, or refused for what is wrong with it", () => {
    for (const options of everyByte) {
      const hex = `82 07 00 01 00 00 01 66 ${hexByte(options)}`;
      const qos = options & 3;
      const retainHandling = (options >> 4) & 3;
      if (options >> 6 !== 0) {
        expect(refusalOf(() => fromClient(hex))).toStrictEqual(["malformed", "81", "MQTT-3.8.3-5"]);
      } else if (qos === 3 || retainHandling === 3) {
        expect(refusalOf(() => fromClient(hex))).toStrictEqual(["violation", "82", "3.8.3.1"]);
      } else {
        const noLocal = (options & 4) !== 0;
        const retainAsPublished = (options & 8) !== 0;
        const packet = {
          ...subscribe,
          subscriptions: [{ topicFilter: "f", qos, noLocal, retainAsPublished, retainHandling } as Subscription],
        };
        expect(clientHex(packet)).toBe(hex);
        expect(fromClient(hex)).toStrictEqual([packet]);
      }
    }
  });

  test("MQTT-3.8.3-2: no filter is refused", () => {
    expect(refusalOf(() => fromClient("82 03 00 01 00"))).toStrictEqual(["violation", "82", "MQTT-3.8.3-2"]);
  });

  test("MQTT-3.8.3-4: No Local on a shared subscription", () => {
    const hex = framed("82", `00 01 00 ${textOf("24 73 68 61 72 65 2f 67 2f 61")} 04`);
    expect(refusalOf(() => fromClient(hex))).toStrictEqual(["violation", "82", "MQTT-3.8.3-4"]);
  });

  test.each(badFilters)("%s: a filter that is none (%s)", (_statement, filter) => {
    const hex = framed("82", `00 01 00 ${textOf(filter)} 00`);
    expect(refusalOf(() => fromClient(hex))).toStrictEqual(["violation", "8f", "4.7"]);
  });

  test("MQTT-2.2.1-3: packet identifier 0 is refused", () => {
    expect(refusalOf(() => fromClient("82 07 00 00 00 00 01 66 00"))).toStrictEqual([
      "violation",
      "82",
      "MQTT-2.2.1-3",
    ]);
  });
});

describe("UNSUBSCRIBE", () => {
  test("MQTT-3.10.1-1 MQTT-2.2.2-1: one filter, and several", () => {
    expect(clientHex(unsubscribe)).toBe("a2 06 00 01 00 00 01 66");
    expect(fromClient("a2 06 00 01 00 00 01 66")).toStrictEqual([unsubscribe]);
    const several = { ...unsubscribe, topicFilters: ["f", "+/#"] };
    expect(clientHex(several)).toBe("a2 0b 00 01 00 00 01 66 00 03 2b 2f 23");
    expect(fromClient(clientHex(several))).toStrictEqual([several]);
  });

  test("MQTT-3.10.3-2: no filter is refused", () => {
    expect(refusalOf(() => fromClient("a2 03 00 01 00"))).toStrictEqual(["violation", "82", "MQTT-3.10.3-2"]);
  });

  test.each(badFilters)("%s: a filter that is none (%s)", (_statement, filter) => {
    const hex = framed("a2", `00 01 00 ${textOf(filter)}`);
    expect(refusalOf(() => fromClient(hex))).toStrictEqual(["violation", "8f", "4.7"]);
  });

  test("MQTT-2.2.1-3: packet identifier 0 is refused", () => {
    expect(refusalOf(() => fromClient("a2 06 00 00 00 00 01 66"))).toStrictEqual(["violation", "82", "MQTT-2.2.1-3"]);
  });
});

const answers = [
  {
    type: "suback",
    firstByte: "90",
    statement: "MQTT-3.9.3-2",
    count: "MQTT-3.8.4-6",
    codes: [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2],
  },
  {
    type: "unsuback",
    firstByte: "b0",
    statement: "MQTT-3.11.3-2",
    count: "MQTT-3.11.3-1",
    codes: [0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91],
  },
] as const;

describe.each(answers)("$type", ({ type, firstByte, statement, count, codes }) => {
  test(`${statement}: all listed codes, in order`, () => {
    const packet = { type, packetId: 2, reasonCodes: [...codes] } as Parameters<typeof serverHex>[0];
    const hex = framed(firstByte, `00 02 00 ${codes.map(hexByte).join(" ")}`);
    expect(serverHex(packet)).toBe(hex);
    expect(fromServer(hex)).toStrictEqual([packet]);
  });

  test(`${statement}: any other code is refused`, () => {
    for (const code of everyByte.filter((byte) => !codes.some((listed) => listed === byte))) {
      const hex = `${firstByte} 05 00 01 00 00 ${hexByte(code)}`;
      expect(refusalOf(() => fromServer(hex))).toStrictEqual(["violation", "82", statement]);
    }
  });

  test(`${count}: no code at all is refused`, () => {
    expect(refusalOf(() => fromServer(`${firstByte} 03 00 01 00`))).toStrictEqual(["violation", "82", count]);
  });

  test("MQTT-2.2.1-6: packet identifier 0 is refused", () => {
    expect(refusalOf(() => fromServer(`${firstByte} 04 00 00 00 00`))).toStrictEqual([
      "violation",
      "82",
      "MQTT-2.2.1-6",
    ]);
  });
});
