/**
 * Holds the conformance ledger against the last run of all tests: each statement names tests, these ran and passed, and
 * the ledger has every statement that a test or a source cites.
 */
import { reportFiles } from "../lib/report-files.mjs";
import { jestTests, playwrightTests } from "../lib/results.mjs";
import { readLedger } from "./ledger.mjs";
import { ledgerProblems } from "./problems.mjs";
import { findCitations } from "./sources.mjs";

const entries = readLedger();
const tests = [...jestTests(reportFiles.jest), ...playwrightTests(reportFiles.playwright)];
if (tests.length === 0) {
  console.error("there are no results: run `pnpm test:all` first");
  process.exit(1);
}
const problems = ledgerProblems(entries, tests, findCitations());
problems.forEach((line) => console.error(line));
const shown = entries.filter((entry) => entry.tests.length > 0).length;
const excused = entries.filter((entry) => entry.doesNotApply !== undefined).length;
console.log(`${shown} statements and rules shown by tests, ${excused} do not apply, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
