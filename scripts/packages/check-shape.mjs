/**
 * Checks the packed packages as a package manager, a bundler and TypeScript see them: publint for what the manifest
 * promises, attw for what each kind of module resolution finds.
 */
import { packageNames, tarball } from "../lib/packages.mjs";
import { run } from "../lib/run.mjs";

const checks = packageNames.flatMap((name) => [
  ["pnpm", "exec", "publint", "run", tarball(name), "--strict"],
  ["pnpm", "exec", "attw", "--no-color", "--no-emoji", tarball(name)],
]);

for (const check of checks) {
  const { ok, output } = await run(check);
  if (!ok) {
    console.error(output);
    process.exitCode = 1;
  }
}
