/** Installs the packed packages with npm, as a stranger would. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { packageNames, tarball } from "./packages.mjs";
import { run } from "./run.mjs";

/** Installs the tarballs in a folder; gives a complaint where npm could not. */
export async function installTarballs(folder) {
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  const command = ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", ...packageNames.map(tarball)];
  const { ok, output } = await run(command, { cwd: folder });
  return ok ? [] : [`npm could not install the tarballs:\n${output}`];
}
