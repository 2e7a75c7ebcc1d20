import { describe, expect, it } from "@jest/globals";
import { collectTexts } from "../../../test/support/collected-texts.js";
import { connack, connackResumed, publish, suback, unsuback } from "../../../test/support/server-bytes.js";
import { type ClientBench, makeBench, makeConnectedBench } from "../../../test/support/test-client.js";
import type { ClientOptions } from "../options/client-options.js";
import { createRequester, request } from "../requests/requester.js";
import { respond } from "../requests/responder.js";

const sessionOptions = {
  sessionBehavior: "rejoinAlways",
  connectOptions: { clientId: "c", sessionExpiryInterval: 600, keepAlive: 0 },
  minReconnectDelayMs: 1,
} as const;

type Qos = 0 | 1 | 2;

interface UnclaimedBench extends ClientBench {
  readonly warnings: readonly string[];
  /** Sends messages, each with its packet id as payload. */
  readonly send: (topic: string, qos: Qos, ...packetIds: readonly number[]) => Promise<void>;
  /** The packet ids that PUBACK and PUBREC answered since the last call, each with a failing reason code. */
  readonly answers: () => readonly string[];
  /** Loses the connection, and makes the next one. */
  readonly reconnect: (answer?: Uint8Array) => Promise<void>;
}

function extend(bench: ClientBench): UnclaimedBench {
  const { client, peer, clock } = bench;
  const warnings: string[] = [];
  client.on("warning", ({ code }) => {
    if (code !== "SESSION_ADOPTED") {
      warnings.push(code);
    }
  });
  peer.answer("subscribe", ({ packetId, subscriptions }) => suback(packetId, ...subscriptions.map(({ qos }) => qos)));
  peer.answer("unsubscribe", ({ packetId, topicFilters }) => unsuback(packetId, ...topicFilters.map(() => 0)));
  return {
    ...bench,
    warnings,
    send: async (topic, qos, ...packetIds): Promise<void> => {
      for (const packetId of packetIds) {
        const id = qos === 0 ? {} : { packetId };
        peer.send(publish({ topic, qos, payload: String(packetId), ...id }));
      }
      await clock.settle();
    },
    answers: () =>
      peer
        .takeAll()
        .flatMap((packet) =>
          packet.type === "puback" || packet.type === "pubrec"
            ? [`${packet.packetId}${packet.reasonCode === 0 ? "" : ` ${packet.reasonCode.toString(16)}`}`]
            : [],
        ),
    reconnect: async (answer = connackResumed()): Promise<void> => {
      peer.acceptConnections(answer);
      peer.close();
      await clock.advanceAndSettle(1);
      peer.expect("connect");
    },
  };
}

/** A client with a session of its own. */
async function makeNewSession(options: Partial<ClientOptions> = {}): Promise<UnclaimedBench> {
  return extend(await makeConnectedBench({ ...sessionOptions, ...options }));
}

/** A client that resumed a session which another client object began. */
async function makeOlderSession(options: Partial<ClientOptions> = {}): Promise<UnclaimedBench> {
  const bench = extend(makeBench({ ...sessionOptions, ...options }));
  bench.client.start();
  bench.peer.acceptConnections(connackResumed());
  await bench.clock.settle();
  bench.peer.expect("connect");
  return bench;
}

/** Listens, and collects the payloads. */
function listen({ client }: ClientBench): string[] {
  const texts: string[] = [];
  client.on("messageReceived", ({ message }) => texts.push(message.text()));
  return texts;
}

