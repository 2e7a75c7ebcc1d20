/** Situations over several connections, in which other clients lose or double messages: by number, in virtual time. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { joinBytes } from "../src/testing/bytes.js";
import { EngineBench, rejoiningBench } from "./support/engine-bench.js";
import { connack, connackResumed, puback, pubcomp, pubrec, suback } from "./support/server-bytes.js";

const texts = (bench: EngineBench): string[] => bench.sent().filter((text) => !text.startsWith("connect"));

/** What the server owes: it takes packets from the wire and acknowledges those that the test picks. */
class AcknowledgingServer {
  readonly #bench: EngineBench;
  #seen = 0;
  /** Ids that wait for PUBACK, PUBREC or PUBCOMP. */
  readonly open: { readonly kind: "publish1" | "publish2" | "pubrel"; readonly id: number }[] = [];
  mostUnacknowledged = 0;

  constructor(bench: EngineBench) {
    this.#bench = bench;
  }

  /** Begins with the first packet of this connection attempt. */
  readFrom(attempt: number): this {
    this.#seen = this.#bench.wire.findIndex((line) => line.attempt === attempt);
    return this.read();
  }

  read(): this {
    for (const { packet } of this.#bench.wire.slice(this.#seen)) {
      if (packet.cmd === "publish" && packet.qos > 0) {
        this.open.push({ kind: packet.qos === 1 ? "publish1" : "publish2", id: packet.messageId ?? 0 });
      } else if (packet.cmd === "pubrel") {
        this.open.push({ kind: "pubrel", id: packet.messageId ?? 0 });
      }
    }
    this.#seen = this.#bench.wire.length;
    this.mostUnacknowledged = Math.max(this.mostUnacknowledged, this.open.length);
    return this;
  }

  /** Answers one open packet; a PUBREC may fail. */
  answer(index: number, fails: boolean): void {
    const [packet] = this.open.splice(index % this.open.length, 1);
    if (packet === undefined) {
      return;
    }
    const code = fails ? 0x80 : 0;
    const answers = {
      publish1: puback(packet.id, code),
      publish2: pubrec(packet.id, code),
      pubrel: pubcomp(packet.id),
    };
    this.#bench.receive(answers[packet.kind]);
  }
}

describe("scenario 2", () => {
  const acks = fc.array(fc.record({ index: fc.nat(20), fails: fc.boolean() }), { minLength: 150, maxLength: 150 });
  const levels = fc.array(fc.constantFrom(1 as const, 2 as const), { minLength: 50, maxLength: 50 });

  test("MQTT-3.3.4-7, MQTT-4.9.0-2: never more than Receive Maximum open, with acknowledgements in any order (property)", () => {
    fc.assert(
      fc.property(acks, levels, fc.integer({ min: 1, max: 5 }), (answers, qosLevels, receiveMaximum) => {
        const bench = new EngineBench().online(connack({ receiveMaximum }));
        const ids = qosLevels.map((qos) => bench.publish({ qos }));
        const server = new AcknowledgingServer(bench).read();
        expect(server.open).toHaveLength(receiveMaximum);
        for (const { index, fails } of answers) {
          if (server.open.length > 0) {
            server.answer(index, fails);
            server.read();
          }
        }
        expect(server.mostUnacknowledged).toBe(receiveMaximum);
        while (server.read().open.length > 0) {
          server.answer(0, false);
        }
        expect(bench.outcomes(ids)).not.toContain("pending");
      }),
      { numRuns: 60 },
    );
  });

  test("the same over reconnects that resume the session: PUBRELs first may exceed it, publishes may not (property)", () => {
    fc.assert(
      fc.property(acks, levels, fc.integer({ min: 1, max: 5 }), (answers, qosLevels, receiveMaximum) => {
        const bench = rejoiningBench().online(connack({ receiveMaximum }));
        const ids = qosLevels.map((qos) => bench.publish({ qos }));
        let server = new AcknowledgingServer(bench).read();
        for (const [step, { index, fails }] of answers.entries()) {
          if (step % 20 === 19) {
            bench.cut().online(connackResumed({ receiveMaximum }));
            const wire = bench.wire.filter(({ attempt }) => attempt === bench.attempt).map(({ text }) => text);
            const resent = wire.filter((text) => text.startsWith("publish"));
            const released = wire.filter((text) => text.startsWith("pubrel"));
            expect(wire.slice(1, 1 + released.length)).toEqual(released);
            expect(resent.length).toBeLessThanOrEqual(Math.max(0, receiveMaximum - released.length));
            server = new AcknowledgingServer(bench).readFrom(bench.attempt);
          } else if (server.open.length > 0) {
            server.answer(index, fails);
            server.read();
          }
        }
        while (server.read().open.length > 0) {
          server.answer(0, false);
        }
        expect(bench.outcomes(ids)).not.toContain("pending");
      }),
      { numRuns: 40 },
    );
  });
});

