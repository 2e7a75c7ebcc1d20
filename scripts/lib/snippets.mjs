/**
 * Finds and compiles the TypeScript of documentation: every block marked `ts`, as a module of its own, against the sources of
 * the package that it imports. A comment of HTML that begins with `given` and stands before a block holds what the reader
 * is to think of it as there; it is compiled with it, and not shown. Code of other libraries is marked `js` or `python`.
 */
import path from "node:path";
import ts from "typescript";
import { root } from "./packages.mjs";
import { sourceProgram } from "./source-program.mjs";

const block = /(?:<!-- given\n(?<given>[^]*?)-->\n+)?```ts\n(?<code>[^]*?)```/g;

/** The blocks of a page, with the place where each begins. */
export function snippetsOf(page, text) {
  return [...text.matchAll(block)].map(({ index, groups }, number) => {
    const { given = "", code } = groups;
    const packageName = /from "@mqtt5\/browser/.test(given + code) ? "browser" : "node";
    const before = text.slice(0, text.indexOf(code, index)).split("\n").length - given.split("\n").length;
    const name = `${page.replaceAll(/\W+/g, "-")}-snippet-${number}.ts`;
    const file = path.join(root, "packages", packageName, "src", name);
    return { page, packageName, file, before, text: `${given}\n${code}` };
  });
}

/** Compiles snippets as if they stood among the sources of a package; gives one line for each error. */
function errorsIn(packageName, snippets) {
  const options = { noUnusedLocals: false, isolatedDeclarations: false, declaration: false };
  const texts = new Map(snippets.map(({ file, text }) => [file, text]));
  const program = sourceProgram(packageName, { files: [], texts, options });
  return snippets.flatMap(({ file, page, before }) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start, messageText }) => {
      const line = before + source.getLineAndCharacterOfPosition(start).line;
      return `${page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  });
}

/** Compiles the snippets of any pages; gives one line for each error. */
export const errorsOf = (snippets) =>
  ["node", "browser"].flatMap((name) =>
    errorsIn(
      name,
      snippets.filter(({ packageName }) => packageName === name),
    ),
  );
