/** What an entry exports, types included, read from its source: types leave no trace to look for at run time. */

import { readFileSync } from "node:fs";

export function exportedNames(file: string): readonly string[] {
  const source = readFileSync(file, "utf8");
  const lists = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].map(([, list = ""]) => list);
  return lists.flatMap((list) => list.split(",").map((name) => name.replace(/^\s*type\s/, "").trim())).filter(Boolean);
}
