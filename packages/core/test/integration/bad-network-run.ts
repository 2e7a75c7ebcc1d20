/** What runs over bad networks have in common: traffic that lasts as long as the faults do, and how both are judged. */

import type { ClientOptions } from "../../src/client/options/client-options.js";
import type { BadNetwork, FaultCounts } from "./bad-network.js";
import type { NumberSeries, NumberTally } from "./number-traffic.js";

/** Options of a client for a bad network. */
export const badNetworkOptions = {
  sessionBehavior: "rejoinAlways",
  minReconnectDelayMs: 5,
  maxReconnectDelayMs: 50,
  connectTimeoutMs: 2_000,
  connackTimeoutMs: 1_000,
  pingTimeoutMs: 300,
} satisfies Partial<ClientOptions>;

/** Keep-alive of a second is the least there is: it finds a peer that fell silent. */
export const badNetworkConnectOptions = { keepAlive: 1, sessionExpiryInterval: 3_600 } as const;

/** One way for messages: a topic at one QoS, and the payloads' length. */
export type Stream = Pick<NumberSeries, "qos" | "length"> & { readonly topic: string };

/** Small ones and larger ones at either QoS that promises anything. */
export function streamsOf(prefix: string): readonly Stream[] {
  return ([1, 2] as const).flatMap((qos) => [
    { qos, topic: `${prefix}/${String(qos)}/small` },
    { qos, topic: `${prefix}/${String(qos)}/large`, length: 700 },
  ]);
}

/** Where a stream is published, and where it arrives. */
export interface StreamEnds {
  readonly publish: (series: NumberSeries) => Promise<void>;
  readonly waitFor: (topic: string, distinct: number) => Promise<void>;
  readonly isOver: () => boolean;
}

/** No more are under way, between the call of `publish` and the arrival. */
export const window = 50;
const step = window / 2;

/** Publishes until it is over; resolves, when everything has arrived, with how many there were. */
export async function runStream(stream: Stream, { publish, waitFor, isOver }: StreamEnds): Promise<number> {
  let count = 0;
  do {
    const published = publish({ ...stream, first: count, count: step });
    await waitFor(stream.topic, count);
    count += step;
    await published;
  } while (!isOver());
  await waitFor(stream.topic, count);
  return count;
}

/** What is wrong with what arrived of a stream; empty when nothing is. So many repetitions at QoS 2 are the broker's. */
export function complaintsOf(
  { topic, qos }: Stream,
  tally: NumberTally,
  published: number,
  brokersRepetitions = 0,
): readonly string[] {
  const { count, repeated, outOfOrder, missing } = tally;
  const isComplete = missing === 0 && outOfOrder === 0 && count - repeated === published;
  return isComplete && (qos === 1 || repeated <= brokersRepetitions)
    ? []
    : [`${topic}: published ${String(published)}, received ${JSON.stringify(tally)}`];
}

/** Adds up what several networks did. */
export function sumOf(networks: readonly BadNetwork[]): FaultCounts {
  return networks
    .map(({ counts }) => counts)
    .reduce((sum, each) => ({
      connections: sum.connections + each.connections,
      cuts: {
        reset: sum.cuts.reset + each.cuts.reset,
        end: sum.cuts.end + each.cuts.end,
        halfOpen: sum.cuts.halfOpen + each.cuts.halfOpen,
        silence: sum.cuts.silence + each.cuts.silence,
      },
      insidePacket: sum.insidePacket + each.insidePacket,
      betweenPubrecAndPubcomp: sum.betweenPubrecAndPubcomp + each.betweenPubrecAndPubcomp,
      repeatedExchanges: sum.repeatedExchanges + each.repeatedExchanges,
    }));
}

/** A line for the log. */
export function told(seed: number, counts: FaultCounts): string {
  const { connections, cuts, insidePacket, betweenPubrecAndPubcomp, repeatedExchanges } = counts;
  const kinds = Object.entries(cuts).map(([kind, count]) => `${kind} ${String(count)}`);
  return [
    `MQTT5_SEED=${String(seed)}: ${String(connections)} connections, cut: ${kinds.join(", ")};`,
    `${String(insidePacket)} inside a packet, ${String(betweenPubrecAndPubcomp)} between PUBREC and PUBCOMP,`,
    `${String(repeatedExchanges)} begun again by the broker after PUBREL`,
  ].join(" ");
}

/** Throws unless enough of the cuts hit what they are for: a run that breaks nothing shows nothing. */
export function requireHits({
  cuts,
  insidePacket,
  betweenPubrecAndPubcomp,
}: Omit<FaultCounts, "repeatedExchanges">): void {
  const count = Object.values(cuts).reduce((sum, each) => sum + each, 0);
  if (insidePacket <= count / 2 || betweenPubrecAndPubcomp <= count / 8) {
    throw new Error("too few cuts inside a packet, or between PUBREC and PUBCOMP");
  }
}
