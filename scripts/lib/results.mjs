/**
 * Reads what Jest and Playwright say about a run in their JSON reports: as numbers of tests passed, failed and skipped,
 * or test by test.
 */
import { readFileSync } from "node:fs";

const nothing = { passed: 0, failed: 0, skipped: 0 };

function read(file, use, otherwise = nothing) {
  try {
    return use(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return otherwise;
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

const fullTitle = (...titles) => titles.filter((title) => title !== "").join(" > ");

/** Every test of a run of Jest, with its full title and what became of it. */
export const jestTests = (file) =>
  read(
    file,
    ({ testResults }) =>
      testResults.flatMap(({ assertionResults }) =>
        assertionResults.map(({ ancestorTitles, title, status }) => ({
          title: fullTitle(...ancestorTitles, title),
          status,
        })),
      ),
    [],
  );

function testsOfSuite({ title, file, suites = [], specs = [] }, above) {
  // The outermost suites are files.
  const prefix = title === file ? above : fullTitle(above, title);
  const own = specs.flatMap((spec) =>
    spec.tests.map(({ status }) => ({
      title: fullTitle(prefix, spec.title),
      status: status === "expected" ? "passed" : status,
    })),
  );
  return [...own, ...suites.flatMap((suite) => testsOfSuite(suite, prefix))];
}

/** Every test of a run of Playwright, once for each browser. */
export const playwrightTests = (file) =>
  read(file, ({ suites }) => suites.flatMap((suite) => testsOfSuite(suite, "")), []);
