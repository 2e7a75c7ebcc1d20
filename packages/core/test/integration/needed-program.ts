/**
 * What a test does for want of a program of the system: on a developer's machine it is skipped, and says why; under CI
 * it fails.
 */
export function needProgram(file: string | undefined, name: string, variable: string): file is string {
  if (file !== undefined) {
    return true;
  }
  const reason = `${name} is missing: install it or set ${variable}`;
  if (process.env["CI"] !== undefined && process.env["CI"] !== "") {
    throw new Error(reason);
  }
  process.stderr.write(`skipped: ${reason}\n`);
  return false;
}
