/**
 * Installs the tarballs with npm in an empty folder outside the workspace, as a stranger would, and tries them there.
 * Inside the workspace Node would find the workspace's own modules, and a missing file or dependency would not show.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installTarballs } from "../lib/installation.mjs";
import { checkConsumerPrograms } from "./consumer-programs.mjs";
import { checkConsumerTypes } from "./consumer-types.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "mqtt5-consumer-"));
try {
  cpSync(path.join(import.meta.dirname, "consumer"), folder, { recursive: true });
  const complaints = await installTarballs(folder);
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
