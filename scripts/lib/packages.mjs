/**
 * The packages of the workspace, and where the packed form of those that are published stands once
 * `pnpm build:packages` has run.
 */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

/** The entries of each package that is published, each with its file below `src`. */
export const entries = {
  core: { index: "index", adapter: "adapter", authentication: "authentication/index", testing: "testing/index" },
  node: { index: "index", authentication: "authentication" },
  browser: { index: "index", authentication: "authentication" },
};

export const packageNames = Object.keys(entries);

export const root = path.resolve(import.meta.dirname, "../..");

/** All folders of the workspace that hold a manifest, published or not, relative to the root. */
export function workspaceFolders() {
  const inside = (folder) => readdirSync(path.join(root, folder)).map((name) => path.join(folder, name));
  const folders = [...inside("packages"), ...inside("examples"), "benchmarks"];
  return folders.filter((folder) => existsSync(path.join(root, folder, "package.json")));
}

/** Where all that is packed stands. */
export const packedRoot = path.join(root, ".cache", "packed");

/** The tarball of a package, as it would be published. */
export const tarball = (name) => path.join(packedRoot, `${name}.tgz`);

/** The unpacked tarball of a package. */
export const packedFolder = (name) => path.join(packedRoot, name);

/** Where the tarballs are installed, and where an application is that was bundled with each bundler. */
export const installedFolder = path.join(packedRoot, "installed");
export const bundledFolder = path.join(packedRoot, "bundled");
