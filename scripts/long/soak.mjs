/**
 * The soak: rounds of the same traffic until a million messages at each QoS, a million subscribes and a thousand
 * reconnects are done, or the time is over. After each round garbage is collected; heap and handles must not have grown.
 *
 * Usage: node --expose-gc scripts/long/soak.mjs <minutes>; needs `pnpm build`.
 */
import { setTimeout as wait } from "node:timers/promises";
import { Mqtt5Client } from "../../packages/node/dist/index.js";
import { startBroker } from "../lib/broker.mjs";
import { findTools } from "../lib/tools.mjs";
import { startNetwork } from "./cuttable-network.mjs";
import { SoakTraffic } from "./soak-traffic.mjs";

const rounds = 500;
const perRound = 1_000_000 / rounds;

/** Code is compiled, and tables find their size, in the first ones. */
const warmUpRounds = 10;
const allowedGrowthBytes = 1_048_576;
const millisecondsPerMinute = 60_000;
const reportEveryMs = 30_000;

const mebibytes = (bytes) => `${(bytes / 1_048_576).toFixed(2)} MiB`;
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** What is left once what a round used is gone: sockets that were cut close a turn or two later. */
async function measure() {
  await wait(20);
  globalThis.gc();
  return { heap: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
}

async function runRound(traffic) {
  for (const qos of [0, 1, 2]) {
    await traffic.publish(qos, perRound);
  }
  await traffic.subscribe(perRound);
}

function tell(traffic, round, { heap }) {
  const { received, repeated, subscribes, reconnects } = traffic;
  console.log(
    `round ${round}: ${received.join(" + ")} messages at QoS 0, 1, 2 (${repeated} repeated at QoS 1), ` +
      `${subscribes} subscribes, ${reconnects} reconnects, heap ${mebibytes(heap)}`,
  );
}

/** Handles as they most often are: one that is just going away, or a timer, is no leak; one that stays is. */
function judge(measured) {
  const quarter = Math.ceil((measured.length - warmUpRounds) / 4);
  const parts = [measured.slice(warmUpRounds, warmUpRounds + quarter), measured.slice(-quarter)];
  const [heapAtStart, heapAtEnd] = parts.map((part) => median(part.map(({ heap }) => heap)));
  const [atStart, atEnd] = parts.map((part) => median(part.map(({ handles }) => handles)));
  console.log(`heap after the warm-up ${mebibytes(heapAtStart)}, at the end ${mebibytes(heapAtEnd)}`);
  console.log(
    `handles after the warm-up ${atStart}, at the end ${atEnd}: ${process.getActiveResourcesInfo().join(", ")}`,
  );
  if (heapAtEnd - heapAtStart > allowedGrowthBytes) {
    throw new Error(`the heap grew by ${mebibytes(heapAtEnd - heapAtStart)}`);
  }
  if (atEnd > atStart) {
    throw new Error(`the handles grew from ${atStart} to ${atEnd}`);
  }
}

async function soak(traffic, minutes) {
  const end = performance.now() + minutes * millisecondsPerMinute;
  const measured = [];
  let toldAt = performance.now();
  while (measured.length < rounds && (performance.now() < end || measured.length < 2 * warmUpRounds)) {
    await runRound(traffic);
    measured.push(await measure());
    if (performance.now() - toldAt > reportEveryMs) {
      toldAt = performance.now();
      tell(traffic, measured.length, measured.at(-1));
    }
  }
  tell(traffic, measured.length, measured.at(-1));
  return measured;
}

const broker = await startBroker(findTools().MOSQUITTO_PATH ?? "mosquitto", [
  // By default it drops messages that it has acknowledged when a subscriber is slow.
  "max_queued_messages 0",
  "max_inflight_messages 100",
  "set_tcp_nodelay true",
]);
const network = await startNetwork(broker.port);
try {
  const traffic = await SoakTraffic.start(Mqtt5Client, network);
  judge(await soak(traffic, Number(process.argv[2] ?? "20")));
  await traffic.stop();
} finally {
  await network.stop();
  await broker.stop();
}
