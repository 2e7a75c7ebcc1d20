/**
 * Runs the programs in `consumer/` from the installed tarballs on every JavaScript runtime that npm can fetch, against a
 * real broker, and prints a table. The runtimes are about a gigabyte, so this is started by hand or by a scheduled job.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startBroker } from "../lib/broker.mjs";
import { installTarballs } from "../lib/installation.mjs";
import { root } from "../lib/packages.mjs";
import { run } from "../lib/run.mjs";
import { findTools } from "../lib/tools.mjs";

const lastWord = "stopped";
const cache = path.join(root, ".cache", "runtimes");

/** What is tried, and which program does it. */
const programs = [
  { name: "node, mqtt, ESM", file: "program.mjs", address: "url" },
  { name: "node, mqtt, CommonJS", file: "program.cjs", address: "url" },
  { name: "node, ws, ESM", file: "program.mjs", address: "webSocketUrl" },
  { name: "browser, ws, ESM", file: "browser-package.mjs", address: "webSocketUrl" },
];

const nodePackage = (major) =>
  `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}@${major}`;

/** `arguments` gives what follows the program's name, or nothing where the runtime has no place for such a program. */
const runtimes = [
  ...[20, 22, 24, 26].map((major) => ({
    name: "Node",
    package: nodePackage(major),
    program: "node",
    arguments: (file, url) => [file, url],
  })),
  { name: "Bun", package: "bun@1", program: "bun", arguments: (file, url) => [file, url] },
  {
    name: "Deno",
    package: "deno@2",
    program: "deno",
    arguments: (file, url) => ["run", "--allow-all", "--quiet", "--node-modules-dir=manual", file, url],
  },
  {
    // It has no sockets of Node's and no files: the single-file module of the browser package.
    name: "workerd",
    package: "workerd@1",
    program: "workerd",
    arguments: (file) => (file === "browser-package.mjs" ? ["test", "workerd.capnp"] : undefined),
  },
];

/** Installs a runtime where that has not been done; gives its program and version, or why it cannot be had. */
async function fetchRuntime({ package: name, program }) {
  const folder = path.join(cache, name.replaceAll(/[@/]/g, "-"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{"private":true}');
  const installed = await run(["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", name], { cwd: folder });
  const file = path.join(folder, "node_modules", ".bin", program);
  const { ok, output, reason } = await run([file, "--version"], { limitMinutes: 1 });
  return ok
    ? { file, version: /\d[\w.-]*/.exec(output)?.[0] ?? "" }
    : { complaint: installed.ok ? `${program} does not start: ${reason ?? output}` : installed.output };
}

/** Runs a program on a runtime; gives "ok", "–" where it has none, or what went wrong. */
async function tryProgram(runtime, file, { program, url, cwd }) {
  const rest = runtime.arguments(program, url);
  if (rest === undefined) {
    return "–";
  }
  const { ok, output, reason } = await run([file, ...rest], { cwd, env: { MQTT_URL: url }, limitMinutes: 1 });
  return ok && output.includes(lastWord) ? "ok" : `failed: ${reason ?? output.trim()}`;
}

async function smoke(cwd, broker) {
  const rows = [];
  for (const runtime of runtimes) {
    const { file, version, complaint } = await fetchRuntime(runtime);
    const row = { runtime: `${runtime.name} ${version ?? runtime.package}` };
    for (const { name, file: program, address } of programs) {
      row[name] =
        complaint === undefined
          ? await tryProgram(runtime, file, { program, url: broker[address], cwd })
          : "not to be had";
    }
    rows.push(row);
    if (complaint !== undefined) {
      console.error(`${runtime.package} cannot be had: ${complaint.trim()}`);
    }
  }
  return rows;
}

const { MOSQUITTO_PATH: mosquitto } = findTools();
if (mosquitto === undefined) {
  throw new Error("mosquitto is missing: install it or set MOSQUITTO_PATH");
}
const folder = mkdtempSync(path.join(tmpdir(), "mqtt5-runtimes-"));
const broker = await startBroker(mosquitto);
try {
  cpSync(path.join(import.meta.dirname, "consumer"), folder, { recursive: true });
  const complaints = await installTarballs(folder);
  if (complaints.length > 0) {
    throw new Error(complaints.join("\n"));
  }
  const rows = await smoke(folder, broker);
  console.table(rows);
  process.exitCode = rows.every((row) => Object.values(row).every((it) => !it.startsWith("failed"))) ? 0 : 1;
} finally {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}
