import { afterEach, expect, jest, test } from "@jest/globals";
import { makeBrowserRandom } from "./browser-random.js";

const { crypto } = globalThis;

afterEach(() => {
  Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
});

test("bytes come from the cryptographic source of the browser", () => {
  const getRandomValues = jest.fn((bytes: Uint8Array) => bytes.fill(7));
  Object.defineProperty(globalThis, "crypto", { value: { getRandomValues }, configurable: true });
  expect(makeBrowserRandom().bytes?.(3)).toEqual(Uint8Array.of(7, 7, 7));
});

test("there are none where the engine has no such source", () => {
  Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
  expect(makeBrowserRandom().bytes).toBeUndefined();
});
