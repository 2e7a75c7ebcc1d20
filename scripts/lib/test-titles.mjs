/**
 * The titles of all tests of the workspace, read from the source text, so that nothing has to run. The title of a test
 * that is made from a table is its template, `MQTT-2.1.3-1: %s with other flags`; the scenarios, which are data, have
 * their names.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { packageNames, root } from "./packages.mjs";

const isSuite = (file) => /\.(spec|e2e)\.ts$/.test(file);
const isScenarios = (file) => /-scenarios\.ts$/.test(file);

/** `test`, `test.only`, `test.each(…)`: the name that the call begins with. */
function calledName(expression) {
  let node = expression;
  while (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node) || ts.isTaggedTemplateExpression(node)) {
    node = ts.isTaggedTemplateExpression(node) ? node.tag : node.expression;
  }
  return ts.isIdentifier(node) ? node.text : undefined;
}

/** A literal, or a template with `%s` for what it inserts. */
function titleOf(node) {
  if (node === undefined || ts.isStringLiteralLike(node)) {
    return node?.text;
  }
  return ts.isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join("%s")
    : undefined;
}

function* titlesIn(node, file) {
  if (isSuite(file) && ts.isCallExpression(node) && ["test", "it"].includes(calledName(node.expression))) {
    yield titleOf(node.arguments[0]);
  }
  const isNamed = ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && node.name.text === "name";
  if (isScenarios(file) && isNamed) {
    yield titleOf(node.initializer);
  }
  for (const child of node.getChildren()) {
    yield* titlesIn(child, file);
  }
}

/** The test files of a folder, and those of scenarios; one that does not exist has none. */
function suitesBelow(folder) {
  try {
    const files = readdirSync(folder, { recursive: true });
    return files.filter((file) => isSuite(file) || isScenarios(file)).map((file) => path.join(folder, file));
  } catch {
    return [];
  }
}

/** All that is written in the TypeScript files beside a suite: a table may come from a file of its own. */
function textBeside(file) {
  const folder = path.dirname(file);
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  return files.map((name) => readFileSync(path.join(folder, name), "utf8")).join("\n");
}

/** Gives all titles and templates, each with the file it stands in. */
export function readTestTitles() {
  const titles = new Map();
  const folders = packageNames.flatMap((name) =>
    ["src", "test", "e2e"].map((part) => path.join(root, "packages", name, part)),
  );
  for (const file of folders.flatMap(suitesBelow)) {
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
    for (const title of titlesIn(source, file)) {
      titles.set(title, file);
    }
  }
  titles.delete(undefined);
  return titles;
}

const placeholder = /%[a-zA-Z#]|\$[\w.#]+/g;
const special = /[.*+?^${}()|[\]\\]/g;
const escapeText = (text) => text.replace(special, "\\$&");

/** Whether a piece of a title can come from a table in this text: as it is, or as a number in another form. */
function standsIn(text, piece) {
  const forms = [
    piece,
    `0x${Number(piece).toString(16).padStart(2, "0")}`,
    Number(piece).toLocaleString("en").replaceAll(",", "_"),
  ];
  return forms.some((form) => text.includes(form));
}

/**
 * Makes the function that tells whether a title is among those given, or made from a template and what stands in a table
 * beside it. A template that is nothing but placeholders would make any title, so it makes none.
 */
export function makeTitleLookup(titles) {
  const templates = [...titles]
    .filter(([title]) => title.replace(placeholder, "").trim() !== "" && title.search(placeholder) >= 0)
    .map(([title, file]) => ({
      file,
      expression: new RegExp(`^${title.split(placeholder).map(escapeText).join("(.+)")}$`),
    }));
  const isMade = (title) =>
    templates.some(({ file, expression }) => {
      const pieces = expression.exec(title)?.slice(1);
      return pieces !== undefined && pieces.every((piece) => standsIn(textBeside(file), piece));
    });
  return (title) => titles.has(title) || isMade(title);
}
