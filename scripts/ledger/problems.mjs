/** What is wrong with a ledger, given the tests of a run and what the sources cite. */
import { statementCount, statementIds } from "./ledger.mjs";

/** True for a title of which nothing but ids is given: it would hold whatever test there is or is not. */
const isBare = (title) => !/\p{L}{3}/u.test(title.replaceAll(statementIds, ""));

/** The problems of an entry by itself. */
function entryProblems({ id, place, isServerOnly, says, tests, doesNotApply }) {
  const hasTests = tests.length > 0;
  const hasReason = doesNotApply !== undefined;
  const problems = [
    [!new RegExp(`^(?:${statementIds.source})$`).test(id), `${id} is no id of a statement or a rule`],
    [!isServerOnly && says === "", `${id} does not say what it demands`],
    [!isServerOnly && !hasTests && !hasReason, `${id} names no test`],
    [tests.some(isBare), `${id} names a test by an id alone`],
    [hasTests && hasReason, `${id} names tests, and says that it does not apply`],
    [hasReason && !/\bsection \d/.test(doesNotApply), `${id} does not apply, but names no section that says why`],
  ];
  return problems.filter(([is]) => is).map(([, text]) => `${place}: ${text}`);
}

/** The problems of what an entry names, in this run. */
function testProblems({ id, place, tests: names }, tests) {
  return names.flatMap((name) => {
    const meant = tests.filter(({ title }) => title.includes(name));
    const others = meant.filter(({ status }) => status !== "passed");
    if (meant.length === 0) {
      return [`${place}: ${id} names a test that did not run: ${name}`];
    }
    return others.map(({ title, status }) => `${place}: ${id} names a test that has ${status}: ${title}`);
  });
}

/**
 * All problems, as lines. `tests` are those of the run (`title`, `status`), `citations` the ids in the sources (`id`,
 * `place`).
 */
export function ledgerProblems(entries, tests, citations) {
  const ids = new Set(entries.map(({ id }) => id));
  const numbered = [...ids].filter((id) => id.startsWith("MQTT-")).length;
  const cited = tests.flatMap(({ title }) =>
    (title.match(statementIds) ?? []).map((id) => ({ id, place: `the test "${title}"` })),
  );
  return [
    ...entries.flatMap(entryProblems),
    ...entries.flatMap((entry) => testProblems(entry, tests)),
    ...entries
      .filter(({ id }, index) => entries.findIndex((it) => it.id === id) !== index)
      .map(({ id, place }) => `${place}: ${id} has an entry already`),
    ...[...citations, ...cited]
      .filter(({ id }) => !ids.has(id))
      .map(({ id, place }) => `${place} cites ${id}, which the ledger does not have`),
    ...(numbered === statementCount ? [] : [`the ledger has ${numbered} of the ${statementCount} numbered statements`]),
  ];
}