describe("scenario 5", () => {
  /** Eight messages in flight when the connection goes, two of them past PUBREC. */
  const inFlight = (): { bench: EngineBench; ids: number[] } => {
    const bench = rejoiningBench().online();
    const ids = ["a", "b", "c", "d", "e", "f", "g", "h"].map((topic, index) =>
      bench.publish({ topic, qos: index % 2 === 0 ? 1 : 2, payload: "x".repeat(20) }),
    );
    bench.receive(pubrec(2), pubrec(6), puback(1)).cut();
    bench.publish({ topic: "new", qos: 1 });
    bench.sent();
    return { bench, ids };
  };
  const replayOf = (bench: EngineBench): Uint8Array =>
    joinBytes(
      bench
        .sentPackets()
        .filter(({ text }) => !text.startsWith("connect"))
        .map(({ bytes }) => bytes),
    );

  /** A server that processed the first `length` bytes of the replay before the socket died. */
  const answersTo = (replay: Uint8Array, length: number): Uint8Array[] => {
    const answers = [];
    let offset = 0;
    while (offset < replay.length) {
      const end = offset + 2 + (replay[offset + 1] ?? 0);
      if (end > length) {
        break;
      }
      const first = replay[offset] ?? 0;
      if (first === 0x62) {
        answers.push(pubcomp(((replay[offset + 2] ?? 0) << 8) | (replay[offset + 3] ?? 0)));
      } else {
        const at = offset + 4 + (replay[offset + 3] ?? 0);
        const id = ((replay[at] ?? 0) << 8) | (replay[at + 1] ?? 0);
        answers.push((first & 0x06) === 2 ? puback(id) : pubrec(id));
      }
      offset = end;
    }
    return answers;
  };

  const { bench: model } = inFlight();
  model.online(connackResumed());
  const replay = replayOf(model);

  test("the replay is what it should be", () => {
    const { bench } = inFlight();
    bench.online(connackResumed());
    expect(texts(bench)).toEqual([
      "pubrel #2",
      "pubrel #6",
      "publish #3 q1 dup c",
      "publish #4 q2 dup d",
      "publish #5 q1 dup e",
      "publish #7 q1 dup g",
      "publish #8 q2 dup h",
      "publish #9 q1 new",
    ]);
  });

  test("cut after a replay, acknowledged in any rotation: each publish settles exactly once", () => {
    for (let offset = 0; offset < 8; offset += 1) {
      const { bench, ids } = inFlight();
      bench.online(connackResumed()).cut().sent();
      bench.online(connackResumed());
      expect(texts(bench)).toHaveLength(8);
      const server = new AcknowledgingServer(bench).readFrom(bench.attempt);
      while (server.read().open.length > 0) {
        server.answer(offset, false);
      }
      expect(bench.outcomes(ids)).toEqual(ids.map(() => "done"));
    }
  });

  test("cut at every byte of a replay and of the answers to it: none lost, none sent again after its PUBREC", () => {
    // Prefixes that end inside the same packet have the same answers.
    const allAnswers = Array.from({ length: replay.length + 1 }, (_, length) => joinBytes(answersTo(replay, length)));
    for (const answers of allAnswers.filter(({ length }, index) => length !== allAnswers[index - 1]?.length)) {
      for (let offset = 0; offset <= answers.length; offset += 1) {
        const { bench, ids } = inFlight();
        bench.online(connackResumed()).receive(answers.slice(0, offset)).cut();
        const wasReleased = new Set(
          bench.wire.flatMap(({ text }) => (text.startsWith("pubrel") ? [text.slice("pubrel ".length)] : [])),
        );
        bench.sent();
        bench.online(connackResumed());
        for (const text of texts(bench)) {
          expect(text.startsWith("publish") && wasReleased.has(text.split(" ")[1] ?? "")).toBe(false);
        }
        const server = new AcknowledgingServer(bench).readFrom(bench.attempt);
        while (server.read().open.length > 0) {
          server.answer(0, false);
        }
        expect(bench.outcomes(ids)).toEqual(ids.map(() => "done"));
      }
    }
  });

  test("the session lost at any point of the replay: each publish settles exactly once", () => {
    for (let length = 0; length <= replay.length; length += 1) {
      const { bench, ids } = inFlight();
      bench
        .online(connackResumed())
        .receive(...answersTo(replay, length))
        .cut()
        .online(connack());
      const server = new AcknowledgingServer(bench).readFrom(bench.attempt);
      while (server.read().open.length > 0) {
        server.answer(0, false);
      }
      for (const outcome of bench.outcomes(ids)) {
        expect(["done", "SESSION_LOST unknown", "SESSION_LOST received"]).toContain(outcome);
      }
    }
  });
});

