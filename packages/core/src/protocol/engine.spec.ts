import { describe, expect, test } from "@jest/globals";
import { EngineBench } from "../../test/support/engine-bench.js";
import { connack, puback, publish } from "../../test/support/server-bytes.js";

describe("Engine", () => {
  test("connects, publishes, is acknowledged and stops", () => {
    const bench = new EngineBench().online();
    const id = bench.publish({ topic: "a/b", payload: "hello" });
    bench.receive(puback(1));
    bench.stop();
    expect(bench.sent()).toEqual(["connect clean", "publish #1 q1 a/b", "disconnect"]);
    expect(bench.outcome(id)).toBe("done");
    expect(bench.told()).toEqual(["attemptingConnect", "connectionSuccess", "disconnection DISCONNECTED", "stopped"]);
  });
});

describe("the timers", () => {
  /** The names of the timers that are armed. */
  const armed = (bench: EngineBench): string[] =>
    Object.entries(bench.engine.timers)
      .filter(([, time]) => time < Infinity)
      .map(([name]) => name)
      .sort();

  test("are armed one by one, as the client goes through its states", () => {
    const bench = new EngineBench({ connect: { keepAlive: 60 } });
    bench.opens = bench.closes = false;
    expect(armed(bench)).toEqual([]);
    bench.start();
    expect(armed(bench)).toEqual(["connect"]);
    bench.openTransport();
    expect(armed(bench)).toEqual(["connack", "connect"]);
    bench.receive(connack());
    expect(armed(bench)).toEqual(["keepAlive"]);
    bench.publish({ qos: 1 }, { timeoutMs: 90_000 });
    expect(armed(bench)).toEqual(["acknowledgement", "keepAlive", "operation"]);
    bench.receive(publish({ qos: 1, packetId: 9 }));
    expect(armed(bench)).toEqual(["acknowledgement", "delivery", "keepAlive", "operation"]);
    bench.stop();
    expect(armed(bench)).toEqual(expect.arrayContaining(["close", "stop"]));
    expect(armed(bench)).not.toContain("keepAlive");
    bench.cut();
    expect(armed(bench)).toEqual([]);
  });

  test("are armed while the client waits to reconnect, and while the throttle holds a publish back", () => {
    const bench = new EngineBench({ throttle: { maxPublishesPerSecond: 1, maxBytesPerSecond: Infinity } }).online();
    bench.publishAll(0, "a", "b", "c");
    expect(armed(bench)).toContain("throttle");
    bench.cut();
    expect(armed(bench)).toContain("reconnect");
  });

  test("are due when pollTimeout says so", () => {
    const bench = new EngineBench({ connect: { keepAlive: 60 } }).online();
    bench.publish({ qos: 1 }, { timeoutMs: 5_000 });
    expect(bench.engine.pollTimeout()).toBe(bench.engine.timers.operation);
    expect(bench.engine.timers.operation).toBe(bench.now + 5_000);
  });
});
