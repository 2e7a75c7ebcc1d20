/**
 * What is missing in the documentation of the names that an application sees, as the compiler finds them in the sources:
 * whatever an entry exports, and the public members of that. Editors show it, and no other page says it all.
 */
import path from "node:path";
import ts from "typescript";
import { root } from "./packages.mjs";
import { exportsOf } from "./source-program.mjs";

/** What an application calls first. Each has an `@example`; the one of a class may stand at its constructor. */
const namesWithExample = [
  "Mqtt5Client",
  ...["publish", "subscribe", "messages", "on"].map((method) => `Mqtt5Client.${method}`),
  ...["request", "respond"],
];

const fileOf = (declaration) => path.relative(root, declaration.getSourceFile().fileName);

function placeOf(declaration) {
  const { line } = ts.getLineAndCharacterOfPosition(declaration.getSourceFile(), declaration.getStart());
  return `${fileOf(declaration)}:${line + 1}`;
}

/** Whether a member is declared in this project, not by the language or a dependency, and for all to use. */
function isPublic(declaration) {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (
    fileOf(declaration).startsWith("packages") &&
    (ts.getCombinedModifierFlags(declaration) & hidden) === 0 &&
    (declaration.name === undefined || !ts.isPrivateIdentifier(declaration.name))
  );
}

/**
 * Whether a function contains a `throw` that leaves it: not one within a function of its own, nor in a `try` that catches.
 * What it calls may throw as well; that is not looked at.
 */
function throwsItself({ body, initializer }) {
  const isThrown = (node) => {
    if (ts.isThrowStatement(node)) {
      return true;
    }
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) {
      return false;
    }
    const caught = ts.isTryStatement(node) && node.catchClause !== undefined ? node.tryBlock : undefined;
    return ts.forEachChild(node, (child) => child !== caught && isThrown(child)) ?? false;
  };
  const block = body ?? initializer?.body;
  return block !== undefined && isThrown(block);
}

/** The types whose members a name has: as a type, as a value, or as both. A union has none of its own. */
function typesOf(checker, symbol) {
  const { Class, Interface, TypeAlias, Variable } = ts.SymbolFlags;
  const types = [
    ...(symbol.flags & (Class | Interface | TypeAlias) ? [checker.getDeclaredTypeOfSymbol(symbol)] : []),
    ...(symbol.flags & (Class | Variable) ? [checker.getTypeOfSymbol(symbol)] : []),
  ];
  return types.filter((type) => !type.isUnion());
}

/** The public members of a type, inherited ones and call signatures among them: `name`, `symbol`, `declarations`. */
function membersOf(checker, type) {
  const properties = checker.getPropertiesOfType(type).map((symbol) => ({
    name: `.${checker.symbolToString(symbol)}`,
    symbol,
    declarations: (symbol.declarations ?? []).filter(isPublic),
  }));
  const signatures = type
    .getCallSignatures()
    .filter(({ declaration }) => ts.isCallSignatureDeclaration(declaration))
    .map((symbol) => ({ name: "()", symbol, declarations: [symbol.declaration] }));
  return [...properties, ...signatures].filter(({ declarations }) => declarations.length > 0);
}

/**
 * The public names of an entry, members among them: `name`, `place` (file and line), `text` (the documentation without its
 * tags), `tags` (their names), and whether it `throws`.
 */
export function* publicNames(program, entry) {
  const checker = program.getTypeChecker();
  const describe = (name, symbol, declarations, constructors = []) => ({
    name,
    place: placeOf(declarations[0]),
    text: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    tags: [symbol, ...constructors].flatMap((it) => it.getJsDocTags(checker)).map((tag) => tag.name),
    throws: [...declarations, ...constructors.map(({ declaration }) => declaration ?? {})].some(throwsItself),
  });
  for (const [owner, symbol] of exportsOf(program, entry)) {
    yield describe(owner, symbol, symbol.declarations, checker.getTypeOfSymbol(symbol).getConstructSignatures());
    const members = typesOf(checker, symbol).flatMap((type) => membersOf(checker, type));
    yield* members.map((member) => describe(owner + member.name, member.symbol, member.declarations));
  }
}

function problemsOf({ name, text, tags, throws }) {
  const problems = [
    [text.trim() === "", "has no documentation"],
    [throws && !tags.includes("throws"), "throws, but has no @throws"],
    [namesWithExample.includes(name) && !tags.includes("example"), "has no @example"],
  ];
  return problems.filter(([is]) => is).map(([, problem]) => problem);
}

/** All problems of public names, as lines in the order of the files. What goes by several names is told once. */
export function docstringProblems(names) {
  const lines = new Map();
  for (const entry of names.toSorted((a, b) => a.place.localeCompare(b.place, "en", { numeric: true }))) {
    const { name, place } = entry;
    for (const problem of problemsOf(entry)) {
      lines.set(`${place} ${name.split(".").at(-1)} ${problem}`, `${place} ${name} ${problem}`);
    }
  }
  const missing = namesWithExample.filter((name) => names.every((it) => it.name !== name));
  return [...lines.values(), ...missing.map((name) => `${name} is not public, and was to have an @example`)];
}
