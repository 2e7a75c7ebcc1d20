/**
 * Lint reads code only; this reads the commands: no script of a manifest, and not the CI's either, may let a suite pass
 * that is empty, that fails at first, or that does not end.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { root, workspaceFolders } from "../lib/packages.mjs";

const forbidden = /--(forceExit|passWithNoTests|pass-with-no-tests|retries)\b/;

const manifests = [".", ...workspaceFolders()].map((folder) => path.join(folder, "package.json"));
for (const file of [...manifests, ".ci/run"]) {
  const found = forbidden.exec(readFileSync(path.join(root, file), "utf8"));
  if (found !== null) {
    console.error(`${file} contains ${found[0]}: a suite has tests, passes at the first run and ends by itself`);
    process.exitCode = 1;
  }
}
