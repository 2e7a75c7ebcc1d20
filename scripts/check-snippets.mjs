/** Compiles the TypeScript in the documentation of the project and of each package, so that no example can rot. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageNames, root } from "./lib/packages.mjs";
import { errorsOf, snippetsOf } from "./lib/snippets.mjs";

const markdownIn = (folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.join(folder, name));

const pages = [".", "docs", ...packageNames.map((name) => path.join("packages", name))].flatMap(markdownIn);
const snippets = pages.flatMap((page) => snippetsOf(page, readFileSync(path.join(root, page), "utf8")));
const errors = errorsOf(snippets);
errors.forEach((error) => console.error(error));
console.log(`${snippets.length} pieces of code in the documentation, ${errors.length} errors`);
process.exitCode = errors.length === 0 ? 0 : 1;
