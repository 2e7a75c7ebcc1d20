import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type BenchOptions, EngineBench, rejoiningBench } from "../../../test/support/engine-bench.js";
import {
  connack,
  connackResumed,
  disconnect,
  puback,
  pubcomp,
  pubrec,
  suback,
} from "../../../test/support/server-bytes.js";
import { ConnectionError, DisconnectedError } from "../errors/connection-errors.js";
import { mayBlamePublish } from "./redelivery-limit.js";

/**
 * A server that acknowledges messages in the order in which they come, and hangs up on some topics: with a DISCONNECT of
 * this reason code, or without any.
 */
class TouchyServer {
  readonly #bench: EngineBench;
  readonly #isHated: (topic: string) => boolean;
  readonly #reasonCode: number | "none";
  #seen = 0;

  /** The message that it hung up on, and the number of unanswered messages beside it. */
  readonly hangUps: string[] = [];

  constructor(bench: EngineBench, isHated: (topic: string) => boolean, reasonCode: number | "none" = 0x99) {
    this.#bench = bench;
    this.#isHated = isHated;
    this.#reasonCode = reasonCode;
  }

  /** Answers everything, over as many connections as it takes. */
  run(answer: Uint8Array = connackResumed(), mostConnections = 100): void {
    this.#bench.online();
    while (!this.#answer() && this.hangUps.length < mostConnections) {
      this.#bench.online(answer);
    }
  }

  /** True when it came to the end without hanging up. */
  #answer(): boolean {
    for (let line = this.#bench.wire[this.#seen]; line !== undefined; line = this.#bench.wire[this.#seen]) {
      const { packet } = line;
      this.#seen += 1;
      if (packet.cmd === "publish" && packet.qos > 0) {
        if (this.#isHated(packet.topic)) {
          const open = this.#bench.wire.slice(this.#seen).filter((later) => later.packet.cmd === "publish").length;
          this.hangUps.push(`${packet.topic} +${String(open)}`);
          this.#seen = this.#bench.wire.length;
          if (this.#reasonCode === "none") {
            this.#bench.closeByServer();
          } else {
            this.#bench.receive(disconnect(this.#reasonCode));
          }
          return false;
        }
        this.#bench.receive((packet.qos === 1 ? puback : pubrec)(packet.messageId ?? 0));
      } else if (packet.cmd === "pubrel") {
        this.#bench.receive(pubcomp(packet.messageId ?? 0));
      }
    }
    return true;
  }
}

const hex = (code: number): readonly [string, number] => [`0x${code.toString(16)}`, code];
const isBad = (topic: string): boolean => topic.startsWith("bad");
const hangUpBench = (options: BenchOptions = {}): EngineBench => rejoiningBench({ maxRedeliveries: 3, ...options });

/** The server hangs up on two connections, and resumes the session on a third. */
function hangUpTwice(bench: EngineBench): void {
  bench.online().receive(disconnect(0x80)).online(connackResumed()).receive(disconnect(0x80)).online(connackResumed());
}

