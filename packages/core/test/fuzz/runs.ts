/**
 * How much is tried: the same cases at every run, more of them where `FUZZ_FACTOR` asks for it, and others where
 * `MQTT5_SEED` is set, which is added to every seed. Every title tells seed and number, so that a failure can be tried
 * again.
 */
import process from "node:process";

const factor = Number(process.env["FUZZ_FACTOR"] ?? "1");
const firstSeed = Number(process.env["MQTT5_SEED"] ?? "0");

export interface Runs {
  readonly seed: number;
  readonly numRuns: number;
}

export function runs(seed: number, numRuns: number): Runs {
  return { seed: firstSeed + seed, numRuns: Math.ceil(numRuns * factor) };
}

/** For the title of a test. */
export function told({ seed, numRuns }: Runs): string {
  return `(seed ${String(seed)}, ${String(numRuns)} runs)`;
}
