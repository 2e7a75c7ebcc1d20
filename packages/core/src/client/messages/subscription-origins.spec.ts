import { describe, expect, it } from "@jest/globals";
import { collectTexts } from "../../../test/support/collected-texts.js";
import { type ClientBench, makeBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { connack, connackResumed, publish, suback, unsuback } from "../../../test/support/server-bytes.js";
import { joinBytes } from "../../testing/bytes.js";
import { respond } from "../requests/responder.js";
import type { MessageStream } from "./message-stream.js";

const wideId = 268_435_455;
const narrowId = 268_435_454;

/** Opens a loop on `a/#` and one on `a/b`, on a server that does not answer UNSUBSCRIBE. */
async function openOverlapping(options = {}): Promise<ClientBench & { wide: string[]; narrow: MessageStream }> {
  const bench = await makeConnectedBench(options);
  bench.peer.answer("subscribe", ({ packetId }) => suback(packetId, 2));
  const wide = collectTexts(bench.client.messages("a/#", { qos: 2 }));
  const narrow = bench.client.messages("a/b", { qos: 2 });
  await bench.clock.settle();
  return { ...bench, wide, narrow };
}

/** Sends a copy for each subscription identifier. */
async function sendCopies({ peer, clock }: ClientBench, payload: string, ...identifiers: number[]): Promise<void> {
  for (const subscriptionIdentifier of identifiers) {
    peer.send(publish({ topic: "a/b", payload, properties: { subscriptionIdentifier } }));
  }
  await clock.settle();
}

describe("the copies of a subscription that ends", () => {
  it("reach no loop on another filter while UNSUBSCRIBE is under way", async () => {
    const bench = await openOverlapping();
    await bench.narrow.return();
    await sendCopies(bench, "late", narrowId, wideId);
    expect(bench.wide).toEqual(["late"]);
  });

  it("reach the next loop on the same filter", async () => {
    const bench = await openOverlapping();
    await bench.narrow.return();
    const next = collectTexts(bench.client.messages("a/b", { qos: 2 }));
    await sendCopies(bench, "late", narrowId, wideId);
    expect({ next, wide: bench.wide }).toEqual({ next: ["late"], wide: ["late"] });
  });

  it("reach no loop on another filter when a subscribe without an identifier ended", async () => {
    const bench = await openOverlapping();
    bench.ledger.register("subscribe", bench.client.subscribe("a/c"));
    await bench.clock.settle();
    bench.ledger.register("unsubscribe", bench.client.unsubscribe("a/c"));
    bench.peer.send(publish({ topic: "a/c", payload: "plain" }));
    await bench.clock.settle();
    expect(bench.wide).toEqual([]);
  });

  it("reach no loop on another filter after UNSUBACK, when the server had buffered them", async () => {
    const bench = await openOverlapping();
    bench.peer.answer("unsubscribe", ({ packetId }) => unsuback(packetId, 0));
    await bench.narrow.return();
    await bench.clock.settle();
    await sendCopies(bench, "late", narrowId, wideId);
    expect(bench.wide).toEqual(["late"]);
  });

  it.each([
    ["are known in the resumed session, after a stop too", connackResumed(), ["late"]],
    ["are unknown in a new session, where every match counts", connack(), ["late", "late"]],
  ])("%s", async (_, answer, expected) => {
    const session = { sessionBehavior: "rejoinAlways", connectOptions: { clientId: "c", sessionExpiryInterval: 600 } };
    const bench = await openOverlapping(session);
    const stopped = bench.client.stop();
    await bench.clock.settle();
    await stopped;
    const again = collectTexts(bench.client.messages("a/#", { qos: 2 }));
    bench.peer.acceptConnections(answer);
    bench.client.start();
    await bench.clock.settle();
    await sendCopies(bench, "late", narrowId, wideId);
    expect(again).toEqual(expected);
  });
});

describe("a filter with a prefix of the server's own", () => {
  const filters = ["$queue/a/+", "$exclusive/a/b", "$q/a/#"];
  const rejoining = {
    sessionBehavior: "rejoinAlways",
    connectOptions: { clientId: "c", sessionExpiryInterval: 600 },
  } as const;

  /** Connects, and opens a loop on each filter; the identifiers count down from the first one. */
  async function openLoops(
    answer: Uint8Array,
    options: Parameters<typeof makeBench>[0] = {},
    opened: readonly string[] = filters,
  ): Promise<ClientBench & { readonly loops: readonly string[][] }> {
    const bench = makeBench(options);
    bench.peer.answer("subscribe", ({ packetId, subscriptions }) => suback(packetId, ...subscriptions.map(() => 1)));
    bench.peer.answer("unsubscribe", ({ packetId }) => unsuback(packetId, 0));
    bench.peer.acceptConnections(answer);
    bench.client.start();
    await bench.clock.settle();
    const loops = opened.map((filter) => collectTexts(bench.client.messages(filter, { qos: 1 })));
    await bench.clock.settle();
    return { ...bench, loops };
  }

  async function send({ peer, clock }: ClientBench, topic: string, subscriptionIdentifier?: number): Promise<void> {
    const properties = subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier };
    peer.send(publish({ topic, payload: topic, properties }));
    await clock.settle();
  }

  it("has a packet of its own, whose identifier decides alone", async () => {
    const bench = await openLoops(connack());
    const sent = bench.peer.takeAll().flatMap((packet) => (packet.type === "subscribe" ? [packet] : []));
    expect(sent.map(({ subscriptions }) => subscriptions.map(({ topicFilter }) => topicFilter))).toEqual(
      filters.map((filter) => [filter]),
    );
    for (const { subscriptionIdentifier } of sent) {
      await send(bench, "a/b", subscriptionIdentifier);
    }
    expect(bench.loops).toEqual([["a/b"], ["a/b"], ["a/b"]]);
  });

  it("gets messages of its identifier whatever their topic", async () => {
    const bench = await openLoops(connack(), {}, ["#"]);
    const stored = collectTexts(bench.client.messages("$s/earliest/orders", { qos: 1 }));
    await bench.clock.settle();
    await send(bench, "orders", narrowId);
    await send(bench, "other", wideId);
    expect([stored, bench.loops[0]]).toEqual([["orders"], ["other"]]);
  });

  it("matches without its prefix where the server sends no identifiers", async () => {
    const bench = await openLoops(connack({ subscriptionIdentifiersAvailable: false }));
    await send(bench, "a/x");
    await send(bench, "$queue/a/x");
    expect(bench.loops).toEqual([["a/x", "$queue/a/x"], [], ["a/x"]]);
  });

  it("gives a responder its requests", async () => {
    const bench = await openLoops(connack(), {}, []);
    const asked: string[] = [];
    const handle = ({ topic }: { topic: string }): undefined => void asked.push(topic);
    bench.ledger.register("respond", respond(bench.client, "$queue/ask/+", handle));
    await bench.clock.settle();
    await send(bench, "ask/1", wideId);
    await send(bench, "ask/2");
    expect(asked).toEqual(["ask/1", "ask/2"]);
  });

  it("has to match by its topic in a session from before this client", async () => {
    const bench = await openLoops(connackResumed(), rejoining, ["$s/earliest/orders", "$queue/a"]);
    await send(bench, "orders", wideId);
    await send(bench, "a", narrowId);
    expect(bench.loops).toEqual([[], ["a"]]);
  });

  it("shares an identifier of the application's own by the topic", async () => {
    const bench = await openLoops(connack(), {}, []);
    const subscriptions = [{ topicFilter: "$queue/a" }, { topicFilter: "b" }];
    bench.ledger.register("subscribe", bench.client.subscribe({ subscriptions, subscriptionIdentifier: 5 }));
    await bench.clock.settle();
    const loops = subscriptions.map(({ topicFilter }) => collectTexts(bench.client.messages(topicFilter)));
    await send(bench, "a", 5);
    await send(bench, "b", 5);
    expect(loops).toEqual([["a"], ["b"]]);
  });
});