describe("scenario 14: a message that the server hangs up on", () => {
  test.each([1, 2] as const)("QoS %i: sent again maxRedeliveries times, then failed, with the disconnect", (qos) => {
    const bench = hangUpBench({ maxRedeliveries: 10 });
    const id = bench.publish({ qos, topic: "bad" });
    const server = new TouchyServer(bench, isBad);
    server.run();
    expect(server.hangUps).toHaveLength(11);
    expect(bench.sent().filter((text) => text.includes("bad"))).toEqual([
      `publish #1 q${String(qos)} bad`,
      ...Array.from({ length: 10 }, () => `publish #1 q${String(qos)} dup bad`),
    ]);
    expect(bench.outcome(id)).toBe("REDELIVERY_LIMIT unknown");
    const error = bench.errorOf(id);
    expect(error.message).toBe(
      "the server ended 11 connections after this message, without an answer. It may not accept the topic, the size or the content; its log may say why",
    );
    expect(error.cause).toBeInstanceOf(DisconnectedError);
    expect(error.cause).toMatchObject({ source: "server", disconnect: { reasonCode: 0x99 } });
    expect(error.cause).toBe(bench.lastError);
  });

  test("it fails when that connection ends, and leaves nothing: no id, no redelivery", () => {
    const bench = hangUpBench({ maxRedeliveries: 1 });
    bench.publish({ qos: 2, topic: "bad" });
    bench.online().receive(disconnect(0x80)).online(connackResumed());
    bench.sent();
    bench.receive(disconnect(0x80));
    expect(bench.outcome(1)).toBe("REDELIVERY_LIMIT unknown");
    bench.online(connackResumed());
    expect(bench.sent()).toEqual(["connect resume"]);
    // The next 65 535 messages have every id there is.
    const ids = Array.from({ length: 65_535 }, () => bench.publish({ qos: 1 }));
    expect(ids.length).toBe(bench.sentPackets().length);
    expect(bench.stop({ drain: true }).engine.state).toBe("connected");
  });

  test("the store is told that it is over", () => {
    const bench = hangUpBench({ maxRedeliveries: 1, isDurable: true });
    bench.publish({ topic: "bad" });
    bench.online().receive(disconnect(0x80)).online(connackResumed()).receive(disconnect(0x80));
    expect(bench.batches.at(-1)?.changes).toEqual([{ type: "finished", sequence: 1 }]);
  });

  test("one that timed out before leaves the session all the same", () => {
    const bench = hangUpBench();
    const id = bench.publish({ topic: "bad" }, { timeoutMs: 10 });
    const server = new TouchyServer(bench, isBad);
    server.run();
    expect(server.hangUps).toHaveLength(4);
    expect(bench.outcome(id)).toBe("OPERATION_TIMEOUT kept");
  });

  test("only the culprit counts: from the second time on it goes alone, the others are delivered", () => {
    for (const qos of [1, 2] as const) {
      const bench = hangUpBench();
      const before = bench.publishAll(qos, "a", "b");
      const culprit = bench.publish({ qos, topic: "bad" });
      const after = bench.publishAll(qos, "c", "d");
      const server = new TouchyServer(bench, isBad);
      server.run();
      expect(server.hangUps).toEqual(["bad +2", "bad +2", "bad +0", "bad +0"]);
      expect(bench.outcomes([...before, ...after])).toEqual(["done", "done", "done", "done"]);
      expect(bench.outcome(culprit)).toBe("REDELIVERY_LIMIT unknown");
    }
  });

  test("several culprits among many: each fails by itself, and nothing else does", () => {
    for (const maxRedeliveries of [1, 2, 3, 10]) {
      const bench = hangUpBench({ maxRedeliveries });
      const topics = Array.from({ length: 60 }, (_, index) => `${index % 20 === 7 ? "bad" : "good"} ${String(index)}`);
      const ids = topics.map((topic, index) => bench.publish({ topic, qos: index % 3 === 0 ? 2 : 1 }));
      new TouchyServer(bench, isBad).run();
      const outcomes = topics.map((topic) => (isBad(topic) ? "REDELIVERY_LIMIT unknown" : "done"));
      expect(bench.outcomes(ids)).toEqual(outcomes);
    }
  });

  test("while a suspect waits for its answer no publish that needs one joins it, everything else goes", () => {
    const bench = hangUpBench();
    bench.publishAll(1, "a", "b");
    hangUpTwice(bench);
    bench.publishAll(1, "c", "d");
    bench.publish({ qos: 0, topic: "e" });
    bench.subscribe("f");
    expect(bench.sent().slice(-4)).toEqual(["connect resume", "publish #1 q1 dup a", "publish q0 e", "subscribe #3 f"]);
    bench.receive(puback(1));
    expect(bench.sent()).toEqual(["publish #2 q1 dup b"]);
    bench.publish({ topic: "g" });
    bench.receive(puback(2));
    expect(bench.sent()).toEqual(["publish #4 q1 c", "publish #5 q1 d", "publish #6 q1 g"]);
  });

  test("at QoS 2 the PUBREC is the answer", () => {
    const bench = hangUpBench();
    bench.publishAll(2, "a", "b");
    hangUpTwice(bench);
    bench.sent();
    bench.receive(pubrec(1));
    expect(bench.sent()).toEqual(["pubrel #1", "publish #2 q2 dup b"]);
  });

  test("with the session lost each time it goes out as new, and counts on", () => {
    const bench = new EngineBench({ maxRedeliveries: 3, sessionLostPublishBehavior: "resendAll" });
    const culprits = [bench.publish({ qos: 1, topic: "bad 1" }), bench.publish({ qos: 2, topic: "bad 2" })];
    const innocents = [bench.publish({ qos: 1, topic: "a" }), bench.publish({ qos: 2, topic: "b" })];
    const server = new TouchyServer(bench, isBad);
    server.run(connack());
    expect(server.hangUps).toEqual([
      ...["bad 1 +3", "bad 1 +3", "bad 1 +0", "bad 1 +0"],
      // It was beside the other one twice.
      ...["bad 2 +0", "bad 2 +0"],
    ]);
    expect(bench.wire.some(({ text }) => text.includes("dup"))).toBe(false);
    expect(bench.outcomes(culprits)).toEqual(["REDELIVERY_LIMIT unknown", "REDELIVERY_LIMIT unknown"]);
    expect(bench.outcomes(innocents)).toEqual(["done", "done"]);
  });
});

