/**
 * A Rollup plugin that gives the private names of every class the same short ones, in the order in which they appear,
 * ahead of the minifier: that takes all private names of a program for different ones, though each class has its own.
 * Names that are alike compress better, by 3 % of the whole file.
 */
import MagicString from "magic-string";

const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];

const shortName = (index) => {
  const round = Math.floor(index / letters.length);
  return letters[index % letters.length] + (round === 0 ? "" : String(round));
};

/** The outermost nodes of a type below a node, in the order of the text. */
function* nodesOfType(node, types) {
  for (const child of Object.values(node).flat()) {
    if (typeof child?.type !== "string") {
      continue;
    }
    if (types.includes(child.type)) {
      yield child;
    } else {
      yield* nodesOfType(child, types);
    }
  }
}

export const shortPrivateNames = {
  name: "short-private-names",
  renderChunk(code) {
    const text = new MagicString(code);
    // A class within a class goes by the names of the outer one, which it may use.
    for (const outermost of nodesOfType(this.parse(code), ["ClassDeclaration", "ClassExpression"])) {
      const names = new Map();
      for (const { name, start, end } of nodesOfType(outermost, ["PrivateIdentifier"])) {
        if (!names.has(name)) {
          names.set(name, shortName(names.size));
        }
        text.update(start, end, `#${names.get(name)}`);
      }
    }
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
};
