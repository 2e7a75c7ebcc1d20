import { describe, expect, it } from "@jest/globals";
import { collectTexts } from "../../../test/support/collected-texts.js";
import { type ClientBench, makeBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { connack, connackResumed, publish, pubrel, suback, unsuback } from "../../../test/support/server-bytes.js";
import type { MessageStream } from "./message-stream.js";
import type { ReceivedMessage } from "./received-message.js";

const sessionOptions = {
  sessionBehavior: "rejoinAlways",
  connectOptions: { clientId: "c", sessionExpiryInterval: 600 },
  minReconnectDelayMs: 1,
} as const;

/** Grants what is asked for, and answers UNSUBSCRIBE. */
function answerSubscribes({ peer }: ClientBench): void {
  peer.answer("subscribe", ({ packetId, subscriptions }) => suback(packetId, ...subscriptions.map(({ qos }) => qos)));
  peer.answer("unsubscribe", ({ packetId, topicFilters }) => unsuback(packetId, ...topicFilters.map(() => 0)));
}

/** Sends messages at QoS 1 with the packet ids from 1 up, each with its id as payload. */
function sendNumbered({ peer }: ClientBench, topic: string, ...packetIds: readonly number[]): void {
  for (const packetId of packetIds) {
    peer.send(publish({ topic, qos: 1, packetId, payload: String(packetId) }));
  }
}

function acknowledgedIds({ peer }: ClientBench): readonly number[] {
  return peer.takeAll().flatMap((packet) => (packet.type === "puback" ? [packet.packetId] : []));
}

async function nextText(stream: MessageStream): Promise<string | undefined> {
  const { value } = await stream.next();
  return value?.text();
}

const collect = (stream: MessageStream): string[] => collectTexts(stream, { marksEnd: true });

async function drop(bench: ClientBench, answer = connackResumed()): Promise<void> {
  bench.peer.acceptConnections(answer);
  bench.peer.close();
  await bench.clock.advanceAndSettle(1);
  bench.peer.expect("connect");
}

describe("messages of a filter", () => {
  it("subscribes at once, gives what matches, and acknowledges when the next is asked for", async () => {
    const bench = await makeConnectedBench();
    const { client, peer, clock } = bench;
    answerSubscribes(bench);
    const stream = client.messages("a/+", { qos: 1, retainAsPublished: true });
    await clock.settle();
    expect(peer.expect("subscribe")).toMatchObject({
      subscriptions: [{ topicFilter: "a/+", qos: 1, retainAsPublished: true, noLocal: false, retainHandling: 0 }],
      subscriptionIdentifier: 268_435_455,
    });
    sendNumbered(bench, "a/b", 1);
    peer.send(publish({ topic: "b/b", qos: 1, packetId: 2 }));
    sendNumbered(bench, "a/c", 3);
    await clock.settle();
    // The one that is nobody's is acknowledged, but not before the one that came first (MQTT-4.6.0-2).
    peer.expectNothing();
    expect(await nextText(stream)).toBe("1");
    await clock.settle();
    peer.expectNothing();
    expect(await nextText(stream)).toBe("3");
    await clock.settle();
    expect(acknowledgedIds(bench)).toEqual([1, 2]);
  });

  it("acknowledges all at break, and unsubscribes", async () => {
    const bench = await makeConnectedBench();
    const { client, peer, clock } = bench;
    answerSubscribes(bench);
    const stream = client.messages("t");
    sendNumbered(bench, "t", 1, 2, 3);
    for await (const message of stream) {
      expect(message.text()).toBe("1");
      break;
    }
    await clock.settle();
    expect(peer.takeAll().map((packet) => packet.type)).toEqual([
      "subscribe",
      "puback",
      "puback",
      "puback",
      "unsubscribe",
    ]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it("is a filter's user beside subscribe and other iterables: UNSUBSCRIBE goes with the last", async () => {
    const bench = await makeConnectedBench();
    const { client, peer, clock, ledger } = bench;
    answerSubscribes(bench);
    const one = client.messages("t", { qos: 1 });
    const other = client.messages("t", { qos: 1 });
    ledger.register("subscribe", client.subscribe({ topicFilter: "t", qos: 1 }));
    await clock.settle();
    expect(ledger.pending).toEqual([]);
    expect(peer.takeAll().map((packet) => packet.type)).toEqual(["subscribe", "subscribe"]);
    await one.return();
    const kept = ledger.register("unsubscribe", client.unsubscribe(["t", "u"]));
    await clock.settle();
    expect(kept.settlement).toMatchObject({
      value: {
        results: [
          { topicFilter: "t", ok: true, reasonCode: undefined },
          { topicFilter: "u", ok: true, reasonCode: 0 },
        ],
      },
    });
    expect(peer.expect("unsubscribe").topicFilters).toEqual(["u"]);
    expect(await client.unsubscribe("t")).toEqual({
      unsuback: undefined,
      results: [{ topicFilter: "t", ok: true, reasonCode: undefined }],
      allEnded: true,
    });
    peer.expectNothing();
    await other.return();
    await clock.settle();
    expect(peer.expect("unsubscribe").topicFilters).toEqual(["t"]);
  });

  it("leaves a filter that subscribe uses alone", async () => {
    const bench = await makeConnectedBench();
    answerSubscribes(bench);
    bench.ledger.register("subscribe", bench.client.subscribe("t"));
    await bench.clock.settle();
    await bench.client.messages("t").return();
    await bench.clock.settle();
    expect(bench.peer.takeAll().map((packet) => packet.type)).toEqual(["subscribe"]);
  });

  it("asks anew where every subscribe before it failed", async () => {
    const bench = makeBench();
    const { client, peer, clock, ledger } = bench;
    client.start();
    ledger.register("one", client.subscribe("t", { timeoutMs: 1 }));
    ledger.register("other", client.subscribe("t", { timeoutMs: 2 }));
    await clock.advanceAndSettle(2);
    expect(ledger.pending).toEqual([]);
    const loop = collect(client.messages("t"));
    answerSubscribes(bench);
    peer.acceptConnections();
    await clock.settle();
    expect(peer.takeAll().map((packet) => packet.type)).toEqual(["connect", "subscribe"]);
    expect(loop).toEqual([]);
  });

  it("leaves a filter that subscribe uses alone where its own SUBSCRIBE alone was refused", async () => {
    const bench = await makeConnectedBench();
    const { client, peer, clock, ledger } = bench;
    const answers = [0x97, 0];
    peer.answer("subscribe", ({ packetId }) => suback(packetId, answers.shift() ?? 0));
    const loop = collect(client.messages("t"));
    ledger.register("subscribe", client.subscribe("t"));
    await clock.settle();
    expect(loop).toEqual([expect.stringContaining("SubscribeRejectedError")]);
    await client.messages("t").return();
    await clock.settle();
    expect(peer.takeAll().map((packet) => packet.type)).toEqual(["subscribe", "subscribe"]);
  });

  it("ends with the last loop though a subscribe on top of it failed", async () => {
    const bench = await makeConnectedBench();
    const { client, peer, clock, ledger } = bench;
    const answers = [0, 0x97];
    peer.answer("subscribe", ({ packetId }) => suback(packetId, answers.shift() ?? 0));
    const stream = client.messages("t");
    await clock.settle();
    ledger.register("subscribe", client.subscribe("t"));
    await stream.return();
    await clock.settle();
    expect(peer.takeAll().map((packet) => packet.type)).toEqual(["subscribe", "subscribe", "unsubscribe"]);
  });

  it("refuses other options as long as a filter is in use with its own", async () => {
    const bench = await makeConnectedBench();
    const { client, ledger, clock } = bench;
    answerSubscribes(bench);
    const stream = client.messages("t", { qos: 1 });
    expect(() => client.messages("t", { qos: 2 })).toThrow(/^qos must be 1, with which t is in use/);
    const subscribe = ledger.register("subscribe", client.subscribe({ topicFilter: "t", noLocal: true, qos: 1 }));
    await clock.settle();
    expect(subscribe.settlement).toMatchObject({ reason: { code: "INVALID_ARGUMENT", field: "noLocal", value: true } });
    await stream.return();
    const later = client.messages("t", { qos: 2 });
    await clock.settle();
    expect(bench.peer.takeAll().map((packet) => packet.type)).toEqual(["subscribe", "unsubscribe", "subscribe"]);
    await later.return();
  });

  it.each([
    ["an empty filter", "", {}, "topicFilter"],
    ["a wrong filter", "a#", {}, "topicFilter"],
    ["no room", "t", { bufferSize: 0 }, "bufferSize"],
    ["no bytes", "t", { bufferBytes: 0 }, "bufferBytes"],
    ["an unknown option", "t", { bufferSize: 1, size: 1 }, "size"],
    ["no local on a shared one", "$share/g/t", { noLocal: true }, "noLocal"],
  ])("refuses %s, and sends nothing", async (_name, filter, options, field) => {
    const { client, peer, clock } = await makeConnectedBench();
    expect(() => client.messages(filter, options)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", field }),
    );
    await clock.settle();
    peer.expectNothing();
  });

  it("throws a refused SUBSCRIBE from every loop, and forgets the filter", async () => {
    const bench = await makeConnectedBench();
    const { client, peer, clock } = bench;
    peer.answer("subscribe", ({ packetId }) => suback(packetId, 0x87));
    const loops = [collect(client.messages("t")), collect(client.messages("t"))];
    await clock.settle();
    const error = "SubscribeRejectedError: the server refused SUBSCRIBE: not authorized (0x87)";
    expect(loops).toEqual([[expect.stringContaining(error)], [expect.stringContaining(error)]]);
    expect(peer.takeAll().map((packet) => packet.type)).toEqual(["subscribe"]);
    const unread = client.messages("t");
    await clock.settle();
    expect(peer.takeAll().map((packet) => packet.type)).toEqual(["subscribe"]);
    await unread.return();
    expect(await unread.next()).toEqual({ done: true, value: undefined });
  });

  it("asks anew for a filter that was refused to several at once", async () => {
    const bench = await makeConnectedBench();
    const { client, peer, clock } = bench;
    peer.answer("subscribe", ({ packetId, subscriptions }) => suback(packetId, ...subscriptions.map(() => 0x87)));
    const [f, g] = [{ topicFilter: "f" }, { topicFilter: "g" }];
    const refused = [client.subscribe(f), client.subscribe(f), client.subscribe({ subscriptions: [g, g] })];
    await Promise.all([Promise.allSettled(refused), clock.settle()]);
    peer.takeAll();
    answerSubscribes(bench);
    const texts = [collect(client.messages("f")), collect(client.messages("g"))];
    await clock.settle();
    expect(peer.takeAll().map(({ type }) => type)).toEqual(["subscribe", "subscribe"]);
    expect(texts).toEqual([[], []]);
  });

  it("throws when the subscription is not granted again", async () => {
    const bench = await makeConnectedBench({ ...sessionOptions });
    answerSubscribes(bench);
    const loop = collect(bench.client.messages("t"));
    await bench.clock.settle();
    bench.peer.takeAll();
    bench.peer.answer("subscribe", ({ packetId }) => suback(packetId, 0x97));
    await drop(bench, connack());
    bench.peer.expect("subscribe");
    expect(loop).toEqual([expect.stringContaining("SubscribeRejectedError")]);
    bench.peer.expectNothing();
  });

  it("may be asked for again by a listener of resubscribeFailed", async () => {
    const bench = await makeConnectedBench({ ...sessionOptions });
    const { client, peer } = bench;
    answerSubscribes(bench);
    collect(client.messages("t"));
    await bench.clock.settle();
    let again: string[] = [];
    client.on("resubscribeFailed", () => {
      answerSubscribes(bench);
      again = collect(client.messages("t"));
    });
    peer.takeAll();
    peer.answer("subscribe", ({ packetId }) => suback(packetId, 0x97));
    await drop(bench, connack());
    peer.send(publish({ topic: "t", payload: "again" }));
    await bench.clock.settle();
    expect(peer.takeAll().map((packet) => packet.type)).toEqual(["subscribe", "subscribe"]);
    expect(again).toEqual(["again"]);
  });

  it("holds one copy of what comes again with each connection, and acknowledges the newest", async () => {
    const bench = await makeConnectedBench(sessionOptions);
    const { client, peer, clock } = bench;
    answerSubscribes(bench);
    const stream = client.messages("t", { qos: 1 });
    await clock.settle();
    bench.peer.expect("subscribe");
    sendNumbered(bench, "t", 1, 2, 3);
    expect(await nextText(stream)).toBe("1");
    for (let connection = 0; connection < 2; connection += 1) {
      await drop(bench);
      for (const packetId of [1, 2, 3]) {
        peer.send(publish({ topic: "t", qos: 1, packetId, payload: String(packetId), dup: true }));
      }
    }
    await clock.settle();
    // The loop has looked at the first 1; that one may come twice.
    const texts = [await nextText(stream), await nextText(stream), await nextText(stream)];
    expect(texts).toEqual(["1", "2", "3"]);
    await stream.return();
    await clock.settle();
    expect(acknowledgedIds(bench)).toEqual([1, 2, 3]);
    expect((await stream.next()).done).toBe(true);
  });

  it.each([
    ["of a new session", connack(), true],
    ["without DUP", connackResumed(), false],
  ])("takes a message %s for a new one, whatever its packet id", async (_, answer, dup) => {
    const bench = await makeConnectedBench(sessionOptions);
    const { client, clock } = bench;
    answerSubscribes(bench);
    const stream = client.messages("t", { qos: 1 });
    await clock.settle();
    bench.peer.expect("subscribe");
    sendNumbered(bench, "t", 1);
    await drop(bench, answer);
    bench.peer.send(publish({ topic: "t", qos: 1, packetId: 1, payload: "new", dup }));
    await clock.settle();
    expect([await nextText(stream), await nextText(stream)]).toEqual(["1", "new"]);
  });

  it("goes on after a reconnect, with the session and without", async () => {
    const bench = await makeConnectedBench({ ...sessionOptions });
    answerSubscribes(bench);
    const loop = collect(bench.client.messages("t"));
    await bench.clock.settle();
    bench.peer.expect("subscribe");
    await drop(bench);
    bench.peer.expectNothing();
    bench.peer.send(publish({ topic: "t", payload: "resumed" }));
    await drop(bench, connack());
    bench.peer.expect("subscribe");
    bench.peer.send(publish({ topic: "t", payload: "lost" }));
    await bench.clock.settle();
    expect(loop).toEqual(["resumed", "lost"]);
  });

  it("ends at stop once what came is read, and is forgotten by then", async () => {
    const bench = await makeConnectedBench({ ...sessionOptions });
    const { client, peer, clock, ledger } = bench;
    answerSubscribes(bench);
    const stream = client.messages("t", { qos: 2 });
    peer.send(publish({ topic: "t", qos: 2, packetId: 7, payload: "last" }));
    await clock.settle();
    ledger.register("stop", client.stop());
    await clock.settle();
    expect(ledger.pending).toEqual([]);
    expect(await nextText(stream)).toBe("last");
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    // A message that was read after the stop is answered when the server sends it again. It is not delivered twice.
    peer.takeAll();
    const again = collect(client.messages());
    peer.acceptConnections(connack());
    client.start();
    await clock.settle();
    expect(peer.takeAll().map((packet) => packet.type)).toEqual(["connect"]);
    expect(again).toEqual([]);
  });

  it("answers a QoS 2 message that was read between two connections when it comes again", async () => {
    const bench = await makeConnectedBench({ ...sessionOptions });
    const { client, peer, clock } = bench;
    answerSubscribes(bench);
    const stream = client.messages("t", { qos: 2 });
    peer.send(publish({ topic: "t", qos: 2, packetId: 7, payload: "once" }));
    await clock.settle();
    const first = await nextText(stream);
    peer.takeAll();
    await drop(bench);
    const second = stream.next();
    peer.send(publish({ topic: "t", qos: 2, packetId: 7, dup: true, payload: "once" }));
    await clock.settle();
    expect(first).toBe("once");
    expect(peer.expect("pubrec")).toMatchObject({ packetId: 7, reasonCode: 0 });
    peer.send(pubrel(7), publish({ topic: "t", payload: "next" }));
    expect((await second).value?.text()).toBe("next");
  });

  it("ends with the reason of its signal, and acknowledges what waits", async () => {
    const bench = await makeConnectedBench();
    answerSubscribes(bench);
    const controller = new AbortController();
    const stream = bench.client.messages("t", { signal: controller.signal });
    sendNumbered(bench, "t", 1, 2);
    await bench.clock.settle();
    await stream.next();
    controller.abort(new Error("enough"));
    await expect(stream.next()).rejects.toThrow("enough");
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await bench.clock.settle();
    expect(acknowledgedIds(bench)).toEqual([1, 2]);
  });

  it("does nothing where its signal is aborted before", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const stream = client.messages("t", { signal: AbortSignal.abort(new Error("too late")) });
    await expect(stream.next()).rejects.toThrow("too late");
    await clock.settle();
    peer.expectNothing();
  });

  it("collects before the connection is there", async () => {
    const bench = makeBench();
    answerSubscribes(bench);
    const loop = collect(bench.client.messages("t"));
    bench.peer.acceptConnections();
    bench.client.start();
    await bench.clock.settle();
    bench.peer.send(publish({ topic: "t", payload: "x" }));
    await bench.clock.settle();
    expect(loop).toEqual(["x"]);
  });

  it("leaves its identifier out where the server takes none", async () => {
    const bench = makeBench();
    answerSubscribes(bench);
    const loop = collect(bench.client.messages("t"));
    bench.peer.acceptConnections(connack({ subscriptionIdentifiersAvailable: false }));
    bench.client.start();
    await bench.clock.settle();
    bench.peer.expect("connect");
    expect(bench.peer.expect("subscribe").subscriptionIdentifier).toBeUndefined();
    bench.peer.send(publish({ topic: "t", payload: "x" }));
    await bench.clock.settle();
    expect(loop).toEqual(["x"]);
  });
});

describe("messages of all filters", () => {
  it("are all that come, without a subscription", async () => {
    const bench = await makeConnectedBench();
    const loop = collect(bench.client.messages());
    bench.peer.send(publish({ topic: "a", payload: "1" }), publish({ topic: "$SYS/b", payload: "2" }));
    await bench.clock.settle();
    expect(loop).toEqual(["1", "2"]);
    bench.peer.expectNothing();
  });
});

describe("routing", () => {
  it("gives a message to every consumer whose filter matches, and to messageReceived (scenario 42)", async () => {
    const bench = await makeConnectedBench();
    answerSubscribes(bench);
    const heard: string[] = [];
    bench.client.on("messageReceived", ({ message }) => heard.push(message.text()));
    const loops = ["a/#", "a/b", "+/b", "#", "$share/g/a/b", "b"].map((filter) =>
      collect(bench.client.messages(filter)),
    );
    bench.peer.send(publish({ topic: "a/b", payload: "x" }));
    await bench.clock.settle();
    expect(loops).toEqual([["x"], ["x"], ["x"], ["x"], ["x"], []]);
    expect(heard).toEqual(["x"]);
  });

  it("tells copies apart by their subscription identifiers", async () => {
    const bench = await makeConnectedBench();
    answerSubscribes(bench);
    const wide = collect(bench.client.messages("a/#"));
    const narrow = collect(bench.client.messages("a/b"));
    await bench.clock.settle();
    const [wideId, narrowId] = bench.peer
      .takeAll()
      .map((packet) => (packet.type === "subscribe" ? (packet.subscriptionIdentifier ?? 0) : 0));
    const send = (payload: string, ...subscriptionIdentifier: number[]): void => {
      const properties = subscriptionIdentifier.length === 0 ? {} : { subscriptionIdentifier };
      bench.peer.send(publish({ topic: "a/b", payload, properties }));
    };
    send("copy of wide", wideId ?? 0);
    send("copy of narrow", narrowId ?? 0);
    send("for both", narrowId ?? 0, wideId ?? 0);
    send("without");
    send("of somebody else", 5);
    // An identifier says nothing about a topic that its filter does not match: it stems from an older session.
    bench.peer.send(publish({ topic: "a/c", payload: "stale", properties: { subscriptionIdentifier: narrowId ?? 0 } }));
    await bench.clock.settle();
    const common = ["for both", "without", "of somebody else"];
    expect(wide).toEqual(["copy of wide", ...common, "stale"]);
    expect(narrow).toEqual(["copy of narrow", ...common]);
  });

  it("leaves the copies for what subscribe made to messageReceived", async () => {
    const bench = await makeConnectedBench();
    const { client, peer, clock, ledger } = bench;
    answerSubscribes(bench);
    ledger.register("plain", client.subscribe("a/#"));
    const subscriptions = [{ topicFilter: "+/b" }];
    ledger.register("identified", client.subscribe({ subscriptions, subscriptionIdentifier: 5 }));
    const loop = collect(client.messages("a/b"));
    await clock.settle();
    const own = peer.takeAll().map((packet) => (packet.type === "subscribe" ? packet.subscriptionIdentifier : 0))[2];
    peer.send(publish({ topic: "a/b", payload: "copy of a/#" }));
    peer.send(publish({ topic: "a/b", payload: "copy of +/b", properties: { subscriptionIdentifier: 5 } }));
    peer.send(publish({ topic: "a/b", payload: "its own", properties: { subscriptionIdentifier: own ?? 0 } }));
    await clock.settle();
    expect(loop).toEqual(["its own"]);
  });

  it("gives every copy to every consumer where the server takes no identifiers", async () => {
    const bench = makeBench();
    const { client, peer, clock, ledger } = bench;
    answerSubscribes(bench);
    client.start();
    peer.acceptConnections(connack({ subscriptionIdentifiersAvailable: false }));
    await clock.settle();
    ledger.register("plain", client.subscribe("a/#"));
    const loop = collect(client.messages("a/b"));
    await clock.settle();
    peer.send(publish({ topic: "a/b", payload: "x" }));
    await clock.settle();
    expect(loop).toEqual(["x"]);
  });
});

describe("a consumer slower than the server (scenario 41)", () => {
  it("drops the oldest at QoS 0 beyond its buffer, and counts them", async () => {
    const bench = await makeConnectedBench();
    const stream = bench.client.messages(undefined, { bufferSize: 2 });
    sendNumbered(bench, "t", 1);
    for (const payload of ["a", "b", "c", "d"]) {
      bench.peer.send(publish({ topic: "t", payload }));
    }
    await bench.clock.settle();
    expect(stream.droppedCount).toBe(2);
    expect([await nextText(stream), await nextText(stream), await nextText(stream)]).toEqual(["1", "c", "d"]);
  });

  it("leaves QoS 1 to our Receive Maximum: what is not read is not acknowledged", async () => {
    const bench = await makeConnectedBench({ connectOptions: { receiveMaximum: 3 } });
    const warnings: string[] = [];
    bench.client.on("warning", ({ code }) => warnings.push(code));
    const stream = bench.client.messages(undefined, { bufferSize: 1 });
    sendNumbered(bench, "t", 1, 2, 3);
    await bench.clock.settle();
    bench.peer.expectNothing();
    expect(stream.droppedCount).toBe(0);
    await stream.next();
    await stream.next();
    await bench.clock.settle();
    expect(acknowledgedIds(bench)).toEqual([1]);
    sendNumbered(bench, "t", 4);
    await bench.clock.settle();
    expect(warnings).toEqual([]);
    sendNumbered(bench, "t", 5);
    await bench.clock.settle();
    expect(warnings).toEqual(["RECEIVE_MAXIMUM_EXCEEDED"]);
    expect([await nextText(stream), await nextText(stream), await nextText(stream)]).toEqual(["3", "4", "5"]);
    expect(stream.droppedCount).toBe(0);
  });

  it("acknowledges what it drops where it was told to drop", async () => {
    const bench = await makeConnectedBench();
    const stream = bench.client.messages(undefined, { bufferSize: 2, whenFull: "dropOldest" });
    sendNumbered(bench, "t", 1, 2, 3, 4);
    await bench.clock.settle();
    expect(acknowledgedIds(bench)).toEqual([1, 2]);
    expect(stream.droppedCount).toBe(2);
    expect([await nextText(stream), await nextText(stream)]).toEqual(["3", "4"]);
  });
});

describe("several that handle one message", () => {
  it("hold its acknowledgement until all are done", async () => {
    const bench = await makeConnectedBench();
    const { client, peer, clock } = bench;
    let finish: () => void = () => undefined;
    client.on("messageReceived", () => new Promise<void>((resolve) => (finish = resolve)));
    const streams = [client.messages(), client.messages()];
    sendNumbered(bench, "t", 1);
    await clock.settle();
    for (const stream of streams) {
      await stream.next();
      void stream.next();
    }
    await clock.settle();
    peer.expectNothing();
    finish();
    await clock.settle();
    expect(acknowledgedIds(bench)).toEqual([1]);
  });
});

describe("manual acknowledgement", () => {
  it("leaves it to the application, and keeps the order of arrival (scenario 40, MQTT-4.6.0-2)", async () => {
    const bench = await makeConnectedBench({ acknowledgement: "manual" });
    const messages: ReceivedMessage[] = [];
    bench.client.on("messageReceived", ({ message }) => messages.push(message));
    sendNumbered(bench, "t", 1, 2, 3);
    bench.peer.send(publish({ topic: "t" }));
    await bench.clock.settle();
    bench.peer.expectNothing();
    const [one, two, three, atQos0] = messages;
    expect([three?.acknowledge(), three?.acknowledge(), atQos0?.acknowledge()]).toEqual([true, false, false]);
    await bench.clock.settle();
    bench.peer.expectNothing();
    one?.acknowledge(0x99);
    two?.acknowledge();
    await bench.clock.settle();
    expect(bench.peer.takeAll()).toMatchObject([
      { type: "puback", packetId: 1, reasonCode: 0x99 },
      { type: "puback", packetId: 2, reasonCode: 0 },
      { type: "puback", packetId: 3, reasonCode: 0 },
    ]);
  });

  it("gives 0x10 and codes that are none back to the caller (MQTT-3.4.2-1)", async () => {
    const bench = await makeConnectedBench({ acknowledgement: "manual" });
    const stream = bench.client.messages();
    sendNumbered(bench, "t", 1);
    const { value: message } = await stream.next();
    expect(() => message?.acknowledge(0x10)).toThrow(/^reasonCode must be one of 0, 128, /);
    expect(() => message?.acknowledge(0x92 as never)).toThrow(/^reasonCode must be one of/);
    expect(message?.acknowledge(0x87)).toBe(true);
  });

  it("drops a PUBACK that comes after its connection, and takes a PUBREC along (scenario 9)", async () => {
    const bench = await makeConnectedBench({ ...sessionOptions, acknowledgement: "manual" });
    const { client, peer, clock } = bench;
    const messages: ReceivedMessage[] = [];
    client.on("messageReceived", ({ message }) => messages.push(message));
    sendNumbered(bench, "t", 1);
    peer.send(publish({ topic: "t", qos: 2, packetId: 2 }));
    await clock.settle();
    await drop(bench);
    expect(messages.map((message) => message.acknowledge())).toEqual([false, true]);
    await clock.settle();
    peer.expectNothing();
    peer.send(publish({ topic: "t", qos: 1, packetId: 1, dup: true }));
    peer.send(publish({ topic: "t", qos: 2, packetId: 2, dup: true }));
    await clock.settle();
    peer.expectNothing();
    expect(messages.map(({ qos, dup }) => [qos, dup])).toEqual([
      [1, false],
      [2, false],
      [1, true],
    ]);
    expect(messages[2]?.acknowledge()).toBe(true);
    await clock.settle();
    expect(peer.takeAll()).toMatchObject([{ type: "puback" }, { type: "pubrec", reasonCode: 0 }]);
  });

  it("is void once the session is lost", async () => {
    const bench = await makeConnectedBench({ ...sessionOptions, acknowledgement: "manual" });
    const stream = bench.client.messages();
    bench.peer.send(publish({ topic: "t", qos: 2, packetId: 2 }));
    const { value: message } = await stream.next();
    await drop(bench, connack());
    expect(message?.acknowledge()).toBe(false);
  });

  it("acknowledges what nobody ever saw (MQTT-4.5.0-2)", async () => {
    const bench = await makeConnectedBench({ acknowledgement: "manual" });
    answerSubscribes(bench);
    bench.client.messages("other");
    sendNumbered(bench, "t", 1);
    await bench.clock.settle();
    expect(acknowledgedIds(bench)).toEqual([1]);
    const stream = bench.client.messages();
    sendNumbered(bench, "t", 2, 3);
    const { value: seen } = await stream.next();
    await stream.return();
    await bench.clock.settle();
    bench.peer.expectNothing();
    seen?.acknowledge();
    await bench.clock.settle();
    expect(acknowledgedIds(bench)).toEqual([2, 3]);
  });

  it("warns once of a message that waits for 30 seconds", async () => {
    const bench = await makeConnectedBench({ acknowledgement: "manual", connectOptions: { keepAlive: 0 } });
    const warnings: string[] = [];
    bench.client.on("warning", ({ code }) => warnings.push(code));
    const messages: ReceivedMessage[] = [];
    bench.client.on("messageReceived", ({ message }) => messages.push(message));
    sendNumbered(bench, "t", 1);
    await bench.clock.advanceAndSettle(10_000);
    sendNumbered(bench, "t", 2);
    await bench.clock.advanceAndSettle(19_999);
    expect(warnings).toEqual([]);
    await bench.clock.advanceAndSettle(1);
    expect(warnings).toEqual(["ACKNOWLEDGEMENT_OVERDUE"]);
    await bench.clock.advanceAndSettle(100_000);
    expect(warnings).toHaveLength(1);
    messages[0]?.acknowledge();
    await bench.clock.settle();
    await bench.clock.advanceAndSettle(0);
    expect(warnings).toHaveLength(2);
  });
});

describe("a handler that fails (scenario 39)", () => {
  const failing = {
    "throws at once": () => {
      throw new Error("no");
    },
    rejects: () => Promise.reject(new Error("no")),
  };

  for (const [name, handler] of Object.entries(failing)) {
    it(`and ${name}: acknowledged by default, and reported`, async () => {
      const bench = await makeConnectedBench();
      const errors: unknown[] = [];
      bench.client.on("handlerError", ({ error }) => errors.push(String(error)));
      bench.client.on("messageReceived", handler);
      sendNumbered(bench, "t", 1);
      await bench.clock.settle();
      expect(bench.peer.expect("puback").reasonCode).toBe(0);
      expect(errors).toEqual(["Error: no"]);
    });

    it(`and ${name}: refused with 0x80 where it is told to reject`, async () => {
      const bench = await makeConnectedBench({ onHandlerError: "reject" });
      bench.client.on("messageReceived", handler);
      bench.client.on("messageReceived", () => Promise.resolve());
      sendNumbered(bench, "t", 1);
      bench.peer.send(publish({ topic: "t", qos: 2, packetId: 2 }));
      await bench.clock.settle();
      expect(bench.peer.expect("puback")).toMatchObject({ packetId: 1, reasonCode: 0x80 });
      expect(bench.peer.expect("pubrec")).toMatchObject({ packetId: 2, reasonCode: 0x80 });
    });

    it(`and ${name}: delivered again in the resumed session where it is told to disconnect`, async () => {
      const bench = await makeConnectedBench({ ...sessionOptions, onHandlerError: "disconnect" });
      const { client, peer, clock } = bench;
      const endings: unknown[] = [];
      let calls = 0;
      client.on("disconnection", ({ error }) => endings.push(error));
      client.on("messageReceived", () => {
        calls += 1;
        return calls === 1 ? handler() : undefined;
      });
      peer.acceptConnections(connackResumed());
      peer.send(publish({ topic: "t", qos: 2, packetId: 2 }));
      await clock.settle();
      expect(peer.expect("disconnect").reasonCode).toBe(0x83);
      expect(endings).toMatchObject([{ code: "DISCONNECTED", source: "client" }]);
      await clock.advanceAndSettle(1);
      peer.expect("connect");
      peer.send(publish({ topic: "t", qos: 2, packetId: 2, dup: true }));
      await clock.settle();
      expect(calls).toBe(2);
      expect(peer.expect("pubrec").reasonCode).toBe(0);
    });
  }

  it("does not end a later connection when it fails late", async () => {
    const bench = await makeConnectedBench({ ...sessionOptions, onHandlerError: "disconnect" });
    let fail: (error: Error) => void = () => undefined;
    bench.client.on("messageReceived", () => new Promise((_resolve, reject) => (fail = reject)));
    bench.client.on("handlerError", () => undefined);
    sendNumbered(bench, "t", 1);
    await bench.clock.settle();
    await drop(bench);
    fail(new Error("late"));
    await bench.clock.settle();
    expect(bench.client.isConnected).toBe(true);
    bench.peer.expectNothing();
  });

  it("has failed when it takes longer than handlerTimeoutMs", async () => {
    const bench = await makeConnectedBench({ handlerTimeoutMs: 500, onHandlerError: "reject" });
    const errors: unknown[] = [];
    const finishers: (() => void)[] = [];
    bench.client.on("handlerError", ({ error, message }) => errors.push([String(error), message?.text()]));
    bench.client.on("messageReceived", () => new Promise<void>((resolve) => finishers.push(resolve)));
    sendNumbered(bench, "t", 1);
    await bench.clock.advanceAndSettle(300);
    sendNumbered(bench, "t", 2, 3);
    await bench.clock.advanceAndSettle(199);
    expect(errors).toEqual([]);
    finishers[1]?.();
    await bench.clock.advanceAndSettle(1);
    const error = "MqttError: not handled within 500 ms";
    expect(errors).toEqual([[error, "1"]]);
    expect(bench.peer.takeAll()).toMatchObject([
      { packetId: 1, reasonCode: 0x80 },
      { packetId: 2, reasonCode: 0 },
    ]);
    finishers[0]?.();
    await bench.clock.advanceAndSettle(300);
    expect(errors).toEqual([
      [error, "1"],
      [error, "3"],
    ]);
    expect(bench.peer.takeAll()).toMatchObject([{ packetId: 3, reasonCode: 0x80 }]);
  });

  it("is told in the order of the messages when several are overdue at once", async () => {
    const bench = await makeConnectedBench({ handlerTimeoutMs: 500 });
    const overdue: unknown[] = [];
    bench.client.on("handlerError", ({ message }) => overdue.push(message?.text()));
    bench.client.on("messageReceived", () => new Promise(() => undefined));
    sendNumbered(bench, "t", 1, 2, 3, 4);
    await bench.clock.advanceAndSettle(500);
    expect(overdue).toEqual(["1", "2", "3", "4"]);
  });

  it("leaves no timer behind after stop", async () => {
    const bench = await makeConnectedBench({ handlerTimeoutMs: 500 });
    bench.client.on("messageReceived", () => new Promise(() => undefined));
    sendNumbered(bench, "t", 1);
    await bench.clock.settle();
    bench.ledger.register("stop", bench.client.stop());
    await bench.clock.settle();
    expect(bench.ledger.pending).toEqual([]);
    expect(bench.clock.pendingCount).toBe(0);
  });
});
