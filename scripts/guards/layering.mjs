/**
 * Shows that each layering rule can fail: in a made-up source tree every wrong import below must be reported by the
 * rule it breaks, and the right ones by none. A rule without a case here is an error too.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cruise } from "dependency-cruiser";
import configuration from "../../.dependency-cruiser.mjs";

/** The files that the cases import. */
const targets = [
  "core/src/index.ts",
  "core/src/errors.ts",
  "core/src/codec/packet.ts",
  "core/src/codec/packet.spec.ts",
  "core/src/codec/client-packets.ts",
  "core/src/codec/encode-any-packet.ts",
  "core/src/codec/packets/connect.ts",
  "core/src/protocol/engine.ts",
  "core/src/protocol/lifecycle/lifecycle.ts",
  "core/src/protocol/lifecycle/retry-policy.ts",
  "core/src/client/connecting/authentication.ts",
  "core/src/client/driver.ts",
  "core/src/ports/clock.ts",
  "core/src/protocol/errors/connection-errors.ts",
  "core/src/transports/socket.ts",
  "core/src/testing/virtual-clock.ts",
  "core/test/helper.ts",
  "node/src/tcp.ts",
  "browser/src/websocket.ts",
];

/** Rule, importing folder, statement; `${n}` in a file name makes each case a file of its own. */
const wrong = [
  ["codec-is-at-the-bottom", "core/src/codec", 'import "../protocol/engine.js";'],
  ["codec-is-at-the-bottom", "core/src/codec", 'import type {} from "../client/driver.js";'],
  ["codec-is-at-the-bottom", "core/src/codec", 'import type {} from "../ports/clock.js";'],
  ["protocol-knows-codec-only", "core/src/protocol", 'import "../client/driver.js";'],
  ["client-knows-the-layers-below", "core/src/client", 'import "../testing/virtual-clock.js";'],
  ["client-knows-the-layers-below", "core/src/client", 'import "../../../node/src/tcp.js";'],
  ["transports-know-ports-only", "core/src/transports", 'import "../codec/packet.js";'],
  ["transports-know-ports-only", "core/src/transports", 'import "../client/driver.js";'],
  ["client-knows-the-layers-below", "core/src/client", 'import "../transports/socket.js";'],
  ["authentication-is-an-application", "core/src/authentication", 'import "../client/driver.js";'],
  ["wire-knows-no-packet", "core/src/codec/wire", 'import "../packets/connect.js";'],
  ["collections-know-nothing", "core/src/protocol/collections", 'import "../engine.js";'],
  ["connection-and-session-are-told", "core/src/protocol/session", 'import "../lifecycle/lifecycle.js";'],
  ["connection-and-session-are-told", "core/src/protocol/connection", 'import type {} from "../engine.js";'],
  ["lifecycle-knows-no-engine", "core/src/protocol/lifecycle", 'import "../engine.js";'],
  ["options-do-nothing", "core/src/client/options", 'import "../driver.js";'],
  ["promises-drive-nothing", "core/src/client/operations", 'import "../driver.js";'],
  ["ports-know-values-only", "core/src/ports", 'import type {} from "../client/driver.js";'],
  ["ports-are-types", "core/src/ports", 'import "../errors.js";'],
  ["ports-are-imported-as-types", "core/src/client", 'import "../ports/clock.js";'],
  ["core-has-no-platform", "core/src/client", 'import "node:fs";'],
  ["core-has-no-platform", "core/src/client", 'import "mqtt-packet";'],
  ["core-has-no-web-socket-package", "core/src/client", 'import "ws";'],
  ["core-has-no-web-socket-package", "core/test", 'import type {} from "isomorphic-ws";'],
  ["server-codec-is-for-tests", "core/src/codec", 'import "./client-packets.js";'],
  ["server-codec-is-for-tests", "core/src/protocol", 'import "../codec/encode-any-packet.js";'],
  ["testing-is-for-tests", "node/src", 'import "../../core/src/testing/virtual-clock.js";'],
  ["entries-are-for-others", "core/src/testing", 'import "../index.js";'],
  ["adapters-use-core-entries", "node/src", 'import "../../core/src/client/driver.js";'],
  ["adapters-do-not-know-each-other", "browser/src", 'import "../../node/src/tcp.js";'],
  ["adapters-do-not-know-each-other", "node/src", 'import type {} from "../../browser/src/websocket.js";'],
  ["core-knows-no-adapter", "core/test", 'import "../../node/src/tcp.js";'],
  ["browser-has-no-node", "browser/src", 'import "node:net";'],
  ["nothing-imports-a-spec", "core/test", 'import "../src/codec/packet.spec.js";'],
  ["sources-import-no-test-code", "core/src/client", 'import "../../test/helper.js";'],
  [
    "no-cycle",
    "core/src/client",
    'import type {} from "./case-${n}-back.js";',
    'import type {} from "./case-${n}.js";',
  ],
  ["no-missing-file", "core/src/client", 'import "./nowhere.js";'],
];

