/**
 * Empties the packages' `dist` folders before a build, so that no file of an earlier build ends up in a tarball.
 */
import { rmSync } from "node:fs";

for (const name of ["core", "node", "browser"]) {
  rmSync(`packages/${name}/dist`, { recursive: true, force: true });
}
