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
    const methods = new Map(nodes.map((node) => [methodOf(node), node]));
    methods.delete(undefined);
    const members = nodes.filter(({ type, property }) => type === "MemberExpression" && !methods.has(property));
    const named = new Set(members.map(({ property }) => property.name));
    for (const [{ name }, { start, end }] of methods) {
      if (!named.has(name)) {
        text.remove(start, end);
      }
    }
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
};
