/**
 * What the packages for Node and for browsers export, as the compiler sees it in the sources: a lookup of names such as
 * `QoS.AtMostOnce`, `Mqtt5Client.publish`, or `ClientOptions.sessionBehavior: "clean"` for one value of an option.
 */
import path from "node:path";
import ts from "typescript";
import { root } from "./packages.mjs";
import { exportsOf, sourceProgram } from "./source-program.mjs";

const pattern = /^(\w+)(?:\.(\w+))?(?:: (.+))?$/;

/** The members of a type, those of all its alternatives where it is a union. */
function memberOf(type, name) {
  const own = type.getProperty(name);
  if (own !== undefined || !type.isUnion()) {
    return own;
  }
  return type.types.map((it) => it.getProperty(name)).find((it) => it !== undefined);
}

/** Whether a type is, or may be, a literal as it is written in the sources. */
function hasLiteral(checker, type, text) {
  const types = type.isUnion() ? type.types : [type];
  return types.some((it) => checker.typeToString(it) === text);
}

/**
 * Reads one package; gives a function from a name to `{ documentation }`, or to undefined for a name that it does not
 * export.
 */
export function readPublicNames(packageName) {
  const entry = path.join(root, "packages", packageName, "src", "index.ts");
  const program = sourceProgram(packageName, { files: [entry] });
  const checker = program.getTypeChecker();
  const exported = exportsOf(program, entry);

  /** A constant has its members as a value, an interface or a class as a type. */
  const memberOfExport = (symbol, name) =>
    memberOf(checker.getDeclaredTypeOfSymbol(symbol), name) ?? memberOf(checker.getTypeOfSymbol(symbol), name);

  return (name) => {
    const [, type, member, literal] = pattern.exec(name) ?? [];
    const owner = exported.get(type);
    const symbol = owner !== undefined && member !== undefined ? memberOfExport(owner, member) : owner;
    if (symbol === undefined) {
      return undefined;
    }
    if (literal !== undefined && !hasLiteral(checker, checker.getTypeOfSymbol(symbol), literal)) {
      return undefined;
    }
    return { documentation: ts.displayPartsToString(symbol.getDocumentationComment(checker)) };
  };
}
