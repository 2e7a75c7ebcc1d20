/** Runs scripts, and shortens those that fail. */
import { findingsAfterStop, findingsAtRest, overdueAcknowledgements } from "./checks.js";
import { makeScript, type Script } from "./script.js";
import { type Plant, World } from "./world.js";

/** Runs a script, and returns what was wrong. */
export async function runScript(script: Script, plant?: Plant): Promise<string[]> {
  const world = new World(script, plant);
  const overdue: string[] = [];
  try {
    for (const step of script.steps) {
      await world.take(step);
      if (step.do === "wait") {
        overdue.push(...overdueAcknowledgements(world));
      }
    }
    await world.calm();
    const atRest = findingsAtRest(world, script);
    world.act({ do: "stop" });
    await world.clock.advanceAndSettle(1_000);
    return [...new Set([...world.faults, ...overdue, ...atRest, ...findingsAfterStop(world, script)])];
  } catch (error) {
    return [...world.faults, `the run ended with ${error instanceof Error ? (error.stack ?? "") : String(error)}`];
  }
}

/** Leaves out steps as long as the script still fails with one of its findings. */
export async function shorten(script: Script, plant?: Plant): Promise<Script> {
  const kinds = new Set((await runScript(script, plant)).map(kindOf));
  let shortest = script;
  for (let size = Math.ceil(script.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = shortest.steps.length - size; start >= 0; start -= size) {
      const steps = shortest.steps.filter((_, index) => index < start || index >= start + size);
      const shorter = { ...shortest, steps };
      if ((await runScript(shorter, plant)).some((finding) => kinds.has(kindOf(finding)))) {
        shortest = shorter;
      }
    }
  }
  return shortest;
}

/** A finding without the names and numbers of its script. */
function kindOf(finding: string): string {
  return finding.replace(/\b[ps]\d+\b|\d+|(?<=loop on )\S+/g, "…");
}

/** Runs the scripts of a range of seeds. Returns a report on the first that fails, for people. */
export async function checkSeeds(from: number, to: number, plant?: Plant): Promise<string | undefined> {
  for (let seed = from; seed < to; seed += 1) {
    const script = makeScript(seed);
    const findings = await runScript(script, plant);
    if (findings.length > 0) {
      const shortest = await shorten(script, plant);
      return [
        `seed ${seed}: ${findings.join("; ")}`,
        `the shortest script that fails so: ${(await runScript(shortest, plant)).join("; ")}`,
        JSON.stringify(shortest, undefined, 1).replace(/\n\s{3,}/g, " "),
      ].join("\n");
    }
  }
  return undefined;
}
