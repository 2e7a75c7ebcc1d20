/**
 * Two clients whose networks fail again and again, each by a plan of its own, with a broker between them that is also
 * stopped and started again. Every message has to arrive in order, at least once at QoS 1 and exactly once at QoS 2.
 * A failure is repeated with `MQTT5_SEED`; `MQTT5_CUTS` asks for more cuts of each network (default 12).
 */

import { randomUUID } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Mqtt5ClientBase } from "@mqtt5/core/adapter";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { BadNetwork } from "../../core/test/integration/bad-network.js";
import {
  badNetworkConnectOptions,
  badNetworkOptions,
  complaintsOf,
  requireHits,
  runStream,
  streamsOf,
  sumOf,
  told,
  window,
} from "../../core/test/integration/bad-network-run.js";
import { makeCertificates } from "../../core/test/integration/certificates.js";
import { findMosquitto, Mosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { type NumberSeries, NumberTraffic } from "../../core/test/integration/number-traffic.js";
import { runSeed } from "../../core/test/integration/run-seed.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { Mqtt5Client } from "../src/index.js";

const program = findMosquitto();
const isThere = needProgram(program, "mosquitto", "MOSQUITTO_PATH");

const seed = runSeed();
const cuts = Number(process.env["MQTT5_CUTS"] ?? "12");

/** A run takes some ten seconds; each cut that only time can find takes up to three. */
const limitMs = 60_000 + cuts * 3_000;

/** What the test itself and the heap's own fragments may take. */
const allowedGrowthBytes = 8 * 1_048_576;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function usedHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

let broker: Mosquitto | undefined;

/** What is to be closed after a test, also one that failed. */
const opened: { readonly network: BadNetwork; readonly client: Mqtt5ClientBase }[] = [];

async function connect(name: string, scheme: "mqtt" | "ws", networkSeed: number) {
  if (broker === undefined) {
    throw new Error("there is no broker");
  }
  const { username, password, ports } = broker;
  const isWebSocket = scheme === "ws";
  const network = await BadNetwork.start({ targetPort: ports[scheme], isWebSocket, seed: networkSeed, cuts });
  const tracked = trackClient(
    new Mqtt5Client({
      ...badNetworkOptions,
      url: `${scheme}://127.0.0.1:${String(network.port)}`,
      connectOptions: { ...badNetworkConnectOptions, username, password, clientId: `${name}-${randomUUID()}` },
    }),
  );
  opened.push({ network, client: tracked.client });
  const traffic = new NumberTraffic(tracked.client);
  tracked.client.start();
  await tracked.client.waitUntilConnected();
  return { network, traffic, ...tracked };
}

type End = Awaited<ReturnType<typeof connect>>;

/** What a run keeps an eye on while it lasts. */
class Watch {
  isRestarted = false;
  mostIncomplete = 0;
  readonly isHalfWay: Promise<void>;
  readonly #ends: readonly End[];
  #tellHalfWay = (): void => undefined;

  constructor(ends: readonly End[]) {
    this.#ends = ends;
    this.isHalfWay = new Promise((resolve) => {
      this.#tellHalfWay = resolve;
    });
  }

  isOver(): boolean {
    const counts = this.#ends.map(({ client }) => client.statistics().incompleteOperationCount);
    this.mostIncomplete = Math.max(this.mostIncomplete, ...counts);
    if (this.#ends.every(({ network }) => network.cutCount >= cuts / 2)) {
      this.#tellHalfWay();
    }
    return this.isRestarted && this.#ends.every(({ network }) => network.isSpent);
  }

  /** Half way the broker is stopped and started. What is held back, and why, says the scenario of the restart. */
  async restart({ traffic }: End): Promise<void> {
    await this.isHalfWay;
    traffic.hold();
    await traffic.settleReceived();
    await broker?.restart();
    traffic.release();
    this.isRestarted = true;
  }
}

async function runTraffic(sender: End, receiver: End, prefix: string) {
  const watch = new Watch([sender, receiver]);
  const streams = streamsOf(prefix);
  const ends = {
    publish: (series: NumberSeries) => sender.traffic.publish(series),
    waitFor: (topic: string, distinct: number) => receiver.traffic.waitFor(topic, distinct),
    isOver: () => watch.isOver(),
  };
  const [counts] = await Promise.all([
    Promise.all(streams.map((stream) => runStream(stream, ends))),
    watch.restart(receiver),
  ]);
  const { repeatedExchanges } = receiver.network;
  const complaints = streams.flatMap((stream, index) => {
    const tally = receiver.traffic.tally(stream.topic);
    return complaintsOf(stream, tally, counts[index] ?? 0, repeatedExchanges.countOf(stream.topic));
  });
  return { complaints, messages: counts.reduce((sum, count) => sum + count, 0), mostIncomplete: watch.mostIncomplete };
}

(isThere ? describe : describe.skip)(`bad networks (MQTT5_SEED=${String(seed)})`, () => {
  beforeAll(async () => {
    broker = await Mosquitto.start(program ?? "mosquitto", await makeCertificates());
  });

  afterEach(async () => {
    await Promise.all(opened.map(({ client }) => client.stop()));
    await Promise.all(opened.splice(0).map(({ network }) => network.stop()));
  });

  afterAll(() => broker?.stop());

  test.each([
    ["mqtt", seed],
    ["ws", seed + 2],
  ] as const)(
    "over %s nothing is lost, doubled or reordered (plans from %i)",
    async (scheme, first) => {
      const prefix = `bad/${randomUUID()}`;
      const sender = await connect("sender", scheme, first);
      const receiver = await connect("receiver", scheme, first + 1);
      await receiver.client.subscribe({ subscriptions: [{ topicFilter: `${prefix}/#`, qos: 2 }] });
      const heapBefore = usedHeap();
      const { complaints, messages, mostIncomplete } = await runTraffic(sender, receiver, prefix);
      const grown = usedHeap() - heapBefore;
      const counts = sumOf([sender.network, receiver.network]);
      process.stderr.write(`${scheme}: ${told(seed, counts)}; ${String(messages)} messages, heap +${String(grown)}\n`);

      expect(complaints).toEqual([]);
      requireHits(counts);
      // One more than the streams' own at a time: what settles the broker's restart.
      expect(mostIncomplete).toBeLessThanOrEqual(4 * window + 1);
      expect(grown).toBeLessThan(allowedGrowthBytes);
      for (const { client } of [sender, receiver]) {
        expect(client.statistics()).toMatchObject({ incompleteOperationCount: 0, incompleteOperationSize: 0 });
      }
      await Promise.all([sender, receiver].map(({ finish }) => finish()));
    },
    limitMs,
  );
});
