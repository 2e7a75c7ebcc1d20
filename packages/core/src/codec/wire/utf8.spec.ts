import { describe, expect, test } from "@jest/globals";
import { MalformedPacketError } from "../../errors.js";
import { checkText, decodeText, encodedLength, textProblem } from "./utf8.js";

const texts = [
  "",
  "a",
  "abcdefghijkl",
  "abcdefghijklm",
  "é",
  "€",
  "😀",
  "a\ufeffb",
  "\ufeff",
  "\u007f\u0080",
  "\u07ff\u0800",
  "\ud7ff\ue000",
  "x".repeat(70),
  `${"x".repeat(70)}é`,
];
const bad = [
  "\0",
  "a\0",
  "\ud800",
  "\udc00",
  "a\ud83d",
  "\ude00\ud83d",
  "\ud800\ud800",
  "\ud800a",
  `${"x".repeat(70)}\ud800`,
];

const encode = (text: string) => new TextEncoder().encode(text);

describe("the length of a text", () => {
  test.each(texts)("%j as it is encoded", (text) => {
    expect(textProblem(text)).toBeUndefined();
    expect(encodedLength(text)).toBe(encode(text).length);
  });

  test.each(bad)("MQTT-1.5.4-1 MQTT-1.5.4-2: %j may not stand in a text field", (text) => {
    expect(textProblem(text)).toBe("well-formed text without U+0000");
  });
});

test("a text field holds 65535 bytes", () => {
  expect(textProblem("€".repeat(21_845))).toBeUndefined();
  expect(textProblem(`${"€".repeat(21_845)}a`)).toBe("at most 65535 bytes long");
});

describe("decoding", () => {
  /** Other bytes around the text, so that a decoder that goes past its ends is found out. */
  const decode = (bytes: Uint8Array) => {
    const around = new Uint8Array(bytes.length + 4).fill(0x80);
    around.set(bytes, 2);
    return decodeText(around, 2, 2 + bytes.length);
  };

  test.each(texts)("%j", (text) => {
    expect(decode(encode(text))).toBe(text);
  });

  test("MQTT-1.5.4-3: a leading U+FEFF is a character like any other", () => {
    expect(decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });

  test.each([[0xc0, 0x80], [0xed, 0xa0, 0x80], [0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80], [0xff]])(
    "MQTT-1.5.4-1: %p, %p … is not UTF-8",
    (...bytes: number[]) => {
      expect(() => decode(Uint8Array.of(...bytes))).toThrow(MalformedPacketError);
      expect(() => decode(Uint8Array.of(...encode("x".repeat(40)), ...bytes))).toThrow("MQTT-1.5.4-1");
    },
  );

  test.each(["\0", "abc\0", `${"x".repeat(40)}\0`, "é\0"])("MQTT-1.5.4-2: %j has U+0000", (text) => {
    expect(() => decode(encode(text))).toThrow("MQTT-1.5.4-2");
  });
});

describe("checking without decoding says what decoding says", () => {
  const outcomeOf = (read: (bytes: Uint8Array, start: number, end: number) => unknown, bytes: readonly number[]) => {
    // Other bytes around the text, so that a check that goes past its ends is found out.
    const around = Uint8Array.of(0x80, ...bytes, 0x80, 0x80, 0x80);
    try {
      read(around, 1, 1 + bytes.length);
    } catch (error) {
      return error instanceof MalformedPacketError ? error.statement : error;
    }
    return "valid";
  };

  /** The texts for which the two differ. */
  const differences = (sequences: readonly (readonly number[])[]) =>
    sequences.filter((bytes) => outcomeOf(checkText, bytes) !== outcomeOf(decodeText, bytes));

  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
  /** The bytes at which the rules of a further byte change. */
  const edges = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];

  test("for texts of every kind", () => {
    expect(differences([...texts, ...bad].map((text) => [...encode(text)]))).toEqual([]);
    expect(differences([[0x00, 0xff], [0x00, 0xc3, 0xa9], [0xc3, 0xa9, 0x00]])).toEqual([]); // prettier-ignore
  });

  test("for all bytes, and for two of them", () => {
    expect(differences(range(0, 255).map((byte) => [byte]))).toEqual([]);
    expect(differences(range(0x7f, 255).flatMap((first) => range(0, 255).map((second) => [first, second])))).toEqual(
      [],
    );
  });

  test("for three and four bytes at the edges of the ranges", () => {
    const threes = range(0xdf, 0xf0).flatMap((first) =>
      edges.flatMap((second) => edges.map((third) => [first, second, third])),
    );
    expect(differences(threes)).toEqual([]);
    const fours = range(0xef, 0xf8).flatMap((first) =>
      edges.flatMap((second) => edges.flatMap((third) => edges.map((fourth) => [first, second, third, fourth]))),
    );
    expect(differences(fours)).toEqual([]);
  });
});
