/**
 * Shows that no platform is visible where it must not be: a file that uses one has to fail to compile, line by line,
 * under the very settings and together with all sources of the package. One import of a package that brings Node's or
 * the DOM's types would make those globals visible everywhere, and nothing else would tell.
 */
import path from "node:path";
import { root } from "../lib/packages.mjs";
import { sourceProgram } from "../lib/source-program.mjs";

const leaks = {
  core: [
    "export const bytes = Buffer.alloc(1);",
    "setTimeout(() => undefined, 1);",
    'export const socket = new WebSocket("ws://localhost");',
    "export const time = performance.now();",
    "export const environment = process.env;",
    "export const page = document;",
    "console.log(1);",
  ],
  browser: [
    "export const bytes = Buffer.alloc(1);",
    "export const environment = process.env;",
    "export const folder = __dirname;",
  ],
  node: ["export const page = document;", "export const view = window;"],
};

/** Compiles a package together with one more file that exists in memory only; gives the lines that have an error. */
function linesWithErrors(name, text) {
  const file = path.join(root, "packages", name, "src", "leak-fixture.ts");
  const program = sourceProgram(name, { texts: new Map([[file, text]]) });
  const source = program.getSourceFile(file);
  const errors = program.getSemanticDiagnostics(source);
  return new Set(errors.map((error) => source.getLineAndCharacterOfPosition(error.start).line));
}

let holes = 0;
for (const [name, lines] of Object.entries(leaks)) {
  const failed = linesWithErrors(name, lines.join("\n"));
  for (const [number, line] of lines.entries()) {
    if (!failed.has(number)) {
      holes += 1;
      console.error(`compiles in packages/${name}, and must not: ${line}`);
    }
  }
}
console.log(holes === 0 ? "no package sees a platform that is not its own" : `${holes} leaks`);
process.exitCode = holes === 0 ? 0 : 1;
