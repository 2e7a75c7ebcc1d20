import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { EngineBench, rejoiningBench } from "../../../test/support/engine-bench.js";
import {
  connack,
  connackResumed,
  disconnect,
  puback,
  pubcomp,
  publish,
  pubrec,
  suback,
  unsuback,
} from "../../../test/support/server-bytes.js";

/** Count and size of what is incomplete, unacked and queued. */
function counts(bench: EngineBench): readonly [string, string, string] {
  const statistics = bench.engine.statistics();
  return [
    `${String(statistics.incompleteOperationCount)} (${String(statistics.incompleteOperationSize)})`,
    `${String(statistics.unackedOperationCount)} (${String(statistics.unackedOperationSize)})`,
    `${String(statistics.queuedOperationCount)} (${String(statistics.queuedOperationSize)})`,
  ];
}

const none = "0 (0)";

describe("operations: submitted and not finished; sent and awaiting an answer; in the queue", () => {
  test("nothing at first", () => {
    expect(new EngineBench().engine.statistics()).toEqual({
      incompleteOperationCount: 0,
      incompleteOperationSize: 0,
      unackedOperationCount: 0,
      unackedOperationSize: 0,
      queuedOperationCount: 0,
      queuedOperationSize: 0,
      sendQuotaInUse: 0,
      reconnectCount: 0,
      bytesSent: 0,
      packetsSent: 0,
      bytesReceived: 0,
      packetsReceived: 0,
    });
  });

  test.each([
    // PUBLISH: 2 bytes of header, 2 + 1 of topic, 2 of packet id, 1 of properties, 3 of payload.
    ["a QoS 1 publish", (bench: EngineBench) => bench.publish({ qos: 1, payload: "abc" }), "1 (11)", [puback(1)]],
    ["a refused one", (bench: EngineBench) => bench.publish({ qos: 1, payload: "abc" }), "1 (11)", [puback(1, 0x87)]],
    ["a refused QoS 2 one", (bench: EngineBench) => bench.publish({ qos: 2 }), "1 (8)", [pubrec(1, 0x87)]],
    // SUBSCRIBE: 2 of header, 2 of packet id, 1 of properties, 2 + 1 of filter, 1 of options.
    ["a subscribe", (bench: EngineBench) => bench.subscribe("f"), "1 (9)", [suback(1, 0)]],
    ["an unsubscribe", (bench: EngineBench) => bench.unsubscribe("f"), "1 (8)", [unsuback(1, 0)]],
  ] as const)("%s: queued, then unacked, then finished", (_name, submit, one, answers) => {
    const bench = new EngineBench();
    submit(bench);
    expect(counts(bench)).toEqual([one, none, one]);
    bench.online();
    expect(counts(bench)).toEqual([one, one, none]);
    bench.receive(...answers);
    expect(counts(bench)).toEqual([none, none, none]);
  });

  test("QoS 2 is unacked from PUBLISH to PUBCOMP, on the next connection from PUBREL on", () => {
    const bench = rejoiningBench().online();
    bench.publish({ qos: 2 });
    expect(counts(bench)).toEqual(["1 (8)", "1 (8)", none]);
    bench.receive(pubrec(1));
    expect(counts(bench)).toEqual(["1 (8)", "1 (8)", none]);
    bench.cut();
    expect(counts(bench)).toEqual(["1 (8)", none, none]);
    bench.online(connackResumed());
    expect(counts(bench)).toEqual(["1 (8)", "1 (8)", none]);
    bench.receive(pubcomp(1));
    expect(counts(bench)).toEqual([none, none, none]);
  });

  test("a PUBREC that comes before the message could be sent again makes it unacked", () => {
    const bench = rejoiningBench().online();
    bench.publishAll(2, "a", "b");
    bench.cut().online(connackResumed({ receiveMaximum: 1 }));
    expect(counts(bench)).toEqual(["2 (16)", "1 (8)", none]);
    bench.receive(pubrec(2));
    expect(counts(bench)).toEqual(["2 (16)", "2 (16)", none]);
  });

  test("QoS 0 is never unacked: incomplete until the transport takes it", () => {
    const bench = new EngineBench().online().stopReading();
    bench.publishAll(0, "a", "b");
    expect(counts(bench)).toEqual(["2 (12)", none, "1 (6)"]);
    bench.resumeReading();
    expect(counts(bench)).toEqual([none, none, none]);
  });

  test("what the quota holds back is queued; the quota in use is told", () => {
    const bench = new EngineBench().online(connack({ receiveMaximum: 2 }));
    bench.publishAll(1, "a", "b", "c");
    expect(counts(bench)).toEqual(["3 (24)", "2 (16)", "1 (8)"]);
    expect(bench.engine.statistics().sendQuotaInUse).toBe(2);
    bench.cut();
    expect(bench.engine.statistics().sendQuotaInUse).toBe(0);
  });

  test("a timed-out or cancelled one counts while the protocol has to do with it", () => {
    const bench = rejoiningBench().online(connack({ receiveMaximum: 1 }));
    bench.publish({ qos: 1 }, { timeoutMs: 10 });
    const waiting = [bench.publish({ qos: 1 }, { timeoutMs: 10 }), bench.publish({ qos: 2 })];
    bench.subscribe("f", { timeoutMs: 10 });
    bench.advance(10);
    bench.cancel(waiting[1] ?? 0);
    // The publish and the subscribe are on the wire.
    expect(counts(bench)).toEqual(["2 (17)", "2 (17)", none]);
    bench.cut();
    expect(counts(bench)).toEqual(["1 (8)", none, none]);
    bench.online(connackResumed()).receive(puback(1));
    expect(counts(bench)).toEqual([none, none, none]);
  });

  test("a request that the connection took along is queued again", () => {
    const bench = rejoiningBench().online();
    bench.subscribe("f");
    bench.cut();
    expect(counts(bench)).toEqual(["1 (9)", none, "1 (9)"]);
  });

  test("of a lost session: those to be sent as new count, the others are finished", () => {
    const bench = new EngineBench().online();
    bench.publishAll(2, "a");
    bench.publishAll(1, "b", "c");
    bench.cut();
    expect(counts(bench)).toEqual(["3 (24)", none, none]);
    bench.online(connack({ receiveMaximum: 1 }));
    expect(counts(bench)).toEqual(["2 (16)", "1 (8)", none]);
    bench.receive(puback(4)).receive(puback(5));
    expect(counts(bench)).toEqual([none, none, none]);
  });

  test("one that waits for the store is incomplete and not sent", () => {
    const bench = new EngineBench({ isDurable: true }).online();
    bench.stores = false;
    bench.publish();
    expect(counts(bench)).toEqual(["1 (8)", none, none]);
  });

  test("subscriptions made again were submitted by nobody", () => {
    const bench = new EngineBench().online();
    bench.subscribe("f");
    bench.receive(suback(1, 0)).cut().online();
    expect(bench.sent().at(-1)).toMatch(/^subscribe #\d+ f$/);
    expect(counts(bench)).toEqual([none, none, none]);
  });

  test("a stop leaves a message of a lost session only if it is sent as a new one", () => {
    const bench = new EngineBench().online();
    const ids = [bench.publish({ qos: 2 }), bench.publish({ qos: 2 }), bench.publish({ qos: 1, topic: "kept" })];
    bench.receive(pubrec(2)).stop();
    expect(bench.outcomes(ids)).toEqual(["DISCONNECTED unknown", "DISCONNECTED received", "DISCONNECTED kept"]);
    expect(bench.engine.statistics()).toMatchObject({ incompleteOperationCount: 1, unackedOperationCount: 0 });
    bench.sent();
    bench.online();
    expect(bench.sent()).toEqual(["connect clean", "publish #4 q1 kept"]);
  });

  test("a stop that discards the session leaves nothing", () => {
    const bench = rejoiningBench().online(connack({ receiveMaximum: 1 }));
    bench.publishAll(2, "a", "b");
    bench.subscribe("f");
    bench.stop({ disconnect: { sessionExpiryInterval: 0 } });
    expect(counts(bench)).toEqual([none, none, none]);
  });
});

describe("traffic", () => {
  test("bytes and packets, as they were written and as they came, over all connections", () => {
    const bench = rejoiningBench().online();
    bench.publish({ payload: new Uint8Array(100_000) });
    bench.receive(publish({ qos: 1, packetId: 7 }), puback(1));
    bench.acknowledge(bench.lastDelivery);
    bench.subscribe("f");
    bench.cut().online(connackResumed());
    bench.stop();
    const statistics = bench.engine.statistics();
    expect(statistics.packetsSent).toBe(bench.wire.length);
    expect(statistics.bytesSent).toBe(bench.wire.reduce((sum, { bytes }) => sum + bytes.length, 0));
    expect(statistics.packetsReceived).toBe(4);
    const received = [connack(), publish({ qos: 1, packetId: 7 }), puback(1), connackResumed()];
    expect(statistics.bytesReceived).toBe(received.reduce((sum, { length }) => sum + length, 0));
  });

  test("what was written and could not be handed over is not sent", () => {
    const bench = new EngineBench().online().stopReading();
    bench.publish({ qos: 0 });
    const { bytesSent, packetsSent } = bench.engine.statistics();
    bench.receive(publish({ qos: 1, packetId: 7 }));
    bench.acknowledge(bench.lastDelivery);
    bench.cut();
    expect(bench.engine.statistics()).toMatchObject({ bytesSent, packetsSent });
  });

  test("what comes from an older connection does not count", () => {
    const bench = new EngineBench().online();
    const { attempt } = bench;
    bench.cut().online();
    const { bytesReceived, packetsReceived } = bench.engine.statistics();
    bench.engine.handleBytes(bench.now, attempt, puback(1));
    expect(bench.engine.statistics()).toMatchObject({ bytesReceived, packetsReceived });
  });

  test("reconnects are the connections after the first, whatever failed between", () => {
    const bench = new EngineBench().online();
    expect(bench.engine.statistics().reconnectCount).toBe(0);
    bench.cut().advance(1_000).cut().online();
    bench.receive(disconnect(0x8b)).online();
    expect(bench.engine.statistics().reconnectCount).toBe(2);
  });
});

/** A server that resumes every session, and answers what it is sent as far as the test lets it. */
class AnsweringServer {
  readonly #bench: EngineBench;
  #seen = 0;

  constructor(bench: EngineBench) {
    this.#bench = bench;
  }

  accept(receiveMaximum: number): void {
    const isFirst = !this.#bench.events.some(({ type }) => type === "connectionSuccess");
    this.#bench.online(isFirst ? connack({ receiveMaximum }) : connackResumed({ receiveMaximum }));
  }

  /** Answers so many packets of this connection. */
  answer(most: number): void {
    for (let count = 0; count < most && this.#bench.engine.state === "connected"; count += 1) {
      const line = this.#bench.wire[this.#seen];
      if (line === undefined) {
        return;
      }
      this.#seen += 1;
      const { cmd, messageId = 0 } = line.packet;
      const answers: Partial<Record<string, Uint8Array>> = {
        publish: line.packet.cmd === "publish" && line.packet.qos === 2 ? pubrec(messageId) : puback(messageId),
        pubrel: pubcomp(messageId),
        subscribe: suback(messageId, 0),
        unsubscribe: unsuback(messageId, 0),
      };
      const answer = answers[cmd];
      if (messageId !== 0 && answer !== undefined && line.attempt === this.#bench.attempt) {
        this.#bench.receive(answer);
      }
    }
  }
}

/** A client, its server, and what was asked of it. */
interface Run {
  readonly bench: EngineBench;
  readonly server: AnsweringServer;
  readonly ids: number[];
  readonly cancelled: Set<number>;
}

describe("whatever happens (property)", () => {
  const isUp = ({ bench }: Run): boolean => bench.engine.state === "connected";
  const steps: readonly ((run: Run, pick: number) => unknown)[] = [
    ({ bench, ids }, pick) => ids.push(bench.publish({ qos: 0, payload: "x".repeat(pick) })),
    ({ bench, ids }, pick) => ids.push(bench.publish({ payload: "x".repeat(pick) }, { timeoutMs: 500 * pick })),
    ({ bench, ids }, pick) => ids.push(bench.publish({ qos: 2, ...(pick < 20 && { messageExpiryInterval: pick }) })),
    ({ bench, ids }, pick) => ids.push(bench.subscribe(`f${String(pick)}`, pick < 20 ? { timeoutMs: 100 * pick } : {})),
    ({ bench, ids }, pick) => ids.push(bench.unsubscribe(`f${String(pick)}`)),
    ({ bench, ids, cancelled }, pick) => {
      const id = ids[pick % Math.max(1, ids.length)] ?? 0;
      cancelled.add(id);
      return bench.cancel(id);
    },
    ({ bench }, pick) => bench.advance(pick * 50),
    (run) => isUp(run) && run.bench.cut(),
    (run, pick) => isUp(run) && run.bench.receive(disconnect(pick < 30 ? 0x99 : 0x8b)),
    (run) => {
      if (!isUp(run)) {
        run.bench.online(); // the session is lost
      }
    },
    (run, pick) => {
      if (!isUp(run)) {
        run.server.accept(1 + (pick % 3));
      }
    },
    ({ server }, pick) => {
      server.answer(pick);
    },
    (run) => isUp(run) && run.bench.stopReading(),
    (run) => isUp(run) && run.bench.resumeReading(),
  ];
  const script = fc.array(fc.tuple(fc.nat(steps.length - 1), fc.nat(40)), { minLength: 1, maxLength: 60 });
  const options = fc.record({
    offlineQueueBehavior: fc.constantFrom(
      "failNonQos1PublishOnDisconnect" as const,
      "failQos0PublishOnDisconnect" as const,
      "failAllOnDisconnect" as const,
    ),
    sessionLostPublishBehavior: fc.constantFrom("resendQos1" as const, "resendAll" as const, "fail" as const),
    queue: fc.record({
      maxOperations: fc.constantFrom(3, 100_000),
      maxBytes: fc.constantFrom(2_200, 100_000),
      whenFull: fc.constantFrom("reject" as const, "dropOldest" as const, "dropOldestQos0" as const),
    }),
    maxRedeliveries: fc.constantFrom(1, 2, 10),
    ackTimeoutMs: fc.constantFrom(500, 60_000),
    isDurable: fc.boolean(),
    throttle: fc.constantFrom(
      { maxPublishesPerSecond: Infinity, maxBytesPerSecond: Infinity },
      { maxPublishesPerSecond: 2, maxBytesPerSecond: 100 },
    ),
  });

  /** Those of which no end was told. */
  const open = ({ bench, ids, cancelled }: Run): number[] =>
    ids.filter((id) => bench.outcome(id) === "pending" && !cancelled.has(id));

  function checkSums(run: Run): void {
    const statistics = run.bench.engine.statistics();
    const { incompleteOperationCount, unackedOperationCount, queuedOperationCount } = statistics;
    const { incompleteOperationSize, unackedOperationSize, queuedOperationSize } = statistics;
    expect(unackedOperationCount + queuedOperationCount).toBeLessThanOrEqual(incompleteOperationCount);
    expect(unackedOperationSize + queuedOperationSize).toBeLessThanOrEqual(incompleteOperationSize);
    expect(incompleteOperationCount).toBeGreaterThanOrEqual(open(run).length);
    expect(incompleteOperationCount).toBeLessThanOrEqual(run.ids.length);
    expect(statistics.sendQuotaInUse).toBeLessThanOrEqual(unackedOperationCount);
    expect(statistics.packetsSent).toBe(run.bench.wire.length);
  }

  test("unacked and queued are apart and part of incomplete, and all are 0 once everything was answered", () => {
    fc.assert(
      fc.property(script, options, (picks, settings) => {
        const bench = rejoiningBench({ ...settings, maxReconnectDelayMs: 1_000 });
        const run = { bench, server: new AnsweringServer(bench), ids: [], cancelled: new Set<number>() };
        for (const [step, pick] of picks) {
          steps[step]?.(run, pick);
          checkSums(run);
        }
        if (isUp(run)) {
          bench.cut();
        }
        run.server.accept(100);
        bench.advance(60_000); // what the throttle delays goes out
        run.server.answer(Infinity);
        expect(counts(bench)).toEqual([none, none, none]);
        expect(bench.engine.statistics().sendQuotaInUse).toBe(0);
        expect(open(run)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
