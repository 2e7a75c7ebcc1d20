/**
 * Judges the pages that tell how our names relate to others.
 *
 * `docs/reference-coverage.md` has a heading for each class of the reference, below it a table with a row for each
 * of its members, and in each row our name for it (or the words why there is none), its default, and the title of a test, or of several with
 * `<br>` between them. The pages on moving over from another library have tables whose last column is our names.
 */
import { cellsOf } from "../lib/markdown.mjs";

/** A code span of the column of our names; what stands outside of them is prose. */
const codeSpan = /`([^`]+)`/g;

const isNothing = (cell) => cell === "" || cell === "–";

/** Reads the rows, each with the class it belongs to; headings and rules of tables are left out. */
export function readRows(page) {
  const rows = [];
  let owner;
  for (const line of page.split("\n")) {
    owner = /^###? `(\w+)`$/.exec(line)?.[1] ?? owner;
    const cells = owner !== undefined && line.startsWith("| `") ? cellsOf(line) : undefined;
    if (cells !== undefined) {
      const [reference, ours, fallback, title] = cells;
      rows.push({ owner, member: reference.replaceAll("`", ""), ours, fallback, title, columns: cells.length });
    }
  }
  return rows;
}

/** Words and numbers alone, so that `120 000` is found in "Default: 120 000." and in "default 120000". */
const plain = (text) =>
  text
    .toLowerCase()
    .replaceAll(/(\d) (?=\d{3}\b)/g, "$1")
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();

/** Whether the description of an option names this default: after the word, in the same sentence. */
function namesDefault(documentation, fallback) {
  const expression = new RegExp(`\\b${plain(fallback)}\\b`);
  return [...documentation.matchAll(/default([^.;]*)/gi)].some(([, rest]) => expression.test(plain(rest)));
}

/** Options are described with their defaults; of what a server sends the specification says what holds without it. */
const hasDescribedDefault = (name) => /^(\w+Options|Subscription)\.\w+$/.test(name);

function* complaintsAboutRow({ ours, fallback, title, columns }, { find, hasTest }) {
  const names = [...ours.matchAll(codeSpan)].map(([, name]) => name);
  if (columns !== 4) {
    yield `has ${columns} cells, not 4`;
    return;
  }
  if (names.length === 0) {
    if (isNothing(ours) || !isNothing(title)) {
      yield "has neither a name of ours nor, without a test, the words why there is none";
    }
    return;
  }
  for (const name of names) {
    const found = find(name, ours);
    if (found === undefined) {
      yield `names \`${name}\`, which is not public`;
    } else if (!isNothing(fallback) && hasDescribedDefault(name) && !namesDefault(found.documentation, fallback)) {
      yield `says that the default of \`${name}\` is ${fallback}, and its description does not`;
    }
  }
  for (const each of title.split("<br>").filter((it) => isNothing(it) || !hasTest(it))) {
    yield `names a test that does not exist: ${each}`;
  }
}

export function* complaintsAboutEntities(rows, entities) {
  const seen = new Set(rows.map(({ owner, member }) => `${owner}.${member}`));
  const expected = Object.entries(entities).flatMap(([owner, members]) =>
    [owner, ...members].map((member) => `${owner}.${member}`),
  );
  for (const entity of expected.filter((it) => !seen.has(it))) {
    yield `has no row for ${entity}`;
  }
  for (const entity of [...seen].filter((it) => !expected.includes(it))) {
    yield `has a row for ${entity}, which the reference does not have`;
  }
}

/**
 * Gives what is wrong with the page. `entities` are the names of the reference, by class; `find(name, cell)` gives our
 * public name, `hasTest(title)` tells whether there is such a test.
 */
export function complaintsAbout(page, { entities, find, hasTest }) {
  const rows = readRows(page);
  const about = rows.flatMap((row) =>
    [...complaintsAboutRow(row, { find, hasTest })].map((text) => `${row.owner}.${row.member} ${text}`),
  );
  return [...about, ...complaintsAboutEntities(rows, entities)];
}

/** Our names in the last cell of a row, where they are written with their type; others are words, or values. */
const qualifiedName = /`([A-Z]\w+(?:\.\w+)?(?:: [^`]+)?)`/g;

/** Gives what is wrong with the tables below "Every name": a name in the last column that is not public. */
export function complaintsAboutNames(page, { find }) {
  const rows = page.slice(page.indexOf("\n## Every name")).split("\n");
  const cells = rows.filter((line) => line.startsWith("| ")).map((line) => cellsOf(line).at(-1));
  const names = cells.flatMap((cell) => [...cell.matchAll(qualifiedName)].map(([, name]) => ({ name, cell })));
  return names
    .filter(({ name, cell }) => find(name, cell) === undefined)
    .map(({ name }) => `names \`${name}\`, which is not public`);
}
