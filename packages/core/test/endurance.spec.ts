/**
 * Scenario 45: thousands of connections and many more requests leave nothing behind in the engine.
 * Heap sizes are compared after a collection; a table that kept one entry a round would show as hundreds of kilobytes.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import process from "node:process";
import { describe, expect, test } from "@jest/globals";
import { Engine } from "../src/protocol/engine.js";
import { type BytesLike, joinBytes } from "../src/testing/bytes.js";
import { EngineBench } from "./support/engine-bench.js";
import { seededRandom } from "./support/random.js";
import { connackResumed, puback, pubcomp, publish, pubrec, pubrel, suback, unsuback } from "./support/server-bytes.js";

setFlagsFromString("--expose-gc");

function heapSize(): number {
  runInNewContext("gc(); gc();");
  return process.memoryUsage().heapUsed;
}

/** An engine whose far end answers as it is told and remembers nothing, so that what grows is the engine. */
class ForgetfulBench {
  readonly engine: Engine;
  now = 0;
  attempt = 0;
  lastDelivery = 0;
  settledCount = 0;
  readonly #connack = connackResumed({ topicAliasMaximum: 10 });

  constructor() {
    const { settings } = new EngineBench({
      sessionBehavior: "rejoinAlways",
      topicAliasing: { outbound: "lru", outboundCacheMaxSize: 10, inboundMaximum: 10 },
      minConnectedTimeToResetReconnectDelayMs: 0,
      isDurable: true,
    });
    this.engine = new Engine(settings, seededRandom(1));
    this.engine.start(this.now);
    this.pump();
  }

  receive(...parts: readonly BytesLike[]): void {
    this.engine.handleBytes(this.now, this.attempt, joinBytes(parts));
    this.pump();
  }

  reconnect(): void {
    this.engine.handleTransportClosed(this.now, this.attempt);
    this.pump();
    while (this.engine.state !== "connected") {
      this.now = this.engine.pollTimeout() ?? this.now;
      this.engine.handleTimeout(this.now);
      this.pump();
    }
  }

  publish(qos: 0 | 1 | 2, topic: string): void {
    const packet = { type: "publish", topic, payload: "x".repeat(100), qos, retain: false, dup: false } as const;
    this.engine.publish(this.now, packet, { timeoutMs: 1_000_000, isCancellable: true });
    this.pump();
  }

  subscribe(topicFilter: string): void {
    const subscription = { topicFilter, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    const packet = { type: "subscribe", packetId: 0, subscriptions: [subscription] } as const;
    this.engine.subscribe(this.now, packet, { timeoutMs: 1_000_000, isCancellable: true });
    this.pump();
  }

  unsubscribe(topicFilter: string): void {
    const packet = { type: "unsubscribe", packetId: 0, topicFilters: [topicFilter] } as const;
    this.engine.unsubscribe(this.now, packet, { timeoutMs: 1_000_000, isCancellable: true });
    this.pump();
  }

  pump(): void {
    for (let isBusy = true; isBusy;) {
      isBusy = false;
      for (let event = this.engine.pollEvent(); event !== undefined; event = this.engine.pollEvent()) {
        isBusy = true;
        if (event.type === "connectRequested") {
          this.attempt = event.attempt;
          this.engine.handleConnectReady(
            event.attempt,
            { keepAlive: 0, clientId: "c", sessionExpiryInterval: 3_600 },
            "s",
          );
        } else if (event.type === "openRequested") {
          this.engine.handleTransportOpened(this.now, event.attempt);
          this.engine.handleBytes(this.now, event.attempt, this.#connack.slice());
        } else if (event.type === "messageReceived") {
          this.lastDelivery = event.deliveryId;
        } else if (event.type.endsWith("Completed")) {
          this.settledCount += 1;
        }
      }
      for (let batch = this.engine.pollStore(); batch !== undefined; batch = this.engine.pollStore()) {
        isBusy = true;
        this.engine.handleStored(this.now, batch.number);
      }
      while (!isBusy && this.engine.pollTransmit(this.now) !== undefined) {
        this.engine.handleWritten(this.now, this.attempt, true);
        isBusy = this.engine.hasEvents;
      }
    }
  }
}

/** A block of rounds may leave this much behind by chance: far less than one entry for each round would take. */
const tolerance = 80 * 1024;
const warmUpBlocks = 2;
const blocks = 6;

/** Runs blocks of rounds; gives how much the heap grew by in each of them, once it was warm. */
function meanGrowth(rounds: number, round: (index: number) => void): number {
  let warm = 0;
  for (let block = 1; block <= blocks; block += 1) {
    for (let index = 0; index < rounds; index += 1) {
      round(index);
    }
    if (block === warmUpBlocks) {
      warm = heapSize();
    }
  }
  return (heapSize() - warm) / (blocks - warmUpBlocks);
}

describe("scenario 45", () => {
  test("12 000 reconnects with exchanges open in both directions leave nothing behind", () => {
    const bench = new ForgetfulBench();
    // The ids in use move on by four each round, and wrap.
    let id = 0;
    const nextId = (): number => (id = (id % 65_535) + 1);
    const growth = meanGrowth(2_000, (index) => {
      const [one, two, three] = [nextId(), nextId(), nextId()];
      bench.publish(1, `a/${String(index % 50)}`);
      bench.publish(2, `b/${String(index % 50)}`);
      bench.publish(2, "c");
      bench.receive(pubrec(three), publish({ qos: 2, packetId: 9 }), publish({ qos: 1, packetId: 10 }));
      bench.engine.acknowledge(bench.lastDelivery - 1, 0);
      bench.reconnect();
      bench.receive(puback(one), pubrec(two), pubcomp(two), pubcomp(three), pubrel(9));
    });
    expect(bench.settledCount).toBe(3 * blocks * 2_000);
    expect(growth).toBeLessThan(tolerance);
  });

  test("102 000 subscribes and unsubscribes leave nothing behind", () => {
    const bench = new ForgetfulBench();
    let id = 0;
    const nextId = (): number => (id = (id % 65_535) + 1);
    const growth = meanGrowth(8_500, (index) => {
      bench.subscribe(`f/${String(index % 10)}`);
      bench.receive(suback(nextId(), 1));
      bench.unsubscribe(`f/${String((index + 5) % 10)}`);
      bench.receive(unsuback(nextId(), 0));
    });
    expect(bench.settledCount).toBe(2 * blocks * 8_500);
    expect(growth).toBeLessThan(tolerance);
  });
});
