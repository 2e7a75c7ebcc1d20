/** Checks that what ARCHITECTURE.md says about files, folders and names is so. */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { architecturePage, architectureProblems } from "./lib/architecture.mjs";
import { root } from "./lib/packages.mjs";

const pathOf = (file) => path.join(root, file);
const isFile = (file) => statSync(pathOf(file), { throwIfNoEntry: false })?.isFile() ?? false;

const tree = {
  exists: (file) => existsSync(pathOf(file)),
  read: (file) => (isFile(file) ? readFileSync(pathOf(file), "utf8") : ""),
};

const problems = tree.exists(architecturePage)
  ? architectureProblems(tree.read(architecturePage), tree)
  : [`${architecturePage} is missing`];
problems.forEach((line) => console.error(line));
process.exitCode = problems.length === 0 ? 0 : 1;
