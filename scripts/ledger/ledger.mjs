/**
 * The conformance ledger: for each statement of the MQTT 5 specification that concerns a client, the tests that show
 * it. Its source is Markdown (packages/core/test/conformance/ledger), in a form strict enough to be read here:
 *
 *     ### MQTT-1.5.4-2
 *     Text fields hold no U+0000.
 *     - `U+0000 in the topic`
 *
 * The title of a test is given by a piece of it; all tests whose full title holds that piece are meant. A statement
 * that needs no test has `Does not apply:` and the reason in place of the list. Statements that bind the server alone
 * stand in a list without tests under the heading "Server only".
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../lib/packages.mjs";

/** A numbered statement, or a rule to which the specification gave no number and this project a name. */
export const statementIds = /\b(?:MQTT-\d+(?:\.\d+)+-\d+|R-\d+(?:\.\d+)*-[a-z]+(?:-[a-z]+)*)\b/g;

/** The numbered statements of the specification, whomever they bind. */
export const statementCount = 251;

const heading = /^### (\S+)$/;
const item = /^- `(.+)`$/;
const reason = /^Does not apply: (.+)$/;

/** Reads one file of the ledger into entries; `tests` is empty where nothing is named. */
export function parseLedger(text, file) {
  const entries = [];
  let isServerOnly = false;
  let entry;
  for (const [index, line] of text.split("\n").entries()) {
    const place = `${file}:${index + 1}`;
    const [, id] = heading.exec(line) ?? [];
    if (id !== undefined) {
      entry = { id, place, says: "", tests: [] };
      entries.push(entry);
    } else if (line.startsWith("#")) {
      isServerOnly = line === "## Server only";
      entry = undefined;
    } else if (isServerOnly) {
      entries.push(...(line.match(statementIds) ?? []).map((it) => ({ id: it, place, isServerOnly, tests: [] })));
    } else if (entry !== undefined && line !== "") {
      addLine(entry, line);
    }
  }
  return entries;
}

function addLine(entry, line) {
  const [, title] = item.exec(line) ?? [];
  const [, words] = reason.exec(line) ?? [];
  if (title !== undefined) {
    entry.tests.push(title);
  } else if (words !== undefined) {
    entry.doesNotApply = words;
  } else if (entry.doesNotApply !== undefined) {
    entry.doesNotApply += ` ${line}`;
  } else {
    entry.says += `${entry.says === "" ? "" : " "}${line}`;
  }
}

/** The whole ledger. */
export function readLedger() {
  const folder = path.join("packages", "core", "test", "conformance", "ledger");
  return readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .flatMap((name) => parseLedger(readFileSync(path.join(root, folder, name), "utf8"), path.join(folder, name)));
}
