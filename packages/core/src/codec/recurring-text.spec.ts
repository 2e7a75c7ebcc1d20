import { describe, expect, test } from "@jest/globals";
import { RecurringTexts } from "./recurring-text.js";

/** Looks texts up, one after the other, and offers those that are not found; gives how many were found. */
function hits(texts: RecurringTexts, names: readonly string[], rounds: number): number {
  let found = 0;
  let wrong = 0;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const bytes = new TextEncoder().encode(`..${name}..`);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const text = texts.find(view, 2, bytes.length - 4);
      if (text === undefined) {
        texts.offer(view, 2, bytes.length - 4, name);
      } else {
        found++;
        wrong += text === name ? 0 : 1;
      }
    }
  }
  expect(wrong).toBe(0);
  return found;
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `sensors/${String(index)}/température`);

describe("recurring texts", () => {
  test("a text that comes again and again is soon found", () => {
    expect(hits(new RecurringTexts(), ["a/topic"], 100)).toBeGreaterThan(90);
  });

  test("so are a few dozen", () => {
    const texts = new RecurringTexts();
    hits(texts, names(40), 500);
    expect(hits(texts, names(40), 100)).toBeGreaterThan(0.7 * 4000);
  });

  test("whatever is found is the text of those bytes, however many there are", () => {
    expect(hits(new RecurringTexts(), names(1000), 20)).toBeLessThan(20_000);
  });

  test("texts that differ in a single byte are told apart, wherever it stands", () => {
    const base = "abcdefghijk";
    const others = Array.from(base, (_, index) => `${base.slice(0, index)}X${base.slice(index + 1)}`);
    expect(hits(new RecurringTexts(), [base, `${base}l`, base.slice(1), ...others], 500)).toBeGreaterThan(0);
  });

  test("after many texts that do not recur, one that does is found again", () => {
    const texts = new RecurringTexts();
    hits(texts, names(5000), 1);
    hits(texts, ["a/topic"], 700);
    expect(hits(texts, ["a/topic"], 100)).toBe(100);
  });

  test.each(["", "a", "abc", "x".repeat(65)])("%.10j is not kept: it is too short or too long", (text) => {
    expect(hits(new RecurringTexts(), [text], 50)).toBe(0);
  });
});
