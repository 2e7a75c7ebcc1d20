/** Finds the links in pages that lead to a file or folder of the project which is not there. */
import path from "node:path";
import { linksOf } from "./markdown.mjs";

const hasScheme = /^[a-z][a-z+.-]*:/i;

/** The broken links of a page, as lines. `exists` tells of a path relative to the root whether something is there. */
export function linkProblems(page, text, exists) {
  return linksOf(text)
    .filter(({ found }) => !hasScheme.test(found) && !found.startsWith("#"))
    .map(({ found, line }) => {
      const target = decodeURI(found.replace(/[#?].*$/, ""));
      return { found, line, target: path.posix.join(path.posix.dirname(page), target) };
    })
    .filter(({ target }) => !exists(target))
    .map(({ found, line }) => `${page}:${line} links to ${found}, which does not exist`);
}
