import { expect, test } from "@jest/globals";
import { nodeRandom } from "./node-random.js";

test("bytes differ from call to call, and do not come from Math.random", () => {
  const { random } = Math;
  try {
    Math.random = () => 0;
    const values = [nodeRandom.bytes?.(16), nodeRandom.bytes?.(16)];
    expect(values[0]).toHaveLength(16);
    expect(values[0]).not.toEqual(values[1]);
  } finally {
    Math.random = random;
  }
});
