/** Checks how the sources are spread over folders, so that none becomes a heap in which nobody finds anything. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { folderProblems } from "./lib/folders.mjs";
import { packageNames, root } from "./lib/packages.mjs";

const filesBelow = (folder) =>
  readdirSync(path.join(root, folder), { recursive: true }).map(
    (file) => `${folder}/${file.replaceAll(path.sep, "/")}`,
  );

const problems = folderProblems(packageNames.flatMap((name) => filesBelow(`packages/${name}/src`)));
problems.forEach((line) => console.error(line));
process.exitCode = problems.length === 0 ? 0 : 1;
