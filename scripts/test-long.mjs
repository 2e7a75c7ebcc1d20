/**
 * The long tests, one after the other: all forms of the files in all browsers, and then, for a given time, the soak, the
 * fuzz tests with new seeds, and the bad networks with new seeds. Prints figures, and ends with 1 when anything failed.
 *
 * Usage: pnpm test:long [--minutes 60] [--only browsers|soak|fuzz|network]
 */
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "./lib/packages.mjs";
import { run } from "./lib/run.mjs";
import { findTools, installTools } from "./lib/tools.mjs";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "60" }, only: { type: "string" } } });
const minutes = Number(values.minutes);
const millisecondsPerMinute = 60_000;

/** Beyond its time a part may finish what it is at; what takes longer hangs. */
const graceMinutes = 10;
const largestSeed = 2 ** 30;

/** A run of some minutes each; in a short test they are shorter. */
const fuzzFactor = minutes < 15 ? 2 : 10;
const cuts = minutes < 15 ? 24 : 100;

const failures = [];

async function runPart(command, options = {}) {
  const result = await run(command, { cwd: root, echo: true, ...options });
  if (!result.ok) {
    console.log(options.echo === false ? result.output : "");
    console.log(`FAILED: ${command.join(" ")}${result.reason === undefined ? "" : `: ${result.reason}`}`);
  }
  return result;
}

/** Runs the tests in browsers once, however long they take. */
async function browsers() {
  const options = { env: { ...findTools(), MQTT5_ALL_FORMS: "1" } };
  for (const script of ["build", "build:packages", "e2e"]) {
    const { ok } = await runPart(["pnpm", "run", "--silent", script], options);
    if (!ok) {
      return ok;
    }
  }
  return true;
}

/** Soaks until the time is over, or all is done. */
async function soak(time) {
  if (!existsSync(path.join(root, "packages/node/dist/index.js"))) {
    const { ok } = await runPart(["pnpm", "run", "--silent", "build"]);
    if (!ok) {
      return ok;
    }
  }
  const { ok } = await runPart([process.execPath, "--expose-gc", "scripts/long/soak.mjs", String(time)], {
    limitMinutes: time + graceMinutes,
  });
  return ok;
}

/** Runs tests again and again, each time with a new seed, until the time is over or one fails. */
async function repeat({ tests, time, environment, echo }, count) {
  const end = performance.now() + time * millisecondsPerMinute;
  let runs = 0;
  let total = 0;
  let ok;
  do {
    const variables = { ...environment, MQTT5_SEED: String(randomInt(largestSeed)) };
    console.log(
      Object.entries(variables)
        .map((each) => each.join("="))
        .join(" "),
    );
    const result = await runPart(["pnpm", "jest", "--ci", ...tests], {
      echo,
      env: { ...findTools(), ...variables },
      limitMinutes: time + graceMinutes,
    });
    runs += 1;
    total += count(result.output);
    ({ ok } = result);
  } while (ok && performance.now() < end);
  return { ok, runs, total };
}

const sumOf = (output, pattern) => [...output.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number), 0);

async function fuzz(time) {
  const tests = ["--verbose", "packages/core/test/fuzz"];
  const environment = { FUZZ_FACTOR: String(fuzzFactor) };
  const { ok, runs, total } = await repeat({ tests, time, environment, echo: false }, (output) =>
    sumOf(output, /\(seed \d+, (\d+) runs\)/g),
  );
  console.log(`fuzz: ${runs} runs, ${total} cases`);
  return ok;
}

async function network(time) {
  const tests = ["packages/node/test/bad-network.spec.ts"];
  const environment = { MQTT5_CUTS: String(cuts) };
  let messages = 0;
  const { ok, runs, total } = await repeat({ tests, time, environment, echo: true }, (output) => {
    messages += sumOf(output, /; (\d+) messages,/g);
    return sumOf(output, /: (\d+) connections,/g);
  });
  console.log(`bad networks: ${runs} runs, ${total} connections, ${messages} messages`);
  return ok;
}

const parts = { browsers, soak, fuzz, network };
const names = Object.keys(parts).filter((name) => values.only === undefined || values.only === name);
if (names.length === 0 || !(minutes > 0)) {
  throw new Error("usage: pnpm test:long [--minutes 60] [--only browsers|soak|fuzz|network]");
}
const needed = names.includes("browsers") ? ["mosquitto", "chromium", "firefox"] : ["mosquitto"];
const missing = installTools().filter((line) => needed.some((tool) => line.startsWith(tool)));
if (missing.length > 0) {
  throw new Error(missing.join("\n"));
}
const end = performance.now() + minutes * millisecondsPerMinute;
for (const [index, name] of names.entries()) {
  const left = (end - performance.now()) / millisecondsPerMinute;
  // What one part does not need goes to those after it.
  const time = Math.max(left / (names.length - index), 0.1);
  console.log(`\n${name}: ${time.toFixed(1)} minutes`);
  if (!(await parts[name](time))) {
    failures.push(name);
  }
}
console.log(failures.length === 0 ? "\nall long tests passed" : `\nfailed: ${failures.join(", ")}`);
process.exitCode = failures.length === 0 ? 0 : 1;
