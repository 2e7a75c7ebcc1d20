/**
 * Holds ARCHITECTURE.md against the tree. A code span that looks like a path has to lead to a file or folder: from the
 * root, or from the sources of core, where most of them are. In the table "Where is what" each name in the column `name`
 * has to stand in the file in the column `file`. Where the links of the page lead is looked at with those of all pages.
 */
import { cellsOf, codeSpansOf, linksOf } from "./markdown.mjs";

export const architecturePage = "ARCHITECTURE.md";

/** Where a path may begin. */
const bases = ["", "packages/core/src/"];

/** A path has a slash or the extension of a file. One with a `*` or a brace stands for several, and is not looked at. */
const isPath = (text) => /^[\w.-]+(\/[\w.-]+)*\/?$/.test(text) && /\/|\.(ts|mjs|json|md)$/.test(text);

/** The code spans that look like paths. The text of a link may be short; where it leads is what counts. */
const pathsIn = (text) => codeSpansOf(text.replaceAll(/\[[^\]\n]*\](?=\()/g, "")).filter(({ found }) => isPath(found));

/** The path from the root of what a page calls `path`, or undefined where there is nothing. */
const locate = (path, { exists }) => bases.map((base) => base + path).find(exists);

const pathProblems = (text, tree) =>
  pathsIn(text)
    .filter(({ found }) => locate(found, tree) === undefined)
    .map(({ found, line }) => `${architecturePage}:${line} names ${found}, which does not exist`);

/** The rows of the table below the heading "Where is what": the `paths` and the `names` of each, and its `line`. */
function rowsOf(text) {
  const lines = text.split("\n");
  const heading = lines.findIndex((line) => /^#+ .*\bwhere is what\b/i.test(line));
  const start = lines.findIndex((line, index) => heading !== -1 && index > heading && line.startsWith("|"));
  const end = lines.findIndex((line, index) => start !== -1 && index > start && !line.startsWith("|"));
  if (start === -1) {
    return [];
  }
  const columns = cellsOf(lines[start]).map((title) => title.toLowerCase());
  const rows = lines.slice(start, end === -1 ? lines.length : end).map((line, index) => {
    const [file = "", name = ""] = ["file", "name"].map((title) => cellsOf(line)[columns.indexOf(title)]);
    const paths = [...pathsIn(file), ...linksOf(file)].map(({ found }) => found);
    return { line: start + index + 1, paths, names: codeSpansOf(name).map(({ found }) => found) };
  });
  return rows.filter(({ paths, names }) => paths.length > 0 || names.length > 0);
}

/** Whether a text has each word of a name: both of `Engine.start()`, for instance. */
function contains(text, name) {
  const words = new Set(text.match(/[\w$]+/g));
  return name.match(/[\w$]+/g)?.every((word) => words.has(word)) ?? false;
}

function nameProblems({ line, paths, names }, tree) {
  const texts = paths.map((path) => tree.read(locate(path, tree) ?? path));
  return names
    .filter((name) => !texts.some((text) => contains(text, name)))
    .map(
      (name) => `${architecturePage}:${line} has ${name}, which does not stand in ${paths.join(", ") || "any file"}`,
    );
}

/**
 * All problems of the page, as lines. Of paths relative to the root, `tree.exists` tells whether there is something, and
 * `tree.read` gives the text of a file, or an empty one where there is none.
 */
export function architectureProblems(text, tree) {
  const rows = rowsOf(text);
  return [
    ...pathProblems(text, tree),
    ...(rows.length === 0 ? [`${architecturePage} has no table "Where is what" with the column "file"`] : []),
    ...rows.flatMap((row) => nameProblems(row, tree)),
  ];
}
