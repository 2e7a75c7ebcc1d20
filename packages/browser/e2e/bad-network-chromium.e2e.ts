/**
 * A page whose network fails again and again by a plan, exchanging messages with a Node client: both ways everything has
 * to arrive in order, at least once at QoS 1 and exactly once at QoS 2. A failure is repeated with `MQTT5_SEED`.
 */

import { expect, type Page } from "@playwright/test";
import { BadNetwork } from "../../core/test/integration/bad-network.js";
import {
  badNetworkConnectOptions,
  badNetworkOptions,
  complaintsOf,
  requireHits,
  runStream,
  type Stream,
  type StreamEnds,
  streamsOf,
  told,
} from "../../core/test/integration/bad-network-run.js";
import { findMosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { type NumberTally, NumberTraffic } from "../../core/test/integration/number-traffic.js";
import { runSeed } from "../../core/test/integration/run-seed.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { perform, type Surroundings, test } from "./support/fixtures.js";
import { makeNodeClient } from "./support/node-client.js";

test.skip(!needProgram(findMosquitto(), "mosquitto", "MOSQUITTO_PATH"), "mosquitto is missing");
// In Chromium alone: the heap of a page is measured through its protocol.

const seed = runSeed();
const cuts = Number(process.env["MQTT5_CUTS"] ?? "16");
test.setTimeout(60_000 + cuts * 3_000);

const overBadNetwork = test.extend<{ readonly network: BadNetwork }>({
  network: async ({ surroundings }, use) => {
    process.stderr.write(`MQTT5_SEED=${String(seed)}\n`);
    const network = await BadNetwork.start({ targetPort: surroundings.broker.ports.ws, isWebSocket: true, seed, cuts });
    await use(network);
    await network.stop();
  },
});

/** What the test itself and the heap's own fragments may take. */
const allowedGrowthBytes = 8 * 1_048_576;

async function usedHeap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

/** Runs streams from one end to the other; resolves with what is wrong with what arrived. */
async function carry(
  streams: readonly Stream[],
  ends: StreamEnds,
  arrival: { readonly tally: (topic: string) => Promise<NumberTally>; readonly network?: BadNetwork },
): Promise<readonly string[]> {
  const complaints = streams.map(async (stream) => {
    const count = await runStream(stream, ends);
    const tally = await arrival.tally(stream.topic);
    return complaintsOf(stream, tally, count, arrival.network?.repeatedExchanges.countOf(stream.topic));
  });
  return (await Promise.all(complaints)).flat();
}

/** The other side, whose own network is good. */
async function connectNode({ broker }: Surroundings, topicFilter: string) {
  const { username, password, ports } = broker;
  const tracked = trackClient(
    await makeNodeClient({
      url: `mqtt://127.0.0.1:${String(ports.mqtt)}`,
      connectOptions: { username, password },
    }),
  );
  const traffic = new NumberTraffic(tracked.client);
  tracked.client.start();
  await tracked.client.waitUntilConnected();
  await tracked.client.subscribe({ topicFilter, qos: 2 });
  return { ...tracked, traffic };
}

overBadNetwork("nothing is lost, doubled or reordered", async ({ openPage, surroundings, suffix, network }) => {
  const { username, password } = surroundings.broker;
  const page = await openPage({ form: "iife", isRough: true });
  const node = await connectNode(surroundings, `${suffix}/to-node/#`);
  await perform(page, "connect", {
    options: {
      ...badNetworkOptions,
      url: `ws://127.0.0.1:${String(network.port)}`,
      connectOptions: { ...badNetworkConnectOptions, username, password, clientId: `page-${suffix}` },
    },
    subscriptions: [{ topicFilter: `${suffix}/to-page/#`, qos: 2 }],
  });
  const heapBefore = await usedHeap(page);
  const isOver = (): boolean => network.isSpent;
  const fromPage: StreamEnds = {
    publish: (series) => perform(page, "publishNumbers", series),
    waitFor: (topic, distinct) => node.traffic.waitFor(topic, distinct),
    isOver,
  };
  const toPage: StreamEnds = {
    publish: (series) => node.traffic.publish(series),
    waitFor: (topic, distinct) => perform(page, "waitForNumbers", { topic, distinct }),
    isOver,
  };
  const complaints = await Promise.all([
    carry(streamsOf(`${suffix}/to-node`), fromPage, {
      tally: async (topic) => Promise.resolve(node.traffic.tally(topic)),
    }),
    carry(streamsOf(`${suffix}/to-page`), toPage, { tally: (topic) => perform(page, "tally", { topic }), network }),
  ]);
  const grown = (await usedHeap(page)) - heapBefore;
  process.stderr.write(`${told(seed, network.counts)}; heap +${String(grown)}\n`);

  expect(complaints.flat(), `MQTT5_SEED=${String(seed)}`).toEqual([]);
  requireHits(network.counts);
  expect(grown).toBeLessThan(allowedGrowthBytes);
  expect(await perform(page, "statistics", {})).toMatchObject({
    incompleteOperationCount: 0,
    incompleteOperationSize: 0,
  });
  await perform(page, "stop", {});
  await node.finish();
});
