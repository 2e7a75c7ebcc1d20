/**
 * A line that is slow, against a line that is dead (section 3.1.2.10): what moves in an unfinished transfer keeps the
 * connection, and a trickle does not.
 */
import { describe, expect, test } from "@jest/globals";
import { EngineBench, type BenchOptions } from "./support/engine-bench.js";
import { connack, pingresp, puback, publish } from "./support/server-bytes.js";

const keepAlive = 10;

function online(options: BenchOptions = {}): EngineBench {
  const bench = new EngineBench({ ...options, connect: { keepAlive } }).online(connack());
  bench.sent();
  return bench;
}

/** The states that were seen while `step` was done once a second. */
function everySecond(bench: EngineBench, seconds: number, step: (second: number) => void): Set<string> {
  const states = new Set<string>();
  for (let second = 0; second < seconds; second += 1) {
    bench.advance(1_000);
    step(second);
    states.add(bench.engine.state);
  }
  return states;
}

const onlyConnected = new Set(["connected"]);

describe("a message that takes longer than the keep-alive", () => {
  test("on its way out: each part that the network takes is a sign of life", () => {
    const bench = online({ ackTimeoutMs: 300_000 }).stopReading();
    const id = bench.publish({ payload: new Uint8Array(6_000_000) });
    const states = everySecond(bench, 60, () => {
      bench.engine.handleProgress(bench.now, bench.attempt, "sent", 100_000);
    });
    expect(states).toEqual(onlyConnected);
    // The network has taken all of it, but the line may need another minute. The PINGREQ waits behind it.
    bench.resumeReading();
    bench.sent();
    expect(everySecond(bench, 60, () => undefined)).toEqual(onlyConnected);
    expect(bench.sent()).toContain("pingreq");
    bench.receive(puback(1), pingresp);
    expect(bench.outcome(id)).toBe("done");
  });

  test("on its way out, and the network takes no more of it: the peer is gone", () => {
    const bench = online().stopReading();
    bench.publish({ payload: new Uint8Array(6_000_000) });
    everySecond(bench, 5, () => {
      bench.engine.handleProgress(bench.now, bench.attempt, "sent", 100_000);
    });
    // 500 kB at 100 kB a second, then one and a half intervals.
    bench.advance(19_999);
    expect(bench.engine.state).toBe("connected");
    bench.advance(1);
    expect(bench.lastError).toMatchObject({ code: "PING_TIMEOUT" });
  });

  test.each(["in one stream", "in one WebSocket message"])("on its way in, %s", (form) => {
    const bench = online();
    const bytes = publish({ payload: "x".repeat(60_000) });
    const states = everySecond(bench, 60, (second) => {
      if (form === "in one stream") {
        bench.receive(bytes.slice(second * 1_000, (second + 1) * 1_000));
      } else {
        bench.engine.handleProgress(bench.now, bench.attempt, "received", 1_024);
      }
    });
    expect(states).toEqual(onlyConnected);
    // MQTT-3.1.2-20: the server hears of us in every interval, though the answer is stuck behind the message.
    expect(bench.sent().filter((packet) => packet === "pingreq").length).toBeGreaterThanOrEqual(6);
    bench.receive(form === "in one stream" ? bytes.slice(60_000) : bytes, pingresp);
    expect(bench.topics).toHaveLength(1);
    expect(bench.advance(9_000).sent()).toContain("pingreq");
  });
});

describe("a trickle of an unfinished packet", () => {
  test("does not put off the PINGREQ of a client that publishes, nor its end", () => {
    const bench = online();
    const bytes = publish({ payload: "x".repeat(60_000) });
    const states = everySecond(bench, 30, (second) => {
      if (bench.engine.state === "connected") {
        bench.publish({ qos: 0 });
        bench.receive(bytes.slice(second, second + 1));
      }
    });
    expect(bench.sent().filter((packet) => packet === "pingreq")).toHaveLength(1);
    expect(states).not.toEqual(onlyConnected);
    expect(bench.events).toContainEqual(
      expect.objectContaining({ type: "disconnection", error: expect.objectContaining({ code: "PING_TIMEOUT" }) }),
    );
  });
});

describe("pingTimeoutMs", () => {
  test("of the application may be longer than half the interval", () => {
    const bench = online({ pingTimeoutMs: 25_000, isPingTimeoutGiven: true });
    expect(bench.advance(33_999).engine.state).toBe("connected");
    expect(bench.sent().filter((packet) => packet === "pingreq")).toHaveLength(3);
    expect(bench.advance(1).lastError).toMatchObject({ code: "PING_TIMEOUT" });
  });
});
