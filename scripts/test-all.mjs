/**
 * Runs every check of the project, in an order that reports cheap mistakes first, and ends with one line that says how
 * many tests passed, failed and were skipped. Only tests of Jest and Playwright are counted; any other check that fails
 * makes the run fail all the same. Under `CI` a test that is skipped, or a tool that is missing, is a failure too.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./lib/packages.mjs";
import { reportFiles, resultsFolder } from "./lib/report-files.mjs";
import { addResults, jestResults, playwrightResults } from "./lib/results.mjs";
import { run } from "./lib/run.mjs";
import { findTools, installTools } from "./lib/tools.mjs";

const lanes = 2;

/** Ends a stage that hangs. A busy machine takes several times as long as an idle one, and is no failure. */
const limitMinutes = 40;
const isCi = Boolean(process.env.CI);

const script = (name, ...args) => ({ name, command: ["pnpm", "run", "--silent", name, ...args] });

/** Stages of a group run side by side, in the order of this list as lanes become free: long ones first. */
const sourceChecks = [
  "check:lint",
  "check:types",
  "check:guards",
  "check:format",
  "check:layers",
  "check:folders",
  "check:unused",
  "check:snippets",
  "check:coverage",
  "check:links",
  "check:docstrings",
  "check:architecture",
];
const packageChecks = ["check:installed", "check:shape", "check:api", "check:bundles", "check:size"];

const failures = [];

function report(name, { ok, reason, output, seconds }, echoed) {
  console.log(
    `${ok ? "ok    " : "FAILED"} ${name} (${seconds.toFixed(1)} s)${reason === undefined ? "" : `: ${reason}`}`,
  );
  if (!ok) {
    failures.push(name);
    if (!echoed) {
      console.log(output.trimEnd());
    }
  }
}

async function runStage({ name, command, ...options }) {
  const result = await run(command, { cwd: root, limitMinutes, ...options });
  report(name, result, options.echo === true);
  return result.ok;
}

/** Runs stages in a few lanes; tells whether all succeeded. */
async function runGroup(stages) {
  const waiting = [...stages];
  let ok = true;
  const lane = async () => {
    for (let stage = waiting.shift(); stage !== undefined; stage = waiting.shift()) {
      ok = (await runStage(stage)) && ok;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return ok;
}

/** Jest waits for what a test left open, and says so; a worker that has to be ended says so too, but passes. */
const openHandle = /Jest did not exit|failed to exit gracefully|worker process has failed to exit/;

function endOnOpenHandle(end, onOutput) {
  onOutput((output) => {
    if (openHandle.test(output)) {
      end("a test left a handle open");
    }
  });
}

async function runJest(environment) {
  console.log("\nJest");
  const stage = script("jest", "--ci", "--json", `--outputFile=${reportFiles.jest}`);
  await runStage({ ...stage, env: environment, echo: true, watch: endOnOpenHandle });
  return jestResults(reportFiles.jest);
}

async function runPlaywright(environment) {
  console.log("\nPlaywright");
  const browsers = { chromium: "CHROMIUM_PATH", firefox: "FIREFOX_PATH" };
  const projects = Object.keys(browsers).filter((name) => browsers[name] in environment);
  if (projects.length === 0) {
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const stage = script("e2e", "--reporter=list,json", ...projects.map((name) => `--project=${name}`));
  const env = { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: reportFiles.playwright };
  await runStage({ ...stage, env, echo: true });
  return playwrightResults(reportFiles.playwright);
}

/** Builds and packs, then looks at what was packed; without a package there is nothing to look at. */
async function checkPackages() {
  const built = (await runStage(script("build"))) && (await runStage(script("build:packages")));
  if (built) {
    await runGroup(packageChecks.map((name) => script(name)));
  } else {
    failures.push(...packageChecks);
    console.log(`not run, for lack of packages: ${packageChecks.join(", ")}`);
  }
  return built;
}

/** The ledger names tests of both runners, so it can be checked only where all of them could run. */
async function checkLedger(built) {
  if (built && missing.length === 0) {
    await runStage(script("check:ledger"));
  } else {
    console.log("not run, for lack of some tests: check:ledger");
  }
}

rmSync(resultsFolder, { recursive: true, force: true });
mkdirSync(resultsFolder, { recursive: true });
const missing = installTools();
const environment = findTools();
missing.forEach((line) => console.log(line));

await runGroup(sourceChecks.map((name) => script(name)));
const built = await checkPackages();
const results = [await runJest(environment)];
if (built) {
  results.push(await runPlaywright(environment));
}
await checkLedger(built);
const { passed, failed, skipped } = addResults(results);

if (isCi && missing.length > 0) {
  failures.push("a tool is missing");
}
if (isCi && skipped > 0) {
  failures.push("tests were skipped");
}
if (failures.length > 0) {
  console.log(`\nfailed: ${failures.join(", ")}`);
}
const summary = `${passed} passed, ${failed} failed, ${skipped} skipped`;
writeFileSync(path.join(resultsFolder, "summary.txt"), `${summary}\n`);
console.log(`\n${summary}`);
process.exitCode = failures.length === 0 && failed === 0 && passed > 0 ? 0 : 1;
