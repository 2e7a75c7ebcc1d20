/**
 * Runs the programs in `consumer/` against the installed packages and a real broker, in ESM and in CommonJS. A program
 * has to end by itself: what the client leaves open (a socket, a timer) shows here, where no test framework ends it.
 */
import { startBroker } from "../lib/broker.mjs";
import { run } from "../lib/run.mjs";
import { findTools } from "../lib/tools.mjs";

const secondsToEnd = 5;
const lastWord = "stopped";

/** Programs, and which address of the broker each is given. The last has the package for browsers connect on a server. */
const programs = [
  ["program.mjs", "url"],
  ["program.cjs", "url"],
  ["browser-package.mjs", "webSocketUrl"],
];

/** Ends a program that is still there some time after its client stopped. */
function endWhenItStays(end, onOutput) {
  let timer;
  onOutput((output) => {
    if (timer === undefined && output.includes(lastWord)) {
      timer = setTimeout(() => end(`still runs ${secondsToEnd} s after the client stopped`), secondsToEnd * 1000);
    }
  });
  return () => clearTimeout(timer);
}

/** Gives a complaint for each program that fails or does not end; without a broker there is none to run. */
export async function checkConsumerPrograms(folder) {
  const { MOSQUITTO_PATH: program } = findTools();
  if (program === undefined) {
    console.log("not run, for lack of mosquitto: the programs that use the installed packages");
    return [];
  }
  const broker = await startBroker(program);
  try {
    const complaints = [];
    for (const [file, address] of programs) {
      const command = [process.execPath, file, broker[address]];
      const { ok, output, reason } = await run(command, { cwd: folder, limitMinutes: 1, watch: endWhenItStays });
      if (!ok || !output.includes(lastWord)) {
        complaints.push(`${file} failed${reason === undefined ? "" : ` (${reason})`}:\n${output}`);
      }
    }
    return complaints;
  } finally {
    await broker.stop();
  }
}
