/**
 * Reads what Jest and Playwright say about a run in their JSON reports, as numbers of tests passed, failed and skipped.
 */
import { readFileSync } from "node:fs";

const nothing = { passed: 0, failed: 0, skipped: 0 };

function read(file, count) {
  try {
    return count(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return nothing;
  }
}

/** A suite that cannot even be loaded has no tests to count, so it counts as one that failed. */
export const jestResults = (file) =>
  read(file, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  }));

/** A test that passes only when it is tried again has failed; so does a report with errors outside of any test. */
export const playwrightResults = (file) =>
  read(file, ({ stats, errors }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  }));

export function addResults(results) {
  return results.reduce(
    (sum, it) => ({
      passed: sum.passed + it.passed,
      failed: sum.failed + it.failed,
      skipped: sum.skipped + it.skipped,
    }),
    nothing,
  );
}
