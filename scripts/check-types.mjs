/**
 * Type-checks every TypeScript project of the workspace: the sources of each package under the settings of their
 * platform, and apart from them the tests, which may see more.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { root, workspaceFolders } from "./lib/packages.mjs";
import { run } from "./lib/run.mjs";

const isProject = (file) => /^tsconfig(\.\w+)?\.json$/.test(file);

for (const folder of workspaceFolders()) {
  for (const project of readdirSync(path.join(root, folder)).filter(isProject)) {
    const { ok, output } = await run(["tsc", "--noEmit", "--pretty", "false", "-p", path.join(folder, project)], {
      cwd: root,
    });
    if (!ok) {
      console.error(output);
      process.exitCode = 1;
    }
  }
}
