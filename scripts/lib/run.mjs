/**
 * Runs a command as a child process, with a time limit, and gives back what became of it. A command that is over time
 * is ended together with everything it started.
 */
import { spawn } from "node:child_process";

const millisecondsPerMinute = 60_000;

/** Ends a process and its descendants; they share a process group because the process was started detached. */
function endGroup(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") {
      throw error;
    }
  }
}

/**
 * Runs `command` (an array: the program and its arguments).
 *
 * With `echo` the output appears as it comes, otherwise it is only collected. `watch` is called at the start with a
 * function that ends the command early and says why, and with one that registers a listener of the output so far; it
 * gives back what to call at the end.
 */
export function run(command, { env = {}, cwd, echo = false, limitMinutes = 10, watch } = {}) {
  const [program, ...args] = command;
  const started = performance.now();
  const child = spawn(program, args, {
    cwd,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const forward = () => endGroup(child);
  process.once("exit", forward);
  return new Promise((resolve) => {
    let output = "";
    let overdue;
    const end = (reason) => {
      overdue ??= reason;
      endGroup(child);
    };
    const limit = setTimeout(() => end(`not done after ${limitMinutes} minutes`), limitMinutes * millisecondsPerMinute);
    const listeners = [];
    const release = watch?.(end, (listener) => listeners.push(listener));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        output += text;
        listeners.forEach((listener) => listener(output));
        if (echo) {
          process.stdout.write(text);
        }
      });
    }
    const finish = (code, failure) => {
      clearTimeout(limit);
      release?.();
      process.off("exit", forward);
      const reason = overdue ?? failure;
      resolve({
        ok: code === 0 && reason === undefined,
        code,
        reason,
        output,
        seconds: (performance.now() - started) / 1000,
      });
    };
    child.once("error", (error) => finish(undefined, error.message));
    child.once("close", (code) => finish(code));
  });
}
