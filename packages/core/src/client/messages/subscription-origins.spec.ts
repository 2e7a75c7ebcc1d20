import { describe, expect, it } from "@jest/globals";
import { type ClientBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { connack, connackResumed, publish, suback } from "../../../test/support/server-bytes.js";
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
