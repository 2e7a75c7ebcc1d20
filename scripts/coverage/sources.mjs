/** The pages that are judged, and what they are judged by: the reference's names, our public names, our tests. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../lib/packages.mjs";
import { readPublicNames } from "../lib/public-names.mjs";
import { makeTitleLookup, readTestTitles } from "../lib/test-titles.mjs";

export const readPage = (name) => readFileSync(path.join(root, "docs", name), "utf8");

/** A name has to be public on both platforms, or on the one that the cell names. */
function makeFind() {
  const node = readPublicNames("node");
  const browser = readPublicNames("browser");
  return (name, cell) => {
    const inNode = node(name);
    const isEnough = cell.includes("(Node)") || browser(name) !== undefined;
    return isEnough ? inNode : undefined;
  };
}

export function readSources() {
  return {
    entities: JSON.parse(readPage("reference-entities.json")),
    find: makeFind(),
    hasTest: makeTitleLookup(readTestTitles()),
  };
}
