/**
 * Compiles the programs in `consumer/` against the installed packages with every TypeScript version that we promise,
 * `skipLibCheck` off: once as a Node project (ESM and CommonJS), which names no types of Node's, since the package brings
 * them along; once as a bundled browser project without Node's types.
 */
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../lib/packages.mjs";
import { run } from "../lib/run.mjs";

const compilers = path.join(root, "scripts", "packages", "typescript-versions", "node_modules");

const common = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, target: "ES2022" };

const projects = {
  node: {
    files: ["esm.mts", "commonjs.cts"],
    compilerOptions: {
      ...common,
      lib: ["ES2022"],
      module: "NodeNext",
      moduleResolution: "NodeNext",
      types: [],
      typeRoots: [path.join(compilers, "@types")],
    },
  },
  browser: {
    files: ["browser.ts"],
    compilerOptions: {
      ...common,
      lib: ["ES2022", "DOM"],
      module: "ESNext",
      moduleResolution: "Bundler",
      types: [],
    },
  },
};

/** Gives a complaint for each combination that does not compile. */
export async function checkConsumerTypes(folder) {
  const complaints = [];
  const versions = readdirSync(compilers).filter((it) => it.startsWith("typescript-"));
  for (const [name, project] of Object.entries(projects)) {
    const file = path.join(folder, `tsconfig.${name}.json`);
    writeFileSync(file, JSON.stringify(project));
    for (const version of versions) {
      const { ok, output } = await run([process.execPath, path.join(compilers, version, "bin", "tsc"), "-p", file], {
        cwd: folder,
      });
      if (!ok) {
        complaints.push(`${version} does not compile the ${name} program:\n${output}`);
      }
    }
  }
  return complaints;
}