describe("messages while the client has no consumer", () => {
  const consumers: Readonly<Record<string, (bench: ClientBench) => readonly string[]>> = {
    "a listener": listen,
    "a loop": ({ client }) => collectTexts(client.messages("t/#", { qos: 2 })),
    "a loop without a filter": ({ client }) => collectTexts(client.messages()),
    "a responder": ({ client, ledger }) => {
      const texts: string[] = [];
      const handle = (message: { text(): string }): undefined => void texts.push(message.text());
      ledger.register("respond", respond(client, "t/#", handle, { qos: 2 }));
      return texts;
    },
  };

  for (const [name, add] of Object.entries(consumers)) {
    it(`wait unacknowledged for the first consumer, and come to it in order: ${name}`, async () => {
      const bench = await makeNewSession();
      await bench.send("t/a", 1, 1);
      await bench.send("t/b", 2, 2);
      await bench.send("t/c", 1, 3);
      await bench.clock.advanceAndSettle(20_000);
      bench.peer.expectNothing();
      const got = add(bench);
      await bench.clock.settle();
      await bench.send("t/d", 1, 4);
      expect(got).toEqual(["1", "2", "3", "4"]);
      expect(bench.answers()).toEqual(["1", "2", "3", "4"]);
      expect(bench.warnings).toEqual([]);
    });
  }

  it("come before newer ones that arrive in the turn in which the consumer comes", async () => {
    const bench = await makeNewSession();
    await bench.send("t", 1, 1, 2);
    const got = listen(bench);
    await Promise.resolve();
    bench.peer.send(publish({ topic: "t", qos: 1, packetId: 3, payload: "3" }));
    await bench.clock.settle();
    expect(got).toEqual(["1", "2", "3"]);
  });

  it("come neither within the call that adds the consumer nor within another listener", async () => {
    const bench = await makeNewSession();
    const { client } = bench;
    const order: string[] = [];
    await bench.send("t", 1, 1);
    client.once("disconnection", () => {
      order.push("begins");
      client.on("messageReceived", ({ message }) => order.push(message.text()));
      order.push("ends");
    });
    client.on("disconnection", () => order.push("second listener"));
    await bench.reconnect();
    expect(order).toEqual(["begins", "ends", "second listener"]);
    await bench.send("t", 1, 1);
    expect(order.at(-1)).toBe("1");
  });

  it("come to each consumer of the same turn, and are acknowledged where none of them matches", async () => {
    const bench = await makeNewSession();
    await bench.send("a", 1, 1);
    await bench.send("b", 1, 2);
    await bench.send("c", 1, 3);
    const one = collectTexts(bench.client.messages("a", { qos: 1 }));
    const other = collectTexts(bench.client.messages("b", { qos: 1 }));
    await bench.clock.settle();
    expect([one, other]).toEqual([["1"], ["2"]]);
    expect(bench.answers()).toEqual(["1", "2", "3"]);
  });

  it("are dropped at QoS 0 and counted, with one warning until a consumer comes", async () => {
    const bench = await makeNewSession();
    await bench.send("t", 0, 1, 2, 3);
    expect(bench.warnings).toEqual(["NO_CONSUMER"]);
    expect(bench.client.statistics().droppedMessageCount).toBe(3);
    const remove = bench.client.on("messageReceived", () => undefined);
    await bench.send("t", 0, 4);
    remove();
    await bench.send("t", 0, 5);
    expect(bench.warnings).toEqual(["NO_CONSUMER", "NO_CONSUMER"]);
    expect(bench.client.statistics().droppedMessageCount).toBe(4);
  });

  it("wait again once the last consumer is gone", async () => {
    const bench = await makeNewSession();
    const remove = bench.client.on("messageReceived", () => undefined);
    await bench.send("t", 1, 1);
    remove();
    await bench.send("t", 1, 2);
    expect(bench.answers()).toEqual(["1"]);
    expect(listen(bench)).toEqual([]);
    await bench.clock.settle();
    expect(bench.answers()).toEqual(["2"]);
  });

  it("are acknowledged at once if they were on their way to a loop that has ended", async () => {
    const bench = await makeNewSession();
    bench.peer.answer("unsubscribe", () => undefined);
    await bench.client.messages("t", { qos: 1 }).return();
    await bench.send("t", 1, 1);
    expect(bench.answers()).toEqual(["1"]);
  });

  it("wait for the loop of the next start if the stop ended it", async () => {
    const bench = await makeNewSession();
    const { client, clock, peer } = bench;
    const ended = collectTexts(client.messages("t", { qos: 1 }));
    await clock.settle();
    await Promise.all([client.stop(), clock.settle()]);
    peer.acceptConnections(connackResumed());
    client.start();
    await clock.settle();
    await bench.send("t", 1, 1);
    await clock.advanceAndSettle(20_000);
    expect(bench.answers()).toEqual([]);
    const got = collectTexts(client.messages("t", { qos: 1 }));
    await clock.settle();
    expect([ended, got]).toEqual([[], ["1"]]);
    expect(bench.answers()).toEqual(["1"]);
  });

  it("do not wait for a requester, and wait beside one", async () => {
    const bench = await makeNewSession();
    const { client, ledger, clock } = bench;
    const requester = createRequester(client, { responseTopic: "responses" });
    ledger.register("request", requester.request({ topic: "ask" }));
    await clock.settle();
    await bench.send("responses", 1, 1);
    await bench.send("t", 1, 2);
    expect(bench.answers()).toEqual(["1"]);
    requester.close();
    const got = listen(bench);
    await clock.settle();
    expect(got).toEqual(["2"]);
  });

  it("are acknowledged if they answer a request that has ended", async () => {
    const bench = await makeNewSession();
    const { client, ledger, clock, peer } = bench;
    peer.answer("unsubscribe", () => undefined);
    const asked = ledger.register("request", request(client, { topic: "ask" }, { timeoutMs: 100 }));
    await clock.advanceAndSettle(100);
    expect(asked.settlement.status).toBe("rejected");
    await bench.send("responses/c", 1, 1);
    expect(bench.answers()).toEqual(["1"]);
  });
});

