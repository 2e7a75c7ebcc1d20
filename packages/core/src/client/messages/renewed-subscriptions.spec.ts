import { describe, expect, it } from "@jest/globals";
import { collectTexts } from "../../../test/support/collected-texts.js";
import { type ClientBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { connack, connackResumed, publish, suback } from "../../../test/support/server-bytes.js";

const sessionOptions = {
  sessionBehavior: "rejoinAlways",
  connectOptions: { clientId: "c", sessionExpiryInterval: 600 },
  minReconnectDelayMs: 1,
} as const;

/** Opens a loop for each filter, and grants what the client asks for. Gives the lists of what they take. */
async function open(bench: ClientBench, ...filters: readonly string[]): Promise<string[][]> {
  bench.peer.answer("subscribe", ({ packetId, subscriptions }) =>
    suback(packetId, ...subscriptions.map(({ qos }) => qos)),
  );
  const loops = filters.map((filter) => collectTexts(bench.client.messages(filter)));
  await bench.clock.settle();
  bench.peer.takeAll();
  return loops;
}

/** Breaks the connection. Gives the identifier of each filter that the client then renews. */
async function reconnect(bench: ClientBench, answer: Uint8Array): Promise<Record<string, number>> {
  bench.peer.acceptConnections(answer);
  bench.peer.close();
  await bench.clock.advanceAndSettle(1);
  return Object.fromEntries(
    bench.peer
      .takeAll()
      .flatMap((packet) => (packet.type === "subscribe" ? [packet] : []))
      .flatMap(({ subscriptions, subscriptionIdentifier = 0 }) =>
        subscriptions.map(({ topicFilter }) => [topicFilter, subscriptionIdentifier] as const),
      ),
  );
}

/** Sends one copy for each of these identifiers. */
function sendCopies({ peer }: ClientBench, topic: string, ...identifiers: readonly number[]): void {
  for (const subscriptionIdentifier of identifiers) {
    peer.send(publish({ topic, payload: topic, properties: { subscriptionIdentifier } }));
  }
}

describe("subscriptions that are renewed in packets with one identifier", () => {
  it("get each copy once, by identifier and topic", async () => {
    const bench = await makeConnectedBench(sessionOptions);
    const loops = await open(bench, "a/x", "b/x", "+/x");
    const identifiers = await reconnect(bench, connack());
    const [ax = 0, bx = 0, both = 0] = ["a/x", "b/x", "+/x"].map((filter) => identifiers[filter]);
    expect([ax === bx, ax === both]).toEqual([true, false]);
    sendCopies(bench, "a/x", ax, both);
    sendCopies(bench, "b/x", both, bx);
    sendCopies(bench, "c/x", both);
    await bench.clock.settle();
    expect(loops).toEqual([["a/x"], ["b/x"], ["a/x", "b/x", "c/x"]]);
  });

  it("still get what a resumed session has for the identifiers before", async () => {
    const bench = await makeConnectedBench({ ...sessionOptions, resubscribe: "always" });
    const loops = await open(bench, "a/x", "b/x", "+/x");
    const before = [268_435_455, 268_435_454, 268_435_453] as const;
    const identifiers = await reconnect(bench, connackResumed());
    expect(identifiers["a/x"]).not.toBe(before[0]);
    expect(identifiers["+/x"]).toBe(before[2]);
    sendCopies(bench, "a/x", before[0], before[2]);
    sendCopies(bench, "b/x", before[1], before[2], identifiers["b/x"] ?? 0);
    await bench.clock.settle();
    expect(loops).toEqual([["a/x"], ["b/x", "b/x"], ["a/x", "b/x"]]);
  });

  it("end alone where the server refuses some of a packet", async () => {
    const bench = await makeConnectedBench(sessionOptions);
    const loops = await open(bench, "a", "b", "c");
    bench.peer.answer("subscribe", ({ packetId }) => suback(packetId, 0, 0x87, 0));
    const refused: string[] = [];
    bench.client.on("resubscribeFailed", ({ subscription }) => refused.push(subscription.topicFilter));
    const identifiers = await reconnect(bench, connack());
    expect(new Set(Object.values(identifiers)).size).toBe(1);
    sendCopies(bench, "a", identifiers["a"] ?? 0);
    await bench.clock.settle();
    expect(refused).toEqual(["b"]);
    expect(loops).toEqual([["a"], [expect.stringContaining("not authorized (0x87)")], []]);
  });
});
