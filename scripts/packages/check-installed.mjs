/**
 * Installs the tarballs with npm in an empty folder outside the workspace, as a stranger would, and tries them there.
 * Inside the workspace Node would find the workspace's own modules, and a missing file or dependency would not show.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { packageNames, tarball } from "../lib/packages.mjs";
import { run } from "../lib/run.mjs";
import { checkConsumerPrograms } from "./consumer-programs.mjs";
import { checkConsumerTypes } from "./consumer-types.mjs";

async function install(folder) {
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  cpSync(path.join(import.meta.dirname, "consumer"), folder, { recursive: true });
  const command = ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", ...packageNames.map(tarball)];
  const { ok, output } = await run(command, { cwd: folder });
  return ok ? [] : [`npm could not install the tarballs:\n${output}`];
}

const folder = mkdtempSync(path.join(tmpdir(), "mqtt5-consumer-"));
try {
  const complaints = await install(folder);
  if (complaints.length === 0) {
    complaints.push(...(await checkConsumerPrograms(folder)), ...(await checkConsumerTypes(folder)));
  }
  for (const complaint of complaints) {
    console.error(complaint);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
