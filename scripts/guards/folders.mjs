/** Shows that the check of the folders can fail: each made-up tree below must bring the complaint beside it. */
import { folderProblems, mostSources, packetFiles, packetsFolder } from "../lib/folders.mjs";

const folder = "packages/node/src/made-up";
const files = (count, extension = "ts") => Array.from({ length: count }, (_, n) => `${folder}/file-${n}.${extension}`);

/** What the complaint begins with (undefined for none), and the files. */
const cases = [
  [undefined, [...packetFiles, ...files(mostSources)]],
  [undefined, [...packetFiles, ...files(mostSources), ...files(mostSources, "spec.ts")]],
  [undefined, [...packetFiles, ...files(mostSources), `${folder}/deeper/file.ts`]],
  [undefined, [...packetFiles, `${packetsFolder}/publish.spec.ts`, `${packetsFolder}/layouts/shared.ts`]],
  [`${folder} holds ${mostSources + 1} sources`, [...packetFiles, ...files(mostSources + 1)]],
  [`${packetsFolder}/connect.ts is missing`, packetFiles.slice(1)],
  [`${packetsFolder}/shared.ts is not`, [...packetFiles, `${packetsFolder}/shared.ts`]],
  [`${packetsFolder}/more/shared.ts is not`, [...packetFiles, `${packetsFolder}/more/shared.ts`]],
];

let holes = 0;
for (const [complaint, tree] of cases) {
  const problems = folderProblems(tree);
  const isRight = complaint === undefined ? problems.length === 0 : problems.some((it) => it.startsWith(complaint));
  if (!isRight) {
    holes += 1;
    console.error(`expected ${complaint ?? "no complaint"}, got: ${problems.join("; ") || "none"}`);
  }
}
console.log(`${cases.length - holes} of ${cases.length} made-up folders were judged rightly`);
process.exitCode = holes === 0 ? 0 : 1;
