import { describe, expect, it } from "@jest/globals";
import { type ClientBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { connack, connackResumed, publish, suback, unsuback } from "../../../test/support/server-bytes.js";
import { joinBytes } from "../../testing/bytes.js";
import type { MessageStream } from "./message-stream.js";

const wideId = 268_435_455;
const narrowId = 268_435_454;

/** Reads until the loop ends, in the background. */
function collect(stream: MessageStream): string[] {
  const texts: string[] = [];
  void (async (): Promise<void> => {
    for await (const message of stream) {
      texts.push(message.text());
    }
  })();
  return texts;
}

/** Opens a loop on `a/#` and one on `a/b`, on a server that does not answer UNSUBSCRIBE. */
async function openOverlapping(options = {}): Promise<ClientBench & { wide: string[]; narrow: MessageStream }> {
  const bench = await makeConnectedBench(options);
  bench.peer.answer("subscribe", ({ packetId }) => suback(packetId, 2));
  const wide = collect(bench.client.messages("a/#", { qos: 2 }));
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
    const next = collect(bench.client.messages("a/b", { qos: 2 }));
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
    const again = collect(bench.client.messages("a/#", { qos: 2 }));
    bench.peer.acceptConnections(answer);
    bench.client.start();
    await bench.clock.settle();
    await sendCopies(bench, "late", narrowId, wideId);
    expect(again).toEqual(expected);
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
