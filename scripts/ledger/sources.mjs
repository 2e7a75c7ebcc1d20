/** Where the sources of core cite statements. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../lib/packages.mjs";
import { statementIds } from "./ledger.mjs";

const core = path.join("packages", "core");

/** The files below a folder of core, relative to the root. */
const filesIn = (folder) =>
  readdirSync(path.join(root, core, folder), { recursive: true })
    .map((name) => path.join(core, folder, name))
    .sort();

/** The sources of core without their tests. */
export const sourceFiles = () => filesIn("src").filter((name) => name.endsWith(".ts") && !name.endsWith(".spec.ts"));

/** The tests of core. */
export const specFiles = () => [...filesIn("src"), ...filesIn("test")].filter((name) => name.endsWith(".spec.ts"));

/** Every id that is cited, with its place. */
export function findCitations() {
  return sourceFiles().flatMap((file) =>
    readFileSync(path.join(root, file), "utf8")
      .split("\n")
      .flatMap((line, index) =>
        (line.match(statementIds) ?? []).map((id) => ({ id, file, line: index + 1, place: `${file}:${index + 1}` })),
      ),
  );
}