describe("messages that wait at the end of their connection", () => {
  it("come again, and at QoS 2 exactly once", async () => {
    const bench = await makeNewSession();
    await bench.send("t", 2, 1);
    await bench.send("t", 1, 2);
    await bench.reconnect();
    const got = listen(bench);
    await bench.clock.settle();
    expect(got).toEqual([]);
    bench.peer.send(publish({ topic: "t", qos: 2, packetId: 1, dup: true, payload: "1" }));
    await bench.send("t", 1, 2);
    expect(got).toEqual(["1", "2"]);
    expect(bench.answers()).toEqual(["1", "2"]);
    bench.peer.send(publish({ topic: "t", qos: 2, packetId: 1, dup: true, payload: "1" }));
    await bench.clock.settle();
    expect(got).toHaveLength(2);
  });

  it("come exactly once at QoS 2 if they came to a consumer just before that end", async () => {
    const bench = await makeNewSession();
    await bench.send("t", 2, 1);
    const got = listen(bench);
    await bench.reconnect();
    bench.peer.send(publish({ topic: "t", qos: 2, packetId: 1, dup: true, payload: "1" }));
    await bench.clock.settle();
    expect(got).toEqual(["1"]);
    expect(bench.answers()).toEqual(["1"]);
  });

  it("are forgotten with the session, so that its packet identifiers mean new messages", async () => {
    const bench = await makeNewSession();
    await bench.send("t", 2, 1);
    await bench.reconnect(connack());
    await bench.send("t", 2, 1);
    const got = listen(bench);
    await bench.clock.settle();
    expect(got).toEqual(["1"]);
    expect(bench.answers()).toEqual(["1"]);
  });

  it("stay in the session over a stop, and leave no timer behind", async () => {
    const bench = await makeOlderSession();
    const { client, clock, peer } = bench;
    await bench.send("t", 2, 1);
    await Promise.all([client.stop(), clock.settle()]);
    expect(clock.pendingCount).toBe(0);
    expect(bench.answers()).toEqual([]);
    peer.acceptConnections(connackResumed());
    client.start();
    await clock.settle();
    peer.send(publish({ topic: "t", qos: 2, packetId: 1, dup: true, payload: "1" }));
    const got = listen(bench);
    await clock.settle();
    expect(got).toEqual(["1"]);
    expect(bench.answers()).toEqual(["1"]);
  });
});

