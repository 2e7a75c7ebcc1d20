import { describe, expect, it } from "@jest/globals";
import { publish, suback } from "../../../test/support/server-bytes.js";
import { type ClientBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { respond } from "../requests/responder.js";

/** Four of these fit into 16 MiB, with 1 024 bytes for each, and a fifth does not. */
const large = "x".repeat(4 * 1_024 * 1_024 - 2_048);

interface SlowBench extends ClientBench {
  readonly warnings: readonly string[];
}

async function makeSlowBench(): Promise<SlowBench> {
  const bench = await makeConnectedBench({ connectOptions: { keepAlive: 0 } });
  const warnings: string[] = [];
  bench.client.on("warning", ({ code }) => warnings.push(code));
  bench.peer.answer("subscribe", ({ packetId }) => suback(packetId, 1));
  return { ...bench, warnings };
}

async function send({ peer, clock }: ClientBench, count: number, payload = large, qos: 0 | 1 = 0): Promise<void> {
  for (let packetId = 1; packetId <= count; packetId += 1) {
    const id = qos === 0 ? {} : { packetId };
    peer.send(publish({ topic: "t", payload, qos, ...id }));
  }
  await clock.settle();
}

/** A handler whose calls end when `finish` is called. */
function makeHandler(): { readonly handle: () => Promise<undefined>; readonly finish: () => void; count: number } {
  const pending: (() => void)[] = [];
  const handler = {
    count: 0,
    handle: (): Promise<undefined> => {
      handler.count += 1;
      return new Promise((resolve) => {
        pending.push(() => {
          resolve(undefined);
        });
      });
    },
    finish: (): void => {
      pending.splice(0).forEach((settle) => {
        settle();
      });
    },
  };
  return handler;
}

describe("what waits at QoS 0 for a slow listener", () => {
  it("is at most 16 MiB; more is dropped for it alone, counted, with one warning a series", async () => {
    const bench = await makeSlowBench();
    const slow = makeHandler();
    let quickCount = 0;
    bench.client.on("messageReceived", slow.handle);
    bench.client.on("messageReceived", () => (quickCount += 1));
    await send(bench, 6);
    expect([slow.count, quickCount]).toEqual([4, 6]);
    expect(bench.client.statistics().droppedMessageCount).toBe(2);
    expect(bench.warnings).toEqual(["SLOW_CONSUMER"]);
    slow.finish();
    await bench.clock.settle();
    await send(bench, 5);
    expect([slow.count, quickCount]).toEqual([8, 11]);
    expect(bench.client.statistics().droppedMessageCount).toBe(3);
    expect(bench.warnings).toEqual(["SLOW_CONSUMER", "SLOW_CONSUMER"]);
  });

  it("counts what a message costs beside its packet", async () => {
    const bench = await makeSlowBench();
    const slow = makeHandler();
    bench.client.on("messageReceived", slow.handle);
    await send(bench, 17_000, "");
    // The packet has 6 bytes.
    expect(slow.count).toBe(Math.floor(16_777_216 / 1_030));
  });

  it("lets messages of QoS 1 pass, which Receive Maximum bounds", async () => {
    const bench = await makeSlowBench();
    const slow = makeHandler();
    bench.client.on("messageReceived", slow.handle);
    await send(bench, 5);
    await send(bench, 2, "", 1);
    expect(slow.count).toBe(6);
  });

  it("may be one message of any size", async () => {
    const bench = await makeSlowBench();
    const slow = makeHandler();
    bench.client.on("messageReceived", slow.handle);
    await send(bench, 2, "x".repeat(17 * 1_024 * 1_024));
    expect(slow.count).toBe(1);
  });
});

it("what waits at QoS 0 for a slow responder is at most 16 MiB", async () => {
  const bench = await makeSlowBench();
  const slow = makeHandler();
  bench.ledger.register("respond", respond(bench.client, "t", slow.handle));
  await send(bench, 6);
  expect(slow.count).toBe(4);
  expect(bench.client.statistics().droppedMessageCount).toBe(2);
  expect(bench.warnings).toEqual(["SLOW_CONSUMER"]);
  slow.finish();
  await bench.clock.settle();
  await send(bench, 1);
  expect(slow.count).toBe(5);
});

describe("what waits for a slow loop", () => {
  it("is at most bufferBytes: as many of the oldest are dropped as needed, with one warning", async () => {
    const bench = await makeSlowBench();
    const stream = bench.client.messages("t", { bufferBytes: 10_000 });
    await send(bench, 5, "x".repeat(1_000));
    expect(stream.droppedCount).toBe(1);
    await send(bench, 1, "y".repeat(7_000));
    expect(stream.droppedCount).toBe(5);
    expect(bench.client.statistics().droppedMessageCount).toBe(5);
    expect(bench.warnings).toEqual(["SLOW_CONSUMER"]);
    expect((await stream.next()).value?.payload).toHaveLength(7_000);
  });

  it("may be one message of any size", async () => {
    const bench = await makeSlowBench();
    const stream = bench.client.messages("t", { bufferBytes: 1 });
    await send(bench, 2, "large");
    expect(stream.droppedCount).toBe(1);
    expect((await stream.next()).value?.text()).toBe("large");
  });

  it("is at most 16 MiB by default, also without a filter", async () => {
    const bench = await makeSlowBench();
    const stream = bench.client.messages();
    await send(bench, 6);
    expect(stream.droppedCount).toBe(2);
  });

  it("is bounded at every QoS with dropOldest, which the application chose, so there is no warning", async () => {
    const bench = await makeSlowBench();
    const stream = bench.client.messages("t", { qos: 1, bufferBytes: 3_000, whenFull: "dropOldest" });
    await send(bench, 4, "", 1);
    expect(stream.droppedCount).toBe(2);
    expect(bench.peer.takeAll().map(({ type }) => type)).toEqual(["subscribe", "puback", "puback"]);
    expect(bench.warnings).toEqual([]);
  });

  it("is not bounded by bufferBytes at QoS 1, where Receive Maximum does that", async () => {
    const bench = await makeSlowBench();
    const stream = bench.client.messages("t", { qos: 1, bufferBytes: 1 });
    await send(bench, 4, "", 1);
    expect(stream.droppedCount).toBe(0);
  });
});