/** The server closes so many connections, each after it resumed the session. */
function closeConnections(bench: EngineBench, count: number): void {
  for (let closes = 0; closes < count; closes += 1) {
    bench.closeByServer().online(connackResumed());
  }
}

describe("a message after which the server closes, without DISCONNECT", () => {
  test.each([1, 2] as const)("QoS %i: fails beyond the limit; the first close that counts is the third", (qos) => {
    const bench = hangUpBench();
    const id = bench.publish({ qos, topic: "bad" });
    const server = new TouchyServer(bench, isBad, "none");
    server.run();
    expect(server.hangUps).toHaveLength(2 + 4);
    expect(bench.outcome(id)).toBe("REDELIVERY_LIMIT unknown");
    const error = bench.errorOf(id);
    expect(error.message).toMatch(/^the server ended 4 connections after this message, without an answer/);
    expect(error.cause).toBe(bench.lastError);
    expect(error.cause).toMatchObject({ code: "CONNECTION_FAILED", closedByServer: true });
    expect(bench.sent().at(-1)).toBe("connect resume");
  });

  test("from the second close on resends go one at a time, and what is behind the culprit goes on", () => {
    for (const qos of [1, 2] as const) {
      const bench = hangUpBench();
      const before = bench.publishAll(qos, "a", "b");
      const culprit = bench.publish({ qos, topic: "bad" });
      const after = bench.publishAll(qos, "c", "d");
      const server = new TouchyServer(bench, isBad, "none");
      server.run();
      // At QoS 2 the PUBCOMPs of the first two start the count anew.
      const together = Array.from({ length: qos === 1 ? 2 : 3 }, () => "bad +2");
      expect(server.hangUps).toEqual([...together, "bad +0", "bad +0", "bad +0", "bad +0"]);
      expect(bench.outcomes([...before, ...after])).toEqual(["done", "done", "done", "done"]);
      expect(bench.outcome(culprit)).toBe("REDELIVERY_LIMIT unknown");
    }
  });

  test.each([
    ["resumed", 1, connackResumed()],
    ["resumed", 3, connackResumed()],
    ["lost each time", 3, connack()],
  ] as const)(
    "several culprits among many, the session %s, limit %i: each fails by itself",
    (fate, maxRedeliveries, answer) => {
      const isResumed = fate === "resumed";
      const bench = isResumed ? hangUpBench({ maxRedeliveries }) : new EngineBench({ maxRedeliveries });
      const topics = Array.from({ length: 60 }, (_, index) => `${index % 20 === 7 ? "bad" : "good"} ${String(index)}`);
      // A QoS 2 message that the server took over ends with the session.
      const ids = topics.map((topic, index) => bench.publish({ topic, qos: isResumed && index % 3 === 0 ? 2 : 1 }));
      new TouchyServer(bench, isBad, "none").run(answer);
      expect(bench.outcomes(ids)).toEqual(topics.map((topic) => (isBad(topic) ? "REDELIVERY_LIMIT unknown" : "done")));
    },
  );

  test("QoS 0, requests and new messages do not wait for long: only a resend goes alone", () => {
    const bench = hangUpBench();
    bench.publishAll(1, "a", "b");
    bench.online();
    closeConnections(bench, 2);
    bench.publish({ topic: "c" });
    bench.publish({ qos: 0, topic: "d" });
    bench.subscribe("e");
    expect(bench.sent().slice(-4)).toEqual(["connect resume", "publish #1 q1 dup a", "publish q0 d", "subscribe #3 e"]);
    bench.receive(puback(1));
    expect(bench.sent()).toEqual(["publish #2 q1 dup b", "publish #4 q1 c"]);
  });

  test.each([
    ["PUBACK", 1, puback],
    ["PUBREC", 2, pubrec],
  ] as const)("%s starts the count anew: the resends go together again", (_name, qos, answer) => {
    const bench = hangUpBench({ maxRedeliveries: 1 });
    const ids = bench.publishAll(qos, "a", "b", "c", "d");
    bench.online();
    closeConnections(bench, 3);
    bench.receive(answer(1)).sent();
    closeConnections(bench, 1);
    expect(bench.sent().filter((text) => text.startsWith("publish"))).toHaveLength(3);
    expect(bench.outcomes(ids)).not.toContain("REDELIVERY_LIMIT unknown");
  });

  test("PUBCOMP starts the count anew; CONNACK, SUBACK and resets between the closes do not", () => {
    const bench = hangUpBench();
    bench.publish({ qos: 2, topic: "released" });
    bench.online().receive(pubrec(1));
    bench.publishAll(1, "a", "b");
    closeConnections(bench, 1);
    bench.cut().online(connackResumed());
    const subscribe = bench.subscribe("f");
    bench.receive(suback(4, 0)).sent();
    expect(bench.outcome(subscribe)).toBe("done");
    closeConnections(bench, 1);
    expect(bench.sent()).toEqual(["connect resume", "pubrel #1", "publish #2 q1 dup a"]);
    bench.receive(pubcomp(1));
    closeConnections(bench, 1);
    expect(bench.sent().slice(-2)).toEqual(["publish #2 q1 dup a", "publish #3 q1 dup b"]);
  });

  test("a close counts for five seconds after the write of a message, not later, and not without one in flight", () => {
    const closeAfter = (ms: number): string[] => {
      const bench = hangUpBench();
      bench.publishAll(1, "a", "b");
      bench.online();
      for (let round = 0; round < 3; round += 1) {
        bench.advance(ms).closeByServer().online(connackResumed()).sent();
      }
      bench.cut().online(connackResumed());
      return bench.sent().slice(1);
    };
    expect(closeAfter(5_000)).toEqual(["publish #1 q1 dup a"]);
    expect(closeAfter(5_001)).toEqual(["publish #1 q1 dup a", "publish #2 q1 dup b"]);
    const bench = hangUpBench();
    bench.publish({ qos: 0 });
    bench.online();
    closeConnections(bench, 3);
    bench.publishAll(1, "a", "b");
    bench.cut().online(connackResumed());
    expect(bench.sent().slice(-2)).toEqual(["publish #1 q1 dup a", "publish #2 q1 dup b"]);
  });

  test("of several new messages in flight together none is counted", () => {
    const bench = hangUpBench({ maxRedeliveries: 1 });
    const culprit = bench.publish({ topic: "bad" });
    bench.online();
    closeConnections(bench, 4);
    expect(bench.outcome(culprit)).toBe("REDELIVERY_LIMIT unknown");
    const ids = bench.publishAll(1, "a", "b");
    closeConnections(bench, 1);
    bench.cut().online(connackResumed());
    expect(bench.sent().at(-1)).toBe("publish #2 q1 dup a");
    bench.receive(puback(2), puback(3));
    expect(bench.outcomes(ids)).toEqual(["done", "done"]);
  });
});

