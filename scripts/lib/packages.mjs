/**
 * The packages that are published, and where the packed form of each stands once `pnpm run build:packages` has run.
 */
import { readFileSync } from "node:fs";
import path from "node:path";

export const packageNames = ["core", "node", "browser"];

export const root = path.resolve(import.meta.dirname, "../..");

const packedRoot = path.join(root, ".cache", "packed");

/** The tarball of a package, as it would be published. */
export const tarball = (name) => path.join(packedRoot, `${name}.tgz`);

/** The unpacked tarball of a package. */
export const packedFolder = (name) => path.join(packedRoot, name);

export const packedManifest = (name) => JSON.parse(readFileSync(path.join(packedFolder(name), "package.json"), "utf8"));

export { packedRoot };
