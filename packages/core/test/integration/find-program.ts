/** Finds the programs of the system that tests talk to. */

import { accessSync, constants } from "node:fs";
import path from "node:path";

/** `sbin` is not on the path of every user, and on macOS neither is what Homebrew installs for that folder. */
const folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/sbin"];

/** The program that an environment variable names, or else the one of this name at the usual places. */
export function findProgram(name: string, variable: string): string | undefined {
  const given = process.env[variable];
  if (given !== undefined) {
    return isProgram(given) ? given : undefined;
  }
  const searched = [...(process.env["PATH"] ?? "").split(path.delimiter), ...folders];
  return searched.map((folder) => path.join(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
