import { expect, test } from "@jest/globals";
import { seededRandom } from "../../../test/support/random.js";
import { makeUnguessable } from "./unguessable.js";

test("a value is made of 16 bytes from the cryptographic source", () => {
  const logged: string[] = [];
  const random = { number: () => 0, bytes: (count: number) => new Uint8Array(count).fill(0x0a) };
  expect(makeUnguessable(random, { warn: (message) => logged.push(message) })).toBe("0a".repeat(16));
  expect(logged).toEqual([]);
});

test("a platform without such a source uses its other numbers, and warns once", () => {
  const logged: string[] = [];
  const logger = { warn: (message: string): number => logged.push(message) };
  const random = { number: seededRandom(1) };
  const values = [makeUnguessable(random, logger), makeUnguessable(random, logger)];
  expect(values).toEqual([expect.stringMatching(/^[\da-f]{32}$/), expect.stringMatching(/^[\da-f]{32}$/)]);
  expect(values[0]).not.toBe(values[1]);
  expect(logged).toEqual([expect.stringContaining("crypto.getRandomValues")]);
});
