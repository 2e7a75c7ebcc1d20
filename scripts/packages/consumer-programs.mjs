/**
 * Runs the programs in `consumer/` against the installed packages, in ESM and in CommonJS. A program has to end by
 * itself: what it leaves open (a socket, a timer) shows here, where no test framework ends it.
 */
import { run } from "../lib/run.mjs";

const secondsToEnd = 5;

/** Ends a program that is still there some time after it printed its last word. */
const mustEndAfter = (word) => (end, onOutput) => {
  let timer;
  onOutput((output) => {
    if (timer === undefined && output.includes(word)) {
      timer = setTimeout(() => end(`still runs ${secondsToEnd} s after "${word}"`), secondsToEnd * 1000);
    }
  });
  return () => clearTimeout(timer);
};

/** Gives a complaint for each program that fails or does not end. */
export async function checkConsumerPrograms(folder) {
  const complaints = [];
  for (const program of ["program.mjs", "program.cjs"]) {
    const { ok, output, reason } = await run([process.execPath, program], {
      cwd: folder,
      limitMinutes: 1,
      watch: mustEndAfter("imported"),
    });
    if (!ok || !output.includes("imported")) {
      complaints.push(`${program} failed${reason === undefined ? "" : ` (${reason})`}:\n${output}`);
    }
  }
  return complaints;
}
