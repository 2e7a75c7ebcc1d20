import { describe, expect, jest, test } from "@jest/globals";
import { RecurringTexts } from "./recurring-text.js";

/** Reads texts between other bytes, several rounds of them, and gives those that came out different. */
function misread(texts: RecurringTexts, names: readonly string[], rounds: number): string[] {
  const all = Array.from({ length: rounds }, () => names).flat();
  return all.filter((name) => {
    const bytes = new TextEncoder().encode(`..${name}..`);
    return texts.read(bytes, 2, bytes.length - 2) !== name;
  });
}

/** Reads a text and counts the calls of the platform's decoder. */
function decodings(texts: RecurringTexts, name: string): number {
  const decode = jest.spyOn(TextDecoder.prototype, "decode");
  expect(misread(texts, [name], 1)).toStrictEqual([]);
  const count = decode.mock.calls.length;
  decode.mockRestore();
  return count;
}

const names = (count: number, suffix: string) =>
  Array.from({ length: count }, (_, index) => `sensors/${String(index)}/${suffix}`);

describe("recurring texts", () => {
  test("a text that comes again is not decoded again", () => {
    const texts = new RecurringTexts();
    expect([decodings(texts, "a/topic"), decodings(texts, "a/topic")]).toStrictEqual([1, 0]);
    misread(texts, names(5000, "x"), 1);
    expect([decodings(texts, "a/topic"), decodings(texts, "a/topic")]).toStrictEqual([1, 0]);
  });

  test("what is read is the text of those bytes, however many there are", () => {
    for (const suffix of ["temperature", "température"]) {
      expect(misread(new RecurringTexts(), names(1000, suffix), 5)).toStrictEqual([]);
    }
  });

  test("texts that differ in a single byte are told apart, wherever it stands", () => {
    const base = "abcdefghijk";
    const others = Array.from(base, (_, index) => `${base.slice(0, index)}X${base.slice(index + 1)}`);
    expect(misread(new RecurringTexts(), [base, `${base}l`, base.slice(1), "", ...others], 50)).toStrictEqual([]);
  });

  test("texts that share a slot are told apart", () => {
    // Both have the hash 2112 of their two characters.
    const texts = new RecurringTexts();
    expect(misread(texts, ["Aa", "BB", "Aa", "BB"], 3)).toStrictEqual([]);
  });

  test.each([
    ["a text of 64 letters is kept", "x".repeat(64), 0],
    ["a longer text is decoded again", "x".repeat(65), 1],
    ["so is one that is not ASCII", "é", 1],
  ])("%s", (_title, text, count) => {
    const texts = new RecurringTexts();
    decodings(texts, text);
    expect(decodings(texts, text)).toBe(count);
  });

  test("MQTT-1.5.4-1: bytes that are the characters of another text, but not its UTF-8, are not taken for it", () => {
    const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
    // So many that some have the slot of those bytes.
    for (const text of range(0x20, 95).flatMap((code) => range(0xa0, 32).map((c) => String.fromCharCode(code, c)))) {
      const texts = new RecurringTexts();
      misread(texts, [text], 1);
      const latin1 = Uint8Array.from(text, (character) => character.charCodeAt(0));
      expect(() => texts.read(latin1, 0, latin1.length)).toThrow("MQTT-1.5.4-1");
    }
  });
});
