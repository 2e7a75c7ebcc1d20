/**
 * Runs a command as a child process, with a time limit, and gives back what became of it. A command that is over time
 * is ended together with everything it started.
 */
import { spawn } from "node:child_process";

const millisecondsPerMinute = 60_000;
const millisecondsToEnd = 2_000;

// Not by default: a process that a signal ends does not run its `exit` listeners, and would leave its children behind.
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => process.exit(1));
}

/** Sends a signal to a process and its descendants; they share a group because the process was started detached. */
function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
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
  const endWithUs = () => signalGroup(child, "SIGTERM");
  process.once("exit", endWithUs);

  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  let output = "";
  let endedFor;
  const timers = [];
  const end = (reason) => {
    endedFor ??= reason;
    signalGroup(child, "SIGTERM");
    timers.push(setTimeout(() => signalGroup(child, "SIGKILL"), millisecondsToEnd));
  };
  timers.push(setTimeout(() => end(`not done after ${limitMinutes} minutes`), limitMinutes * millisecondsPerMinute));
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
    timers.forEach(clearTimeout);
    release?.();
    process.off("exit", endWithUs);
    const reason = endedFor ?? failure;
    const seconds = (performance.now() - started) / 1000;
    resolve({ ok: code === 0 && reason === undefined, code, reason, output, seconds });
  };
  child.once("error", (error) => finish(undefined, error.message));
  child.once("close", (code) => finish(code));
  return promise;
}
