/** Where the sources of core cite statements. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../lib/packages.mjs";
import { statementIds } from "./ledger.mjs";

const folder = path.join("packages", "core", "src");

/** The sources of core without their tests, relative to the root. */
export function sourceFiles() {
  return readdirSync(path.join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".spec.ts"))
    .map((name) => path.join(folder, name))
    .sort();
}

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