describe("messages of a session from before the client object", () => {
  it("wait for a consumer of their own until ten seconds after CONNACK", async () => {
    const bench = await makeOlderSession();
    const loop = collectTexts(bench.client.messages("t", { qos: 1 }));
    await bench.clock.advanceAndSettle(1_000);
    await bench.send("jobs/1", 1, 1);
    await bench.send("t", 1, 2);
    await bench.send("jobs/2", 2, 3);
    await bench.clock.advanceAndSettle(8_999);
    expect(loop).toEqual(["2"]);
    // Its acknowledgement has to wait for that of the message before it (MQTT-4.6.0-2).
    expect(bench.answers()).toEqual([]);
    const late = collectTexts(bench.client.messages("jobs/1", { qos: 1 }));
    await bench.clock.settle();
    expect(late).toEqual(["1"]);
    expect(bench.answers()).toEqual(["1", "2"]);
    await bench.clock.advanceAndSettle(1);
    expect(bench.answers()).toEqual(["3"]);
    expect(bench.warnings).toEqual(["UNCLAIMED_MESSAGE"]);
  });

  it("are then acknowledged, and from then on at once, with one warning a connection", async () => {
    const bench = await makeOlderSession();
    const texts: string[] = [];
    bench.client.on("warning", ({ message }) => texts.push(message));
    await bench.send("jobs/\u001b1", 1, 1);
    await bench.send("jobs/2", 2, 2);
    await bench.clock.advanceAndSettle(10_000);
    expect(bench.answers()).toEqual(["1", "2"]);
    expect(texts).toEqual([expect.stringMatching(/^2 message.* "jobs\/\u{fffd}1", were acknowledged/u)]);
    await bench.send("jobs/3", 1, 3);
    expect(bench.answers()).toEqual(["3"]);
    expect(bench.warnings).toEqual(["UNCLAIMED_MESSAGE"]);
    expect(bench.client.statistics().droppedMessageCount).toBe(3);
    await bench.reconnect();
    await bench.send("jobs/4", 1, 4);
    await bench.clock.advanceAndSettle(9_999);
    expect(bench.answers()).toEqual([]);
    await bench.clock.advanceAndSettle(1);
    expect(bench.answers()).toEqual(["4"]);
    expect(bench.warnings).toHaveLength(2);
  });

  it("are refused with 0x80 under manual acknowledgement, with the same warning", async () => {
    const bench = await makeOlderSession({ acknowledgement: "manual" });
    await bench.send("jobs/1", 1, 1);
    await bench.send("jobs/2", 2, 2);
    await bench.clock.advanceAndSettle(10_000);
    await bench.send("jobs/3", 1, 3);
    expect(bench.answers()).toEqual(["1 80", "2 80", "3 80"]);
    expect(bench.warnings).toEqual(["UNCLAIMED_MESSAGE"]);
  });

  it("all belong to a listener", async () => {
    const bench = await makeOlderSession();
    await bench.send("jobs/1", 1, 1);
    const got = listen(bench);
    await bench.clock.advanceAndSettle(10_000);
    await bench.send("jobs/2", 1, 2);
    expect(got).toEqual(["1", "2"]);
    expect(bench.warnings).toEqual([]);
  });

  it("wait longer for the first consumer if a subscription of this client matches", async () => {
    const bench = await makeOlderSession();
    bench.ledger.register("subscribe", bench.client.subscribe({ topicFilter: "jobs/#", qos: 1 }));
    await bench.send("jobs/1", 1, 1);
    await bench.clock.advanceAndSettle(20_000);
    expect(bench.answers()).toEqual([]);
    const got = collectTexts(bench.client.messages("jobs/#", { qos: 1 }));
    await bench.clock.settle();
    expect(got).toEqual(["1"]);
    expect(bench.warnings).toEqual([]);
  });

  it("are dropped at QoS 0, also beside consumers of other filters", async () => {
    const bench = await makeOlderSession();
    bench.client.messages("t");
    await bench.send("jobs/1", 0, 1, 2);
    expect(bench.warnings).toEqual(["NO_CONSUMER"]);
    expect(bench.client.statistics().droppedMessageCount).toBe(2);
  });

  it("are an ordinary session's once the server has lost the older one", async () => {
    const bench = await makeOlderSession();
    bench.client.messages("t", { qos: 1 });
    await bench.reconnect(connack());
    await bench.send("jobs/1", 1, 1);
    expect(bench.answers()).toEqual(["1"]);
    await bench.reconnect();
    await bench.send("jobs/2", 1, 2);
    expect(bench.answers()).toEqual(["2"]);
    expect(bench.warnings).toEqual([]);
  });
});
