/** Checks that every public name of the packages is documented where it is declared. */
import path from "node:path";
import { docstringProblems, publicNames } from "./lib/docstrings.mjs";
import { entries, root } from "./lib/packages.mjs";
import { sourceProgram } from "./lib/source-program.mjs";

function namesOf(packageName) {
  const sources = path.join(root, "packages", packageName, "src");
  const files = Object.values(entries[packageName]).map((entry) => path.join(sources, `${entry}.ts`));
  const program = sourceProgram(packageName, { files });
  return files.flatMap((file) => [...publicNames(program, file)]);
}

const problems = docstringProblems(Object.keys(entries).flatMap(namesOf));
problems.forEach((line) => console.error(line));
console.log(`${problems.length} gaps in the documentation of public names`);
process.exitCode = problems.length === 0 ? 0 : 1;