describe("a SUBSCRIBE", () => {
  it("is known as granted by the messages that come in the same turn as its SUBACK", async () => {
    const bench = await openOverlapping();
    const message = publish({ topic: "a/c", payload: "plain" });
    bench.peer.answer("subscribe", ({ packetId }) => joinBytes([suback(packetId, 1), message]));
    bench.ledger.register("subscribe", bench.client.subscribe("a/c"));
    await bench.clock.settle();
    expect(bench.wide).toEqual([]);
  });

  it("is taken back when its loop ends before it was sent", async () => {
    const bench = await makeConnectedBench({ minReconnectDelayMs: 1_000 });
    bench.peer.close();
    await bench.clock.settle();
    await bench.client.messages("a", { qos: 1 }).return();
    expect(bench.client.statistics().queuedOperationCount).toBe(0);
    await bench.clock.advanceAndSettle(1_000);
    expect(bench.peer.takeAll().map(({ type }) => type)).toEqual(["connect"]);
  });

  it("keeps the identifier with which a loop uses the filter", async () => {
    const bench = await openOverlapping();
    bench.ledger.register("subscribe", bench.client.subscribe({ topicFilter: "a/b", qos: 2 }));
    await bench.clock.settle();
    expect(bench.peer.takeAll()).toEqual(
      [wideId, narrowId, narrowId].map((subscriptionIdentifier) => expect.objectContaining({ subscriptionIdentifier })),
    );
  });

  it.each([
    ["resumed session is followed by UNSUBSCRIBE: it may have been granted before", connackResumed(), "unsubscribe"],
    ["new session is not followed by UNSUBSCRIBE", connack(), undefined],
  ])("that a connection cut and that is refused in the %s", async (_, answer, expected) => {
    const bench = await makeConnectedBench({
      sessionBehavior: "rejoinAlways",
      connectOptions: { clientId: "c", sessionExpiryInterval: 600, keepAlive: 0 },
    });
    const stream = bench.client.messages("a", { qos: 1 });
    bench.ledger.register("next", stream.next());
    await bench.clock.settle();
    bench.peer.expect("subscribe");
    bench.peer.acceptConnections(answer);
    bench.peer.answer("subscribe", ({ packetId }) => suback(packetId, 0x87));
    bench.peer.close();
    await bench.clock.advanceAndSettle(120_000);
    const types = bench.peer.takeAll().map(({ type }) => type);
    expect(types).toEqual(["connect", "subscribe", expected].filter((type) => type !== undefined));
  });
});
