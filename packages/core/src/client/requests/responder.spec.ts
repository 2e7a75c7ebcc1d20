import { describe, expect, it } from "@jest/globals";
import { type ClientBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { publish, puback, suback, unsuback } from "../../../test/support/server-bytes.js";
import type { MessageStream } from "../messages/message-stream.js";
import { respond, type ResponderOptions, type RequestHandler, type Responder } from "./responder.js";

interface RespondBench extends ClientBench {
  readonly errors: readonly string[];
  readonly responder: Responder;
}

/** A client with a responder on `ask/#`; what its server was asked before is taken out. */
async function makeRespondBench(
  handler: RequestHandler,
  options: ResponderOptions = {},
  clientOptions: Parameters<typeof makeConnectedBench>[0] = {},
): Promise<RespondBench> {
  const bench = await makeConnectedBench(clientOptions);
  const { client, peer, clock } = bench;
  const errors: string[] = [];
  client.on("handlerError", ({ error }) => errors.push(String(error)));
  peer.answer("subscribe", ({ packetId }) => suback(packetId, 1));
  peer.answer("unsubscribe", ({ packetId }) => unsuback(packetId, 0));
  peer.answer("publish", ({ packetId, qos }) => (qos === 1 ? puback(packetId ?? 0) : undefined));
  const responding = respond(client, "ask/#", handler, options);
  await clock.settle();
  peer.expect("subscribe");
  return { ...bench, errors, responder: await responding };
}

function ask({ peer }: ClientBench, packetId: number, responseTopic?: string, payload = ""): void {
  const properties = responseTopic === undefined ? {} : { responseTopic, correlationData: Buffer.from([packetId]) };
  peer.send(publish({ topic: "ask/x", qos: 1, packetId, payload, properties }));
}

describe("respond", () => {
  it("publishes what the handler gives, under the mark of the request, and acknowledges the request after it", async () => {
    const bench = await makeRespondBench((request) => ({ payload: `${request.text()}!`, contentType: "text/plain" }));
    ask(bench, 7, "reply/here", "hello");
    await bench.clock.settle();
    const [response, acknowledgement, ...rest] = bench.peer.takeAll();
    expect(response).toMatchObject({
      type: "publish",
      topic: "reply/here",
      qos: 1,
      contentType: "text/plain",
      payload: new Uint8Array(Buffer.from("hello!")),
      correlationData: new Uint8Array([7]),
    });
    expect(acknowledgement).toMatchObject({ type: "puback", packetId: 7, reasonCode: 0 });
    expect(rest).toEqual([]);
  });

  it("publishes at the QoS of the request where the handler's is undefined", async () => {
    const bench = await makeRespondBench(() => ({ payload: "x", qos: undefined as never }));
    ask(bench, 7, "reply/here");
    await bench.clock.settle();
    expect(bench.peer.takeAll()[0]).toMatchObject({ type: "publish", qos: 1 });
  });

  it("leaves nothing unacknowledged where the handler ends a loop over the same message", async () => {
    const streams: MessageStream[] = [];
    const bench = await makeRespondBench(() => {
      void streams[0]?.return();
      return undefined;
    });
    streams.push(bench.client.messages("ask/#"));
    ask(bench, 7);
    await bench.clock.settle();
    expect(bench.peer.takeAll()).toMatchObject([{ type: "puback", packetId: 7 }]);
  });

  it("answers several requests at a time", async () => {
    const finish = new Map<string, () => void>();
    const bench = await makeRespondBench(
      (request) => new Promise((resolve) => finish.set(request.text(), () => resolve({ payload: request.text() }))),
    );
    ask(bench, 1, "r", "a");
    ask(bench, 2, "r", "b");
    await bench.clock.settle();
    finish.get("b")?.();
    await bench.clock.settle();
    expect(bench.peer.takeAll()).toMatchObject([{ type: "publish", correlationData: new Uint8Array([2]) }]);
    finish.get("a")?.();
    await bench.clock.settle();
    expect(bench.peer.takeAll()).toMatchObject([{ type: "publish" }, { packetId: 1 }, { packetId: 2 }]);
  });

  it("publishes nothing where the handler gives nothing, or nobody waits for an answer", async () => {
    const bench = await makeRespondBench((request) => (request.text() === "" ? undefined : { payload: "x" }));
    ask(bench, 1, "r");
    ask(bench, 2, undefined, "tell");
    await bench.clock.settle();
    expect(bench.peer.takeAll()).toMatchObject([{ type: "puback" }, { type: "puback" }]);
  });

  it("does not trust a response topic that begins with $, nor ask the handler", async () => {
    let calls = 0;
    const bench = await makeRespondBench(() => {
      calls += 1;
      return { payload: "x" };
    });
    ask(bench, 1, "$SYS/reboot");
    await bench.clock.settle();
    expect(bench.peer.takeAll()).toMatchObject([{ type: "puback", reasonCode: 0 }]);
    expect(calls).toBe(0);
    expect(bench.errors).toEqual([expect.stringContaining('"$SYS/reboot"')]);
  });

  it("lets the application decide which response topics to trust", async () => {
    const allowed = (topic: string): boolean => topic.startsWith("$aws/");
    for (const allowResponseTopic of [allowed, (topic: string) => Promise.resolve(allowed(topic))]) {
      const bench = await makeRespondBench(() => ({ payload: "x" }), { allowResponseTopic, qos: 1 });
      ask(bench, 1, "$aws/x");
      ask(bench, 2, "other");
      await bench.clock.settle();
      expect(bench.peer.takeAll()).toMatchObject([
        { type: "publish", topic: "$aws/x" },
        { type: "puback" },
        { type: "puback" },
      ]);
      expect(bench.errors).toHaveLength(1);
    }
  });

  it("reports a handler that fails, and does with the request as the client is told to", async () => {
    const handler: RequestHandler = () => Promise.reject(new Error("no"));
    const bench = await makeRespondBench(handler, {}, { onHandlerError: "reject" });
    ask(bench, 1, "r");
    await bench.clock.settle();
    expect(bench.peer.takeAll()).toMatchObject([{ type: "puback", reasonCode: 0x80 }]);
    expect(bench.errors).toEqual(["Error: no"]);
    const manual = await makeRespondBench(handler, {}, { acknowledgement: "manual" });
    ask(manual, 1, "r");
    await manual.clock.settle();
    expect(manual.peer.takeAll()).toMatchObject([{ type: "puback", reasonCode: 0 }]);
  });

  it("takes a handler that is overdue for one that failed", async () => {
    const options = { handlerTimeoutMs: 50, onHandlerError: "reject" } as const;
    const bench = await makeRespondBench(() => new Promise(() => undefined), {}, options);
    ask(bench, 1, "r");
    bench.peer.send(publish({ topic: "ask/x", qos: 0 }));
    await bench.clock.advanceAndSettle(50);
    expect(bench.peer.takeAll()).toMatchObject([{ type: "puback", reasonCode: 0x80 }]);
    expect(bench.errors).toEqual([expect.stringContaining("not handled within 50 ms")]);
  });

  it("ends when it is closed", async () => {
    const bench = await makeRespondBench(() => ({ payload: "x" }));
    bench.responder.close();
    bench.responder.close();
    ask(bench, 1, "r");
    await bench.clock.settle();
    expect(bench.peer.takeAll()).toMatchObject([{ type: "unsubscribe" }, { type: "puback" }]);
  });

  it("ends when the client stops", async () => {
    const bench = await makeRespondBench(() => ({ payload: "x" }));
    bench.ledger.register("stop", bench.client.stop());
    bench.peer.acceptConnections();
    await bench.clock.settle();
    bench.client.start();
    await bench.clock.settle();
    bench.peer.takeAll();
    ask(bench, 1, "r");
    await bench.clock.settle();
    // The client has no consumer any more, so the request waits for one.
    bench.peer.expectNothing();
  });

  it("rejects where the subscription is refused, and for options that cannot be used", async () => {
    const { client, peer, clock, ledger } = await makeConnectedBench();
    peer.answer("subscribe", ({ packetId }) => suback(packetId, 0x87));
    const refused = ledger.register(
      "respond",
      respond(client, "t", () => undefined),
    );
    await clock.settle();
    expect(refused.settlement).toMatchObject({ reason: { code: "SUBSCRIBE_REJECTED" } });
    await expect(respond(client, "t", "x" as never)).rejects.toMatchObject({ field: "handler" });
    await expect(respond(client, "a#", () => undefined)).rejects.toMatchObject({ field: "topicFilter" });
    await expect(respond(client, "t", () => undefined, { quos: 1 } as never)).rejects.toMatchObject({ field: "quos" });
  });
});
