/**
 * Packs every package once, as it would be published, and unpacks it again beside the tarball. Every check of the
 * packages (shape, types, size, bundles, installation, browser pages) reads these files and no other build.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { packageNames, packedFolder, packedRoot, root, tarball } from "../lib/packages.mjs";

rmSync(packedRoot, { recursive: true, force: true });
mkdirSync(packedRoot, { recursive: true });
for (const name of packageNames) {
  const packed = execFileSync("pnpm", ["pack", "--json", "--pack-destination", packedRoot], {
    cwd: path.join(root, "packages", name),
    encoding: "utf8",
  });
  renameSync(path.resolve(packedRoot, JSON.parse(packed).filename), tarball(name));
  mkdirSync(packedFolder(name));
  execFileSync("tar", ["-xzf", tarball(name), "-C", packedFolder(name), "--strip-components=1"]);
}
