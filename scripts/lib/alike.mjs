/**
 * A Rollup plugin that writes alike what means the same, ahead of the minifier, since what is alike compresses better:
 *
 * - The private names of each class start from `#a` again, in the order in which they appear. Each class has its own, but
 *   the minifier takes those of a whole program for different ones.
 * - `const` becomes `let`: nothing assigns to them, or the sources would not have compiled.
 */
import MagicString from "magic-string";
import { nodesBelow } from "./syntax-tree.mjs";

const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];

const shortName = (index) => {
  const round = Math.floor(index / letters.length);
  return letters[index % letters.length] + (round === 0 ? "" : String(round));
};

export const alike = {
  name: "alike",
  renderChunk(code) {
    const text = new MagicString(code);
    let names = new Map();
    let endOfClass = 0;
    for (const { type, kind, name, start, end } of nodesBelow(this.parse(code))) {
      if (type === "VariableDeclaration" && kind === "const") {
        text.update(start, start + kind.length, "let");
      } else if (type.startsWith("Class") && start >= endOfClass) {
        // A class within a class goes by the names of the outer one, which it may use.
        endOfClass = end;
        names = new Map();
      } else if (type === "PrivateIdentifier") {
        names.set(name, names.get(name) ?? shortName(names.size));
        text.update(start, end, `#${names.get(name)}`);
      }
    }
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
};
