/**
 * Disables, one after another, the lines that enforce the statements of the specification, and expects that a test fails
 * each time. Lists what no test noticed. Works on a copy, so that nothing can be left behind in the sources.
 *
 *     pnpm ledger:mutate [--only <id or part of a path>] [--shard <number>/<of>] [--list]
 *
 * For each mutant first the specs run that cite its ids and the one beside the file, then all of core's. A run that does
 * not end counts as noticed.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { root } from "../lib/packages.mjs";
import { run } from "../lib/run.mjs";
import { findMutants, isReadable } from "./mutants.mjs";
import { sourceFiles, specFiles } from "./sources.mjs";

const limitMinutes = 2;
const core = path.join("packages", "core");

const { values: options } = parseArgs({
  options: { only: { type: "string" }, shard: { type: "string", default: "1/1" }, list: { type: "boolean" } },
});
const [shard, shardCount] = options.shard.split("/").map(Number);

const read = (file) => readFileSync(path.join(root, file), "utf8");

const isWanted = ({ ids, file }) =>
  options.only === undefined || ids.includes(options.only) || file.includes(options.only);

const mutants = sourceFiles()
  .flatMap((file) => findMutants(file, read(file)))
  .filter(({ file, mutated }) => isReadable(file, mutated))
  .filter(isWanted)
  .filter((_, index) => index % shardCount === shard - 1);

const describe = ({ ids, file, line, original, replacement }) => {
  const short = (text) => text.replaceAll(/\s+/g, " ").slice(0, 60);
  return `${ids.join(", ")} ${file}:${line}: ${short(original)} => ${short(replacement)}`;
};

/** A copy of core beside the installed packages; gives its folder. */
function makeCopy() {
  mkdirSync(path.join(root, ".cache"), { recursive: true });
  const copy = mkdtempSync(path.join(root, ".cache", "mutants-"));
  process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
  for (const name of ["src", "test", "package.json"]) {
    cpSync(path.join(root, core, name), path.join(copy, core, name), { recursive: true });
  }
  cpSync(path.join(root, "docs"), path.join(copy, "docs"), { recursive: true });
  symlinkSync(path.join(root, core, "node_modules"), path.join(copy, core, "node_modules"));
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
  const config = read("jest.config.ts").replace(/projects: \[[^\]]*\]/, 'projects: ["packages/core"]');
  writeFileSync(path.join(copy, "jest.config.ts"), config);
  cpSync(path.join(root, "tsconfig.base.json"), path.join(copy, "tsconfig.base.json"));
  writeFileSync(path.join(copy, "package.json"), read("package.json"));
  return copy;
}

/** Runs specs in the copy; tells whether all passed, one failed, or they did not end. */
async function test(copy, specs) {
  const jest = path.join(root, "node_modules", "jest", "bin", "jest.js");
  const args = ["--bail", "--maxWorkers=1", "--silent", "--watchman=false", "--runTestsByPath", ...specs];
  const { ok, reason } = await run([process.execPath, jest, ...args], { cwd: copy, limitMinutes });
  return ok ? "passed" : reason === undefined ? "failed" : "no end";
}

const specs = specFiles().map((file) => ({ file, text: read(file) }));

/** The specs that should notice a mutant, and all others. */
function specsFor({ ids, file }) {
  const beside = file.replace(/\.ts$/, ".spec.ts");
  const isNear = (spec) => spec.file === beside || ids.some((id) => spec.text.includes(id));
  const near = specs.filter(isNear).map((spec) => spec.file);
  return { near, far: specs.map((spec) => spec.file).filter((name) => !near.includes(name)) };
}

/** What the tests say while the mutant stands in the copy. */
async function judge(copy, mutant) {
  const place = path.join(copy, mutant.file);
  const { near, far } = specsFor(mutant);
  writeFileSync(place, mutant.mutated);
  try {
    const first = near.length > 0 ? await test(copy, near) : "passed";
    return first === "passed" ? await test(copy, far) : first;
  } finally {
    writeFileSync(place, mutant.text);
  }
}

const words = { passed: "SURVIVED", failed: "noticed ", "no end": "no end  " };

async function judgeAll() {
  const copy = makeCopy();
  const near = [...new Set(mutants.flatMap((mutant) => specsFor(mutant).near))];
  if (near.length > 0 && (await test(copy, near)) !== "passed") {
    console.error("the tests fail before anything was disabled");
    process.exit(1);
  }
  const survivors = [];
  for (const mutant of mutants) {
    const result = await judge(copy, mutant);
    console.log(`${words[result]} ${describe(mutant)}`);
    if (result === "passed") {
      survivors.push(mutant);
    }
  }
  console.log(`\n${mutants.length - survivors.length} of ${mutants.length} disabled lines were noticed`);
  survivors.forEach((mutant) => console.log(`survived: ${describe(mutant)}`));
  process.exitCode = survivors.length === 0 ? 0 : 1;
}

if (mutants.length === 0) {
  console.error("no line that could be disabled cites that, in this part");
  process.exitCode = 1;
} else if (options.list === true) {
  mutants.forEach((mutant) => console.log(describe(mutant)));
} else {
  await judgeAll();
}