describe("scenario 8", () => {
  test("MQTT-2.2.1-3: 65 600 unacknowledged publishes: no id twice, the rest wait, SUBSCRIBE too", () => {
    const bench = new EngineBench().online();
    bench.flushes = false;
    for (let count = 0; count < 65_600; count += 1) {
      bench.publish({ qos: 1 });
    }
    const subscribe = bench.subscribe("f");
    bench.publish({ qos: 0, topic: "needs no id" });
    bench.flush();
    const packets = bench
      .sentPackets()
      .slice(1)
      .map(({ packet }) => packet);
    const ids = packets.flatMap(({ messageId }) => messageId ?? []);
    expect(ids).toHaveLength(65_535);
    expect(new Set(ids).size).toBe(65_535);
    expect(ids).not.toContain(0);
    expect(packets.filter(({ messageId }) => messageId === undefined)).toHaveLength(1);
    bench.flushes = true;
    bench.receive(puback(40_000));
    expect(bench.sent()).toEqual(["publish #40000 q1 t"]);
    bench.receive(...Array.from({ length: 65_000 }, (_, index) => puback(index + 1)));
    expect(bench.sent().filter((text) => text.startsWith("subscribe"))).toHaveLength(1);
    const id = bench.wire.at(-1)?.packet.messageId ?? 0;
    bench.receive(suback(id, 0));
    expect(bench.outcome(subscribe)).toBe("done");
  });

  test("MQTT-2.2.1-3: one set of ids for every kind of packet", () => {
    const bench = new EngineBench().online();
    bench.publish({ qos: 1 });
    bench.subscribe("f");
    bench.publish({ qos: 2 });
    bench.unsubscribe("f");
    expect(texts(bench)).toEqual(["publish #1 q1 t", "subscribe #2 f", "publish #3 q2 t", "unsubscribe #4 f"]);
  });

  test("MQTT-2.2.1-3: an id that a resumed session holds is not handed out", () => {
    const bench = rejoiningBench().online();
    bench.publish({ qos: 2 });
    bench.receive(pubrec(1)).cut().online(connackResumed()).sent();
    bench.flushes = false;
    for (let count = 0; count < 65_535; count += 1) {
      bench.publish({ qos: 1 });
    }
    bench.flush().receive(pubcomp(1)).flush();
    const ids = bench.sentPackets().flatMap(({ packet }) => packet.messageId ?? []);
    // 65 534 beside the PUBREL; its own id only after the PUBCOMP.
    expect(ids.indexOf(1)).toBe(65_534);
  });
});

describe("many network cuts", () => {
  test("ten network cuts with 500 in flight fail nothing", () => {
    const bench = rejoiningBench({ maxReconnectDelayMs: 1_000 }).online();
    const ids = Array.from({ length: 500 }, (_, index) => bench.publish({ qos: index % 2 === 0 ? 1 : 2 }));
    for (let cut = 0; cut < 10; cut += 1) {
      bench.cut().online(connackResumed());
    }
    const server = new AcknowledgingServer(bench).readFrom(bench.attempt);
    while (server.read().open.length > 0) {
      server.answer(0, false);
    }
    expect(bench.outcomes(ids)).toEqual(ids.map(() => "done"));
  });
});

describe("scenario 15", () => {
  const states: readonly (readonly [string, (bench: EngineBench) => unknown])[] = [
    ["never started", () => undefined],
    ["asked for options", (bench) => ((bench.answersConnect = false), bench.start())],
    ["opening", (bench) => ((bench.opens = false), bench.start())],
    ["awaiting CONNACK", (bench) => bench.start()],
    ["connected", (bench) => bench.online()],
    ["connected, with a quota of one", (bench) => bench.online(connack({ receiveMaximum: 1 }))],
    ["connected to a peer that does not read", (bench) => bench.online().stopReading().publish({ qos: 0 })],
    ["connected, with a transport that never closes", (bench) => ((bench.closes = false), bench.online())],
    [
      "disconnecting after a broken rule",
      (bench) => (bench.online().stopReading().publish({ qos: 0 }), bench.receive("00 00")),
    ],
    ["closing after the server's DISCONNECT", (bench) => ((bench.closes = false), bench.online().receive("e0 00"))],
    ["waiting to reconnect", (bench) => bench.online().cut()],
    ["stopped again", (bench) => bench.online().stop()],
  ];
  const submit = (bench: EngineBench): number[] => [
    ...bench.publishAll(0, "zero"),
    ...bench.publishAll(1, "one", "two"),
    ...bench.publishAll(2, "three", "four"),
    bench.subscribe("f"),
    bench.unsubscribe("f"),
  ];

  test.each(states)("after stop zero unsettled operations, within its deadline: %s", (_, begin) => {
    for (const sessionBehavior of ["clean", "rejoinPostSuccess", "rejoinAlways"] as const) {
      for (const before of [true, false]) {
        const bench = new EngineBench({ sessionBehavior });
        const early = before ? submit(bench) : [];
        begin(bench);
        const ids = [...early, ...submit(bench)];
        bench.told();
        const isStopped = bench.engine.state === "stopped";
        bench.stop({ timeoutMs: 5_000 }).advance(5_000);
        expect(bench.engine.state).toBe("stopped");
        expect(bench.outcomes(ids)).not.toContain("pending");
        expect(bench.told().at(-1)).toBe(isStopped ? undefined : "stopped");
        expect(bench.engine.pollTimeout()).toBeUndefined();
      }
    }
  });
});
