/**
 * How much is tried: the same cases at every run, and more of them where `FUZZ_FACTOR` asks for it. Every title tells seed
 * and number, so that a failure can be tried again.
 */
import process from "node:process";

const factor = Number(process.env["FUZZ_FACTOR"] ?? "1");

export interface Runs {
  readonly seed: number;
  readonly numRuns: number;
}

export function runs(seed: number, numRuns: number): Runs {
  return { seed, numRuns: Math.ceil(numRuns * factor) };
}

/** For the title of a test. */
export function told({ seed, numRuns }: Runs): string {
  return `(seed ${String(seed)}, ${String(numRuns)} runs)`;
}
