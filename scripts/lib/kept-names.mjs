/**
 * The names of properties that the minified single files keep; all others are the library's own, and get short ones.
 * Kept is what stands in the public types, and what the sources hold as a text, too: a table whose fields are looked up
 * by name is then the same as before. The minifier itself keeps what the language and the DOM have.
 */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const reports = ["packages/core/api/index.api.md", "packages/browser/api/index.api.md"];
const sources = ["packages/core/src", "packages/browser/src"];

/** A file without its comments. */
const read = (file) => readFileSync(file, "utf8").replace(/\/\*[^]*?\*\/|\/\/ .*/g, "");
const filesBelow = (folder) => readdirSync(folder, { recursive: true }).map((file) => path.join(folder, file));

export function keptNames() {
  const published = reports.flatMap((file) => read(file).match(/[A-Za-z_$][\w$]*/g) ?? []);
  const texts = sources
    .flatMap(filesBelow)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".spec.ts"))
    .flatMap((file) => [...read(file).matchAll(/(["'`])([A-Za-z_$][\w$]*)\1/g)]);
  return [...new Set([...published, ...texts.map(([, , text]) => text)])];
}
