import { describe, expect, it } from "@jest/globals";
import { type ClientBench, makeBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { seededBytes } from "../../../test/support/random.js";
import { connack, publish, puback, suback, unsuback } from "../../../test/support/server-bytes.js";
import { createRequester, request, type Requester } from "./requester.js";

interface SentRequest {
  readonly topic: string;
  readonly responseTopic: string | undefined;
  readonly mark: string;
}

/** A connected client whose server answers SUBSCRIBE and PUBLISH; the connection has this client id. */
async function makeRequestBench(options: Parameters<typeof makeConnectedBench>[0] = {}): Promise<ClientBench> {
  const bench = await makeConnectedBench({ connectOptions: { clientId: "me", keepAlive: 0 }, ...options });
  bench.peer.answer("subscribe", ({ packetId }) => suback(packetId, 1));
  bench.peer.answer("unsubscribe", ({ packetId }) => unsuback(packetId, 0));
  bench.peer.answer("publish", ({ packetId, qos }) => (qos === 1 ? puback(packetId ?? 0) : undefined));
  return bench;
}

/** The requests that the client sent, and not yet looked at. */
function takeRequests({ peer }: ClientBench): readonly SentRequest[] {
  return peer.takeAll().flatMap((packet) => {
    if (packet.type !== "publish") {
      return [];
    }
    const mark = Buffer.from(packet.correlationData ?? []).toString();
    return [{ topic: packet.topic, responseTopic: packet.responseTopic, mark }];
  });
}

function answer({ peer }: ClientBench, sent: SentRequest | undefined, payload: string): void {
  const properties = { correlationData: Buffer.from(sent?.mark ?? "") };
  peer.send(publish({ topic: sent?.responseTopic ?? "", payload, qos: 1, packetId: 99, properties }));
}

describe("a requester", () => {
  it("subscribes once, and gives each request its own answer, in whatever order they come", async () => {
    const bench = await makeRequestBench();
    const { client, peer, clock, ledger } = bench;
    const requester = createRequester(client);
    const one = ledger.register("one", requester.request({ topic: "add", payload: "1", qos: 1 }));
    const two = ledger.register("two", requester.request({ topic: "add", payload: "2" }));
    await clock.settle();
    expect(peer.expect("subscribe").subscriptions).toMatchObject([{ topicFilter: "responses/me", qos: 1 }]);
    const sent = takeRequests(bench);
    expect(sent).toMatchObject([
      { topic: "add", responseTopic: "responses/me" },
      { topic: "add", responseTopic: "responses/me" },
    ]);
    expect(sent[0]?.mark).not.toBe(sent[1]?.mark);
    answer(bench, sent[1], "second");
    answer(bench, { topic: "", responseTopic: "responses/me", mark: "of nobody" }, "stray");
    await clock.settle();
    expect(peer.takeAll()).toMatchObject([{ type: "puback" }, { type: "puback" }]);
    expect(one.settlement.status).toBe("pending");
    answer(bench, sent[0], "first");
    await clock.settle();
    expect([one.settlement, two.settlement]).toMatchObject([
      { value: { payload: new Uint8Array(Buffer.from("first")) } },
      { value: { payload: new Uint8Array(Buffer.from("second")) } },
    ]);
    requester.close();
    await clock.settle();
    expect(peer.takeAll()).toMatchObject([{ type: "puback" }, { type: "unsubscribe" }]);
    expect(clock.pendingCount).toBe(0);
  });

  it("marks its requests with bytes from the cryptographic source of the platform", async () => {
    const bench = await makeRequestBench();
    const requester = createRequester(bench.client);
    for (const topic of ["a", "b"]) {
      bench.ledger.register(topic, requester.request({ topic }));
    }
    await bench.clock.settle();
    const bytes = seededBytes(1); // the source of the bench
    const marks = [0, 1].map(() => Buffer.from(bytes(16)).toString("hex"));
    expect(takeRequests(bench).map(({ mark }) => mark)).toEqual(marks);
    requester.close();
  });

  it("warns the logger of the options when the platform has no cryptographic source", async () => {
    const warnings: string[] = [];
    const { client, clock, logged, ledger } = makeBench(
      { logger: { warn: (message) => warnings.push(message) } },
      { random: { number: () => 0.5 } },
    );
    client.start();
    ledger.register("request", request(client, { topic: "a" }));
    await clock.settle();
    expect(warnings).toEqual([expect.stringContaining("crypto.getRandomValues")]);
    expect(logged).toEqual([]);
    await client.stop();
  });

  it("waits for the connection, and begins its topic with the server's Response Information", async () => {
    const bench = makeBench({ connectOptions: { clientId: "me", requestResponseInformation: true } });
    bench.client.start();
    const requester = createRequester(bench.client);
    bench.ledger.register("request", requester.request({ topic: "t" }));
    bench.peer.acceptConnections(connack({ responseInformation: "from/server" }));
    await bench.clock.settle();
    expect(takeRequests(bench)).toMatchObject([{ responseTopic: "from/server/me" }]);
    requester.close();
  });

  it("takes a response topic of the application's own", async () => {
    const bench = await makeRequestBench();
    const requester = createRequester(bench.client, { responseTopic: "mine" });
    bench.ledger.register("request", requester.request({ topic: "t" }));
    await bench.clock.settle();
    expect(takeRequests(bench)).toMatchObject([{ responseTopic: "mine" }]);
    requester.close();
    expect(() => createRequester(bench.client, { responseTopic: "a/+" })).toThrow(/^responseTopic must be /);
  });

  it.each([
    [undefined, "options must be an object"],
    [{ topic: "a/#" }, 'topic must be a topic name without wildcards, not "a/#"'],
    [{ topic: "t", responseTopic: "mine" }, "responseTopic must be left to the requester"],
  ])("refuses the message %j before it waits for a connection", async (message, text) => {
    const requester = createRequester(makeBench().client);
    await expect(requester.request(message as never)).rejects.toMatchObject({
      name: "InvalidArgumentError",
      message: text,
    });
  });

  const endings: readonly (readonly [string, (bench: ClientBench, requester: Requester) => unknown, object])[] = [
    [
      "the time is up",
      ({ clock }) => {
        clock.advance(30_000);
      },
      { code: "OPERATION_TIMEOUT" },
    ],
    ["the client stops", ({ client }) => client.stop(), { code: "DISCONNECTED", source: "user" }],
    ["it is closed", (_bench, requester) => requester.close(), { code: "DISCONNECTED", source: "user" }],
  ];
  for (const [name, end, reason] of endings) {
    it(`rejects what waits when ${name}, and leaves no timer`, async () => {
      const bench = await makeRequestBench();
      const requester = createRequester(bench.client);
      const pending = bench.ledger.register("request", requester.request({ topic: "t" }));
      await bench.clock.settle();
      void end(bench, requester);
      await bench.clock.settle();
      expect(pending.settlement).toMatchObject({ reason });
      requester.close();
      bench.ledger.register("stop", bench.client.stop());
      await bench.clock.settle();
      expect([bench.ledger.pending, bench.clock.pendingCount]).toEqual([[], 0]);
    });
  }

  it("sends nothing once it was closed while it waited for the connection", async () => {
    const bench = makeBench({ connectOptions: { clientId: "me" } });
    bench.client.start();
    const requester = createRequester(bench.client);
    const pending = bench.ledger.register("request", requester.request({ topic: "t" }));
    await bench.clock.settle();
    requester.close();
    await bench.clock.settle();
    expect(pending.settlement).toMatchObject({ reason: { code: "DISCONNECTED", source: "user" } });
    bench.peer.acceptConnections();
    await bench.clock.settle();
    expect(bench.peer.takeAll().map(({ type }) => type)).toEqual(["connect"]);
  });

  it("rejects with the reason of the signal, before and after the request is sent", async () => {
    const bench = await makeRequestBench();
    const requester = createRequester(bench.client);
    await expect(requester.request({ topic: "t" }, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow(
      "before",
    );
    const controller = new AbortController();
    const pending = bench.ledger.register("request", requester.request({ topic: "t" }, { signal: controller.signal }));
    await bench.clock.settle();
    controller.abort(new Error("after"));
    await bench.clock.settle();
    expect(pending.settlement).toMatchObject({ reason: { message: "after" } });
    requester.close();
  });

  it("rejects with what became of the publish or of the subscription", async () => {
    const bench = await makeRequestBench();
    const requester = createRequester(bench.client);
    const wrong = bench.ledger.register("wrong", requester.request({ topic: "a/#" }));
    await bench.clock.settle();
    expect(wrong.settlement).toMatchObject({ reason: { code: "INVALID_ARGUMENT", field: "topic" } });
    bench.peer.answer("publish", ({ packetId }) => puback(packetId ?? 0, 0x87));
    const refused = bench.ledger.register("refused", requester.request({ topic: "t", qos: 1 }));
    await bench.clock.settle();
    expect(refused.settlement).toMatchObject({ reason: { code: "PUBLISH_REJECTED" } });
    requester.close();
    bench.peer.answer("subscribe", ({ packetId }) => suback(packetId, 0x87));
    const unsubscribed = bench.ledger.register("unsubscribed", requester.request({ topic: "t" }));
    await bench.clock.settle();
    expect(unsubscribed.settlement).toMatchObject({ reason: { code: "SUBSCRIBE_REJECTED" } });
    await expect(requester.request({ topic: "t", responseTopic: "x" } as never)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      field: "responseTopic",
    });
    await expect(requester.request(undefined as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("rejects on a stopped client", async () => {
    const { client } = makeBench();
    await expect(request(client, { topic: "t" })).rejects.toMatchObject({ code: "DISCONNECTED" });
  });
});

describe("request", () => {
  it("subscribes, asks, unsubscribes and gives the answer, acknowledged by itself even where that is manual", async () => {
    const bench = await makeRequestBench({ acknowledgement: "manual" });
    const pending = bench.ledger.register("request", request(bench.client, { topic: "t" }));
    await bench.clock.settle();
    bench.peer.expect("subscribe");
    answer(bench, takeRequests(bench)[0], "yes");
    await bench.clock.settle();
    expect(pending.settlement).toMatchObject({ value: { topic: "responses/me" } });
    expect(bench.peer.takeAll().map(({ type }) => type)).toEqual(["puback", "unsubscribe"]);
  });
});
