import { expect, test } from "@jest/globals";
import { printable } from "./printable-text.js";

test.each([
  ["ok\r\n2026-11-27 ERROR root login\u001b[2J\u0007", "ok��2026-11-27 ERROR root login�[2J�"],
  ["\u0000\u007f\u0085\u009b", "����"],
  ["a\u2028b\u2029c\u202ed\u2066e\u200f", "a�b�c�d�e�"],
  ["\ud800 \udc00", "� �"],
  ["Zürich, 東京, 👨‍👩‍👧, שלום", "Zürich, 東京, 👨‍👩‍👧, שלום"],
])("%j is shown as %j", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("text of up to 256 characters is shown whole, longer text is cut", () => {
  expect(printable("x".repeat(256))).toBe("x".repeat(256));
  expect(printable("x".repeat(257))).toBe(`${"x".repeat(255)}…`);
  expect(printable(`${"x".repeat(254)}👍${"x".repeat(9)}`)).toBe(`${"x".repeat(254)}�…`);
});