/** The server answers the first packets of those that came since. False when there were none. */
function answerSome(bench: EngineBench, count: number): boolean {
  const packets = bench.sentPackets();
  for (const { packet } of packets.slice(0, count)) {
    if (packet.cmd === "publish") {
      bench.receive((packet.qos === 1 ? puback : pubrec)(packet.messageId ?? 0));
    } else if (packet.cmd === "pubrel") {
      bench.receive(pubcomp(packet.messageId ?? 0));
    }
  }
  return packets.length > 0;
}

describe("what does not count", () => {
  test("network cuts: ten with 500 in flight fail nothing, and nothing goes alone", () => {
    const bench = rejoiningBench({ maxRedeliveries: 1 });
    const ids = Array.from({ length: 500 }, (_, index) => bench.publish({ qos: index % 2 === 0 ? 1 : 2 }));
    bench.online();
    for (let cuts = 0; cuts < 10; cuts += 1) {
      bench.cut().online(connackResumed());
      expect(bench.sentPackets().filter(({ packet }) => packet.cmd === "publish").length % 500).toBe(0);
    }
    expect(new Set(bench.outcomes(ids))).toEqual(new Set(["pending"]));
  });

  test("network cuts that look like closes of the server: ten with 500 in flight fail nothing either (property)", () => {
    const cuts = fc.array(fc.record({ isClose: fc.boolean(), afterMs: fc.nat(10_000), answers: fc.nat(3) }), {
      minLength: 10,
      maxLength: 10,
    });
    fc.assert(
      fc.property(cuts, (each) => {
        const bench = rejoiningBench();
        const ids = Array.from({ length: 500 }, (_, index) => bench.publish({ qos: index % 2 === 0 ? 1 : 2 }));
        bench.online();
        for (const { isClose, afterMs, answers } of each) {
          answerSome(bench, answers);
          bench.advance(afterMs);
          (isClose ? bench.closeByServer() : bench.cut()).online(connackResumed());
        }
        while (answerSome(bench, Infinity)) {
          // Each answer may let more of them go.
        }
        expect(new Set(bench.outcomes(ids))).toEqual(new Set(["done"]));
      }),
      { numRuns: 10 },
    );
  });

  test("timeouts, and closes of ours", () => {
    const bench = hangUpBench({ maxRedeliveries: 1, sessionBehavior: "rejoinAlways", connect: { keepAlive: 2 } });
    const id = bench.publish({ topic: "a" });
    bench.online();
    for (let round = 0; round < 5; round += 1) {
      bench.advance(4_000);
      expect(bench.lastError).toMatchObject({ code: "PING_TIMEOUT" });
      bench.online(connackResumed());
    }
    for (let round = 0; round < 5; round += 1) {
      bench.stop().online(connackResumed());
    }
    expect(bench.outcome(id)).toBe("DISCONNECTED kept");
    bench.publish({ topic: "b" });
    bench.cut().online(connackResumed());
    expect(bench.sent().slice(-2)).toEqual(["publish #1 q1 dup a", "publish #2 q1 dup b"]);
  });

  test.each([0x00, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x96, 0x98, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2].map(hex))(
    "section 3.14.2.1: code %s, which says nothing of a message",
    (_name, reasonCode) => {
      const bench = hangUpBench();
      const id = bench.publish({ topic: "bad" });
      const server = new TouchyServer(bench, isBad, reasonCode);
      server.run(connackResumed(), 12);
      expect(bench.outcome(id)).toBe("pending");
    },
  );

  test.each([0x80, 0x81, 0x82, 0x83, 0x87, 0x90, 0x93, 0x94, 0x95, 0x97, 0x99, 0x9a, 0x9b].map(hex))(
    "section 3.14.2.1: code %s, which a PUBLISH can cause, does",
    (_name, reasonCode) => {
      const bench = hangUpBench();
      const id = bench.publish({ topic: "bad" });
      const server = new TouchyServer(bench, isBad, reasonCode);
      server.run(connackResumed(), 12);
      expect(bench.outcome(id)).toBe("REDELIVERY_LIMIT unknown");
    },
  );

  test("a connection that was refused with DISCONNECT, or that we ended for the server's mistake", () => {
    const bench = hangUpBench({ maxRedeliveries: 1 });
    const id = bench.publish({ topic: "a" });
    bench.online();
    for (let round = 0; round < 5; round += 1) {
      bench.receive(Uint8Array.of(0xf1, 0x00)).online(connackResumed());
    }
    bench.cut();
    bench.advance(200_000).receive(disconnect(0x80));
    expect(bench.outcome(id)).toBe("pending");
  });

  test("a connection on which the message was not written, or was answered with PUBREC", () => {
    const bench = hangUpBench({ maxRedeliveries: 1 });
    const [first, second] = bench.publishAll(2, "a", "b");
    bench.online(connack({ receiveMaximum: 1 }));
    bench.receive(pubrec(1));
    for (let round = 0; round < 5; round += 1) {
      bench.receive(disconnect(0x80)).online(connackResumed({ receiveMaximum: 1 }));
    }
    expect(bench.outcomes([first ?? 0, second ?? 0])).toEqual(["pending", "pending"]);
    bench.receive(pubcomp(1)).receive(pubrec(2)).receive(pubcomp(2));
    expect(bench.outcomes([first ?? 0, second ?? 0])).toEqual(["done", "done"]);
  });
});

test("section 3.14.2.1: only a DISCONNECT of the server, with a code that a PUBLISH can cause, may be for a PUBLISH", () => {
  const disconnect = { type: "disconnect", reasonCode: 0x82 } as const;
  const message = "over";
  expect(mayBlamePublish(new DisconnectedError({ source: "server", message, disconnect }))).toBe(true);
  expect(mayBlamePublish(new DisconnectedError({ source: "client", message, disconnect }))).toBe(false);
  expect(mayBlamePublish(new DisconnectedError({ source: "server", message }))).toBe(false);
  expect(mayBlamePublish(new ConnectionError({ phase: "connected", message }))).toBe(false);
});
