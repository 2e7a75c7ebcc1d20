import { describe, expect, test } from "@jest/globals";
import type { ConnectPacket, Will } from "../../src/codec/packets/connect.js";
import { bytesOf, clientHex, framed, fromClient, refusalOf } from "./wire.js";

const plain: ConnectPacket = { type: "connect", cleanStart: false, keepAlive: 0, clientId: "" };
const will: Will = { topic: "w", payload: Uint8Array.of(1), qos: 0, retain: false };

/** The variable header before the flags: "MQTT", 5 (MQTT-3.1.2-1, MQTT-3.1.2-2). */
const head = "00 04 4d 51 54 54 05";

const vectors: readonly { title: string; packet: ConnectPacket; body: string }[] = [
  {
    title:
      "MQTT-3.1.2-1 MQTT-3.1.2-2 MQTT-3.1.3-3 MQTT-2.2.2-1: the smallest names protocol, version and an empty client id",
    packet: plain,
    body: `${head} 00 00 00 00 00 00`,
  },
  {
    title: "clean start and keep-alive",
    packet: { ...plain, cleanStart: true, keepAlive: 0x0102, clientId: "ab" },
    body: `${head} 02 01 02 00 00 02 61 62`,
  },
  {
    title: "MQTT-3.1.2-9: a will with an empty payload and no properties has all its fields",
    packet: { ...plain, will: { ...will, payload: new Uint8Array(0) } },
    body: `${head} 04 00 00 00 00 00 00 00 01 77 00 00`,
  },
  {
    title: "will QoS 1 and 2 and will retain",
    packet: { ...plain, will: { ...will, qos: 2, retain: true } },
    body: `${head} 34 00 00 00 00 00 00 00 01 77 00 01 01`,
  },
  {
    title: "MQTT-3.1.2-17 MQTT-3.1.2-19: an empty user name and an empty password are there",
    packet: { ...plain, username: "", password: new Uint8Array(0) },
    body: `${head} c0 00 00 00 00 00 00 00 00 00`,
  },
  {
    title: "MQTT-3.1.2-19: a password without a user name",
    packet: { ...plain, password: Uint8Array.of(0xff) },
    body: `${head} 40 00 00 00 00 00 00 01 ff`,
  },
  {
    title: "MQTT-3.1.2-17 MQTT-3.1.2-18: a user name without a password",
    packet: { ...plain, username: "u" },
    body: `${head} 80 00 00 00 00 00 00 01 75`,
  },
  {
    title: "MQTT-3.1.3-1: client id, will properties, will topic, will payload, user name, password, in this order",
    packet: {
      ...plain,
      cleanStart: true,
      sessionExpiryInterval: 1,
      clientId: "c",
      will: { ...will, qos: 1, willDelayInterval: 2 },
      username: "u",
      password: Uint8Array.of(0x70),
    },
    body: `${head} ce 00 00 05 11 00 00 00 01 00 01 63 05 18 00 00 00 02 00 01 77 00 01 01 00 01 75 00 01 70`,
  },
];

describe("CONNECT", () => {
  test.each(vectors)("$title", ({ packet, body }) => {
    expect(clientHex(packet)).toBe(framed("10", body));
    expect(fromClient(framed("10", body))).toStrictEqual([packet]);
  });

  test("password, will payload and authentication data may be text", () => {
    const packet: ConnectPacket = { ...plain, will: { ...will, payload: "é" }, password: "ß" };
    expect(clientHex(packet)).toBe(framed("10", `${head} 44 00 00 00 00 00 00 00 01 77 00 02 c3 a9 00 02 c3 9f`));
  });

  const flags = [0, 1].flatMap((cleanStart) => [0, 1].map((username) => ({ cleanStart, username })));
  test.each(flags)(
    "MQTT-3.1.2-3 MQTT-3.1.2-11 MQTT-3.1.2-13 MQTT-3.1.2-16 MQTT-3.1.2-18: without a will only the flags asked for are set (%o)",
    ({ cleanStart, username }) => {
      for (const password of [0, 1]) {
        const packet: ConnectPacket = {
          ...plain,
          cleanStart: cleanStart === 1,
          ...(username === 1 && { username: "u" }),
          ...(password === 1 && { password: "p" }),
        };
        const byte = bytesOf(clientHex(packet))[9];
        expect(byte).toBe((username << 7) | (password << 6) | (cleanStart << 1));
      }
    },
  );
});

describe("a CONNECT that a server refuses", () => {
  const read = (body: string) => refusalOf(() => fromClient(framed("10", body)));

  test.each([
    ["MQTT-3.1.2-1: another protocol name", "00 04 4d 51 54 58 05 00 00 00 00 00 00", "MQTT-3.1.2-1"],
    ["MQTT-3.1.2-2: another version", "00 04 4d 51 54 54 04 00 00 00 00 00", "MQTT-3.1.2-2"],
  ])("%s", (_title, body, statement) => {
    expect(read(body)).toStrictEqual(["violation", "84", statement]);
  });

  test.each([
    ["MQTT-3.1.2-3: the reserved flag", "01", "MQTT-3.1.2-3"],
    ["MQTT-3.1.2-11: will QoS without a will", "08", "MQTT-3.1.2-11"],
    ["MQTT-3.1.2-13: will retain without a will", "20", "MQTT-3.1.2-13"],
    ["MQTT-3.1.2-12: will QoS 3", "1c", "MQTT-3.1.2-12"],
  ])("%s", (_title, flags, statement) => {
    expect(read(`${head} ${flags} 00 00 00 00 00 00 00 01 77 00 00`)).toStrictEqual(["malformed", "81", statement]);
  });

  test.each(["00 00", "00 01 23", "00 02 61 2b"])("MQTT-3.1.3-11: a will topic that is no topic name (%s)", (topic) => {
    expect(read(`${head} 04 00 00 00 00 00 00 ${topic} 00 00`)).toStrictEqual(["violation", "82", "MQTT-3.1.3-11"]);
  });

  test.each([
    ["MQTT-3.1.2-9: no will although its flag is set", "04 00 00 00 00 00"],
    ["MQTT-3.1.2-17: no user name although its flag is set", "80 00 00 00 00 00"],
    ["MQTT-3.1.2-19: no password although its flag is set", "40 00 00 00 00 00"],
    ["MQTT-3.1.3-3: no client id", "00 00 00 00"],
    ["MQTT-3.1.2-16: a user name although its flag is not set", "00 00 00 00 00 00 00 01 75"],
  ])("%s", (_title, rest) => {
    expect(read(`${head} ${rest}`)).toStrictEqual(["malformed", "81", "2.1.4"]);
  });
});
