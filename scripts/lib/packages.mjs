/**
 * The packages that are published, and where the packed form of each stands once `pnpm run build:packages` has run.
 */
import path from "node:path";

export const packageNames = ["core", "node", "browser"];

export const root = path.resolve(import.meta.dirname, "../..");

/** The folder of all of them. */
export const packedRoot = path.join(root, ".cache", "packed");

/** The tarball of a package, as it would be published. */
export const tarball = (name) => path.join(packedRoot, `${name}.tgz`);

/** The unpacked tarball of a package. */
export const packedFolder = (name) => path.join(packedRoot, name);
