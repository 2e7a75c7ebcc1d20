/**
 * Measures side by side: the runs of all contenders alternate, so that what slows the machine down slows all of them, and
 * the median of the rounds is told, so that one bad moment does not count.
 */
import { hrtime } from "node:process";

const rounds = 9;
const warmUps = 3;

/** The time that a run takes, for runs that do `count` things each; every run is made to count about the same time. */
const secondsOf = (run, count) => {
  const start = hrtime.bigint();
  run(count);
  return Number(hrtime.bigint() - start) / 1e9;
};

/** The one in the middle. */
export const median = (values) => values.toSorted((one, other) => one - other)[values.length >> 1];

/**
 * How many things a second each contender does.
 *
 * @param contenders functions that do a thing as often as they are told
 * @param seconds how long a run is to take
 */
export function ratesOf(contenders, seconds = 0.1) {
  const counts = contenders.map((run) => {
    let count = 1000;
    for (let warmUp = 0; warmUp < warmUps; warmUp++) {
      count = Math.max(1000, Math.ceil((count * seconds) / secondsOf(run, count)));
    }
    return count;
  });
  const rates = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    contenders.forEach((run, index) => rates[index].push(counts[index] / secondsOf(run, counts[index])));
  }
  return rates.map(median);
}

/** The bytes of garbage that each of `count` things leaves on the heap; needs `--expose-gc` and a large new space. */
export function garbageOf(run, count = 20_000) {
  run(count);
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  run(count);
  return (process.memoryUsage().heapUsed - before) / count;
}
