import { expect, test } from "@jest/globals";
import { makeTlsSource } from "./tls-source.js";

test("a function is asked before each attempt, and may answer later", async () => {
  const source = makeTlsSource((attempt) => Promise.resolve({ servername: `attempt-${attempt}.example` }));
  await expect(source(1)).resolves.toMatchObject({ servername: "attempt-1.example" });
  await expect(source(2)).resolves.toMatchObject({ servername: "attempt-2.example" });
});

test.each([{ cert: "none" }, { unknown: 1 }, undefined])("an answer that cannot be used is refused: %j", (answer) => {
  const source = makeTlsSource(() => answer as never);
  expect(() => source(1)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});

test("certificates of an object are read once", () => {
  const source = makeTlsSource({ servername: "a.example" });
  expect(source(1)).toBe(source(2));
});
