/**
 * The whole client beside MQTT.js: messages a second, and processor time a message, over the loopback to a peer that is
 * faster than either. Client and peer have a process each.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { median } from "./measure.mjs";

const rounds = 5;
const warmUps = 2;
const contenders = ["@mqtt5/node", "mqtt"];

const peerProgram = new URL("./peer.mjs", import.meta.url);
const contenderProgram = new URL("./contender.mjs", import.meta.url);

async function run(contender, request) {
  contender.send(request);
  const [answer] = await once(contender, "message");
  return answer;
}

/** Messages a second and microseconds of processor time a message, for each contender; their runs alternate. */
async function measure({ scheme, job, qos, count }) {
  const peer = fork(peerProgram);
  const [ports] = await once(peer, "message");
  const results = [];
  for (const name of contenders) {
    const contender = fork(contenderProgram, [name, `${scheme}://127.0.0.1:${ports[scheme]}`]);
    await once(contender, "message");
    results.push({ contender, rates: [], times: [] });
  }
  for (let round = -warmUps; round < rounds; round++) {
    for (const { contender, rates, times } of results) {
      const { seconds, processorSeconds } = await run(contender, { job, qos, count });
      if (round >= 0) {
        rates.push(count / seconds);
        times.push((processorSeconds * 1e6) / count);
      }
    }
  }
  [peer, ...results.map(({ contender }) => contender)].forEach((child) => child.kill());
  return results.map(({ rates, times }) => ({ rate: median(rates), time: median(times) }));
}

const scenarios = ["mqtt", "ws"].flatMap((scheme) =>
  ["publish", "receive"].flatMap((job) => [0, 1, 2].map((qos) => ({ scheme, job, qos, count: 100_000 }))),
);

const thousand = (rate) => `${(rate / 1e3).toFixed(0)} k`;
const columns = ["a second", "MQTT.js", "ratio", "us of CPU", "MQTT.js", "ratio"];

console.log(`payload of 64 bytes, a promise or a call each, Node ${process.version}\n`);
console.log(`${"".padEnd(26)}${columns.map((column) => column.padStart(11)).join("")}`);
for (const scenario of scenarios) {
  const { scheme, job, qos } = scenario;
  const [our, their] = await measure(scenario);
  const cells = [
    thousand(our.rate),
    thousand(their.rate),
    (our.rate / their.rate).toFixed(1),
    our.time.toFixed(2),
    their.time.toFixed(2),
    (their.time / our.time).toFixed(1),
  ];
  console.log(`${`${job} QoS ${qos}, ${scheme}`.padEnd(26)}${cells.map((cell) => cell.padStart(11)).join("")}`);
}
