/**
 * The programs that started this one: npm or pnpm, and the shell between. Their end is the end of the demo too. npm
 * passes SIGTERM on to its shell only, and SIGHUP to nobody, so the demo would live on without a signal. Node has no
 * event for the end of a parent, so this module looks from time to time.
 */
import { execFileSync } from "node:child_process";

const millisecondsBetweenLooks = 500;

/** Gives the parent of a process, or undefined where the system has no `ps`, as on Windows. */
function parentOf(pid) {
  try {
    const answer = execFileSync("ps", ["-o", "ppid=", "-p", String(pid)], { stdio: ["ignore", "pipe", "ignore"] });
    return Number(answer) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code !== "ESRCH";
  }
}

/**
 * Calls `onEnd` once, when the shell or the package manager that runs this program as a script has ended. A program that
 * was started by hand has no such launcher.
 */
export function watchLauncher(onEnd) {
  if (process.env.npm_lifecycle_event === undefined) {
    return;
  }
  const shell = process.ppid;
  const packageManager = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid !== shell || (packageManager !== undefined && !isAlive(packageManager))) {
      clearInterval(timer);
      onEnd();
    }
  }, millisecondsBetweenLooks);
  timer.unref();
}
