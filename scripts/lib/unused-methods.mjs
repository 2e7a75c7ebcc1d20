/**
 * A Rollup plugin that leaves out the methods that nobody calls, of classes written as functions: assignments to
 * `prototype` whose name no other part of the program names. A bundler has to keep them, since it does not know who
 * reads a prototype; in a file that contains the whole program nobody can. It halves `eventemitter3`.
 */
import MagicString from "magic-string";
import { nodesBelow } from "./syntax-tree.mjs";

/** The name of the method that a statement of the form `Class.prototype.method = …;` adds. */
function methodOf({ type, expression }) {
  const target = type === "ExpressionStatement" ? expression.left : undefined;
  return target?.object?.property?.name === "prototype" ? target.property : undefined;
}

export const unusedMethods = {
  name: "unused-methods",
  renderChunk(code) {
    const text = new MagicString(code);
    const nodes = [...nodesBelow(this.parse(code))];
    const added = new Set(nodes.map(methodOf));
    const members = nodes.filter(({ type }) => type === "MemberExpression").map(({ property }) => property);
    const named = new Set(members.filter((property) => !added.has(property)).map(({ name }) => name));
    for (const statement of nodes) {
      const method = methodOf(statement);
      if (method !== undefined && !named.has(method.name)) {
        text.remove(statement.start, statement.end);
      }
    }
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
};