const right = [
  ["core/src/codec", 'import "../errors.js"; import "./packet.js";'],
  ["core/src/protocol", 'import "../codec/packet.js"; import type {} from "../ports/clock.js";'],
  ["core/src/protocol/errors", 'import "../lifecycle/retry-policy.js";'],
  ["core/src/protocol", 'import "./engine.js"; import "./lifecycle/lifecycle.js";'],
  ["core/src/client", 'import "../protocol/engine.js"; import "../codec/packet.js"; import "../errors.js";'],
  ["core/src/ports", 'import type {} from "../codec/packet.js";'],
  ["core/src/transports", 'import type {} from "../ports/clock.js"; import "../protocol/errors/connection-errors.js";'],
  ["core/src/authentication", 'import type {} from "../client/connecting/authentication.js"; import "../errors.js";'],
  ["core/src/testing", 'import "../codec/client-packets.js"; import "../client/driver.js";'],
  ["core/test", 'import "node:fs"; import "../src/codec/encode-any-packet.js"; import "./helper.js";'],
  ["node/src", 'import "../../core/src/index.js"; import "node:net";'],
];

const folder = mkdtempSync(path.join(tmpdir(), "layering-"));

function write(file, text) {
  const target = path.join(folder, "packages", file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function writeTree() {
  for (const target of targets) {
    write(target, "export {};\n");
  }
  for (const [n, [, from, statement, back]] of wrong.entries()) {
    write(`${from}/case-${n}.ts`, statement.replaceAll("${n}", n));
    if (back !== undefined) {
      write(`${from}/case-${n}-back.ts`, back.replaceAll("${n}", n));
    }
  }
  for (const [n, [from, statements]] of right.entries()) {
    write(`${from}/right-${n}.ts`, statements);
  }
}

async function findViolations() {
  const { output } = await cruise(["packages"], {
    ...configuration.options,
    ruleSet: { forbidden: configuration.forbidden },
    validate: true,
    baseDir: folder,
  });
  return output.summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }));
}

const complaints = [];
try {
  writeTree();
  const violations = await findViolations();
  for (const [n, [rule, from, statement]] of wrong.entries()) {
    const cases = [`packages/${from}/case-${n}.ts`, `packages/${from}/case-${n}-back.ts`];
    if (!violations.some((it) => it.rule === rule && cases.includes(it.from))) {
      complaints.push(`${rule} does not report ${statement} in ${from}`);
    }
  }
  for (const { rule, from } of violations.filter((it) => it.from.includes("/right-"))) {
    complaints.push(`${rule} reports ${from}, which is right`);
  }
  for (const { name } of configuration.forbidden.filter((it) => !wrong.some(([rule]) => rule === it.name))) {
    complaints.push(`${name} has no case that shows it can fail`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const complaint of complaints) {
  console.error(complaint);
}
console.log(`${wrong.length} wrong imports tried, ${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
