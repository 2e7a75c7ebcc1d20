/**
 * The client against a model broker, in virtual time, on random scripts. A failure prints the seed, the findings, and
 * the shortest script that fails in the same way. `MODEL_SEEDS` sets the number of seeds (default 2,400), and
 * `MODEL_FIRST_SEED` the first one.
 */
import { describe, expect, test } from "@jest/globals";
import { checkSeeds } from "./run.js";

const firstSeed = Number(process.env["MODEL_FIRST_SEED"] ?? 1);
const seedCount = Number(process.env["MODEL_SEEDS"] ?? 2_400);
const partCount = 12;

describe("whatever happens, the client keeps what it promises", () => {
  test.each(Array.from({ length: partCount }, (_, part) => part))(
    "seeds of part %i",
    async (part) => {
      const size = Math.ceil(seedCount / partCount);
      const from = firstSeed + part * size;
      expect(await checkSeeds(from, from + size)).toBeUndefined();
    },
    120_000,
  );
});
