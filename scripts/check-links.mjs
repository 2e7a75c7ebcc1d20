/** Checks that every link of a page to a file or folder of the project leads to one. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { linkProblems } from "./lib/links.mjs";
import { pagesBelow } from "./lib/markdown.mjs";
import { root } from "./lib/packages.mjs";

const exists = (file) => existsSync(path.join(root, file));
const pages = pagesBelow();
const problems = pages.flatMap((page) => linkProblems(page, readFileSync(path.join(root, page), "utf8"), exists));
problems.forEach((line) => console.error(line));
console.log(`${pages.length} pages, ${problems.length} broken links`);
process.exitCode = problems.length === 0 ? 0 : 1;
