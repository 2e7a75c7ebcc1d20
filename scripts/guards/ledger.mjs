/**
 * Shows that the check of the conformance ledger can fail: each made-up ledger, run or source below must bring the
 * complaint beside it, and the right ones none.
 */
import { parseLedger, statementCount } from "../ledger/ledger.mjs";
import { ledgerProblems } from "../ledger/problems.mjs";

const good = "### MQTT-1.1.1-1\nSays something.\n- `shows it`\n";

/** The statements that the made-up ledgers do not have. */
const others = (count) => Array.from({ length: count }, (_, index) => `MQTT-9.9.9-${index}`).join(" ");
const serverOnly = (count) => `## Server only\n${others(count)}\n`;
const passed = [{ title: "group > MQTT-1.1.1-1: shows it well", status: "passed" }];

/** What the complaint says (undefined for none), the ledger, the tests of the run, and the ids that sources cite. */
const cases = [
  [undefined, good, passed],
  [undefined, good, [...passed, { title: "another", status: "failed" }]],
  [undefined, good, passed, ["MQTT-1.1.1-1", "MQTT-9.9.9-3"]],
  [undefined, `${good}### R-1.1-words\nSays.\n- \`well\`\n`, passed, ["R-1.1-words"]],
  [undefined, "### MQTT-1.1.1-1\nSays.\nDoes not apply: we never do\nthat (section 1.1).\n", passed],
  ["names no test", "### MQTT-1.1.1-1\nSays something.\n", passed],
  ["does not say", "### MQTT-1.1.1-1\n- `shows it`\n", passed],
  ["no id of a statement", `${good}### MQTT-1.1\nSays.\n- \`shows it\`\n`, passed],
  ["names no section", "### MQTT-1.1.1-1\nSays.\nDoes not apply: we never do that.\n", passed],
  ["by an id alone", "### MQTT-1.1.1-1\nSays something.\n- `MQTT-1.1.1-1:`\n", passed],
  ["names tests, and", `${good}Does not apply: section 1.1.\n`, passed],
  ["that did not run", good, [{ title: "MQTT-1.1.1-1: shows nothing", status: "passed" }]],
  ["that has failed", good, [...passed, { title: "shows it badly", status: "failed" }]],
  ["that has skipped", good, [{ title: "shows it", status: "skipped" }]],
  ["that has pending", good, [{ title: "shows it", status: "pending" }]],
  ["that has flaky", good, [{ title: "shows it", status: "flaky" }]],
  ["has an entry already", good + good, passed],
  ['the test "MQTT-8.8.8-8" cites', good, [...passed, { title: "MQTT-8.8.8-8", status: "passed" }]],
  ["a source cites MQTT-8.8.8-8", good, passed, ["MQTT-8.8.8-8"]],
  ["a source cites R-8.8-words", good, passed, ["R-8.8-words"]],
];

let holes = 0;

function expectComplaint(complaint, problems) {
  const isRight = complaint === undefined ? problems.length === 0 : problems.some((line) => line.includes(complaint));
  if (!isRight) {
    holes += 1;
    console.error(`expected ${complaint ?? "no complaint"}, got: ${problems.join("; ") || "none"}`);
  }
}

for (const [complaint, ledger, tests, cited = []] of cases) {
  const entries = parseLedger(ledger + serverOnly(statementCount - 1), "made-up.md");
  const citations = cited.map((id) => ({ id, place: "a source" }));
  expectComplaint(complaint, ledgerProblems(entries, tests, citations));
}
const short = parseLedger(good + serverOnly(statementCount - 2), "made-up.md");
expectComplaint(
  `${statementCount - 1} of the ${statementCount} numbered statements`,
  ledgerProblems(short, passed, []),
);

console.log(`${cases.length + 1 - holes} of ${cases.length + 1} made-up ledgers were judged rightly`);
process.exitCode = holes === 0 ? 0 : 1;
