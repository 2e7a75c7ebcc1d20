/**
 * The names of members that only the library itself uses, so that the single files may carry shorter ones. A name counts
 * as internal when the sources have it and none of these does:
 *
 * - the types of the packages, which applications use
 * - the language and the DOM, as TypeScript declares them
 * - the packages whose code the single files contain
 * - a string of the sources, since members are also looked up by such a name
 *
 * All of them are read as syntax, never guessed at. A name that stands in one of them keeps its form.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import ts from "typescript";
import { root } from "./packages.mjs";

const identifier = /^[A-Za-z_$][\w$]*$/;

/** The names in the text of a program, and those in its strings. */
function namesIn(text) {
  const names = new Set();
  const strings = new Set();
  const collect = (node) => {
    if (ts.isIdentifier(node)) {
      names.add(node.text);
    } else if (ts.isStringLiteralLike(node) && identifier.test(node.text)) {
      strings.add(node.text);
    }
    ts.forEachChild(node, collect);
  };
  collect(ts.createSourceFile("text.ts", text, ts.ScriptTarget.Latest));
  return { names, strings };
}

const filesBelow = (folder, isWanted) =>
  readdirSync(path.join(root, folder), { recursive: true })
    .filter(isWanted)
    .map((file) => path.join(root, folder, file));

const isSource = (file) => file.endsWith(".ts") && !file.endsWith(".spec.ts");
const isDeclaration = (file) => file.endsWith(".d.ts");

function libraryFiles() {
  const folder = path.dirname(createRequire(import.meta.url).resolve("typescript"));
  return readdirSync(folder)
    .filter((file) => /^lib\..*\.d\.ts$/.test(file))
    .map((file) => path.join(folder, file));
}

/** `contained` are the folders of the packages whose code the single files contain. */
export function internalNames(contained) {
  const sources = ["packages/core/src", "packages/browser/src"].flatMap((folder) => filesBelow(folder, isSource));
  const others = [
    ...["packages/core/dist", "packages/browser/dist"].flatMap((folder) => filesBelow(folder, isDeclaration)),
    ...contained.flatMap((folder) => filesBelow(folder, (file) => file.endsWith(".js"))),
    ...libraryFiles(),
  ];
  const own = sources.map((file) => namesIn(readFileSync(file, "utf8")));
  const kept = new Set(own.flatMap(({ strings }) => [...strings]));
  for (const file of others) {
    const { names, strings } = namesIn(readFileSync(file, "utf8"));
    [...names, ...strings].forEach((name) => kept.add(name));
  }
  return [...new Set(own.flatMap(({ names }) => [...names]))].filter((name) => !kept.has(name));
}
