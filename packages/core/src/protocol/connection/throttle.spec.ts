import { describe, expect, test } from "@jest/globals";
import { EngineBench } from "../../../test/support/engine-bench.js";
import { disconnect, publish } from "../../../test/support/server-bytes.js";

function bench(maxPublishesPerSecond: number, maxBytesPerSecond = Infinity): EngineBench {
  return new EngineBench({ throttle: { maxPublishesPerSecond, maxBytesPerSecond } }).online();
}

/** When each packet of these kinds was written, in milliseconds. */
function times(engine: EngineBench, ...kinds: readonly string[]): number[] {
  return engine.wire.filter(({ packet }) => kinds.includes(packet.cmd)).map(({ at }) => at);
}

describe("publishes a second", () => {
  test("a second's worth goes at once, the rest at the rate", () => {
    const engine = bench(4);
    engine.publishAll(0, "a", "b", "c", "d", "e", "f");
    engine.pump();
    expect(times(engine, "publish")).toEqual([0, 0, 0, 0]);
    engine.advance(1_000);
    expect(times(engine, "publish")).toEqual([0, 0, 0, 0, 250, 500]);
  });

  test("what follows a delayed publish waits for its turn; acknowledgements and pings do not", () => {
    const engine = new EngineBench({
      throttle: { maxPublishesPerSecond: 1, maxBytesPerSecond: Infinity },
      connect: { keepAlive: 1 },
    }).online();
    engine.publishAll(0, "a", "b");
    engine.subscribe("c");
    engine.receive(publish({ qos: 1, packetId: 7 }));
    engine.acknowledge(1);
    engine.pump();
    engine.advance(1_000);
    expect(times(engine, "publish")).toEqual([0, 1_000]);
    expect(times(engine, "subscribe")).toEqual([1_000]);
    expect(times(engine, "puback")).toEqual([0]);
    expect(times(engine, "pingreq")).toEqual([900]);
  });

  test("an idle time saves up no more than a second", () => {
    const engine = bench(2);
    engine.advance(60_000);
    engine.publishAll(0, "a", "b", "c");
    engine.pump();
    engine.advance(500);
    expect(times(engine, "publish")).toEqual([60_000, 60_000, 60_500]);
  });

  test("a delayed operation that is withdrawn leaves no wake-up behind", () => {
    const engine = bench(1);
    engine.publishAll(0, "a");
    const id = engine.publish({ topic: "b", qos: 1 }, { isCancellable: true });
    engine.pump();
    expect(engine.engine.pollTimeout()).toBe(1_000);
    engine.cancel(id);
    engine.pump();
    expect(engine.engine.pollTimeout()).toBeUndefined();
  });
});

test.each([
  ["cut", (engine: EngineBench) => engine.cut(), 1_000],
  ["ended by the server", (engine: EngineBench) => ((engine.closes = false), engine.receive(disconnect(0x8b))), 1_000],
  ["stopped", (engine: EngineBench) => engine.stop(), undefined],
])("a delayed operation leaves no wake-up behind when its connection is %s", (_, end, next) => {
  const engine = bench(4);
  engine.publishAll(1, "a", "b", "c", "d", "e");
  expect(engine.engine.pollTimeout()).toBe(250);
  expect(end(engine).engine.pollTimeout()).toBe(next);
});

describe("bytes a second", () => {
  test("are charged as they are sent: a large packet is paid for by the wait after it", () => {
    const engine = bench(Infinity, 1_000);
    // 2 of the fixed header, 3 of the topic, 1 of the properties
    engine.publish({ topic: "a", qos: 0, payload: "x".repeat(2_000 - 7) });
    engine.publish({ topic: "b", qos: 0, payload: "" });
    engine.pump();
    engine.advance(5_000);
    const [first, second] = times(engine, "publish");
    expect(first).toBe(0);
    // CONNECT was charged to no bucket; 2 000 bytes were paid with the 1 000 at hand, and one more is needed to go on.
    expect(second).toBe(1_001);
  });

  test("are charged for what is never delayed, too", () => {
    const engine = bench(Infinity, 100);
    for (let id = 1; id <= 50; id += 1) {
      engine.receive(publish({ qos: 1, packetId: id }));
      engine.acknowledge(id);
    }
    engine.pump();
    expect(times(engine, "puback")).toHaveLength(50);
    engine.publish({ topic: "a", qos: 0 });
    engine.pump();
    expect(times(engine, "publish")).toEqual([]);
    engine.advance(1_010);
    expect(times(engine, "publish")).toEqual([1_010]);
  });
});
