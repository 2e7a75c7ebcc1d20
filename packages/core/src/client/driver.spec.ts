import { describe, expect, it, jest } from "@jest/globals";
import { MqttError } from "../errors.js";
import type { EngineNews } from "../protocol/engine-event.js";
import { Engine } from "../protocol/engine.js";
import { SessionJournal } from "../protocol/session/session-journal.js";
import { ScriptedPeer, VirtualClock, VirtualSessionStore } from "../testing/index.js";
import { connack } from "../../test/support/server-bytes.js";
import { toEngineSettings } from "./options/client-options.js";
import { commitTo } from "./store-writer.js";
import { Driver } from "./driver.js";

const call = { timeoutMs: Infinity, isCancellable: false };
const subscription = {
  topicFilter: "t",
  qos: 0,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
} as const;
const message = { type: "publish", topic: "t", payload: "x", qos: 1, retain: false, dup: false, packetId: 0 } as const;

function makeBench(clock: VirtualClock = new VirtualClock()) {
  const peer = new ScriptedPeer({ clock });
  const store = new VirtualSessionStore({ clock });
  const news: EngineNews[] = [];
  const settings = { ...toEngineSettings({ url: "" }), journal: new SessionJournal() };
  const engine = new Engine(settings, () => 0.5);
  const driver = new Driver({
    engine,
    clock,
    prepare: () => ({ connect: { keepAlive: 60 }, server: "s", openTransport: peer.transport }),
    authenticate: () => Promise.resolve({}),
    decideReconnect: () => ({ decision: undefined, followsReference: false }),
    handleNews: (event) => news.push(event),
    commit: commitTo(store, engine, clock),
  });
  return { clock, peer, store, news, engine, driver };
}

async function makeConnectedBench() {
  const bench = makeBench();
  bench.engine.start(bench.clock.now());
  bench.driver.advance();
  bench.peer.acceptConnections();
  await bench.clock.settle();
  bench.peer.expect("connect");
  return bench;
}

describe("the driver", () => {
  it("writes what rests on the store only when the store has it", async () => {
    const { clock, peer, store, engine, driver } = await makeConnectedBench();
    store.hold();
    engine.publish(clock.now(), { ...message }, call);
    driver.advance();
    await clock.settle();
    peer.expectNothing();
    store.release();
    await clock.settle();
    expect(peer.expect("publish").packetId).toBe(1);
    expect(store.changes.map(({ type }) => type)).toEqual(["accepted", "sending"]);
  });

  it("fails the operation that could not be stored, and writes nothing of it", async () => {
    const { clock, peer, store, engine, driver, news } = await makeConnectedBench();
    store.failNext(new Error("disk full"));
    const id = engine.publish(clock.now(), { ...message }, call);
    driver.advance();
    await clock.settle();
    peer.expectNothing();
    expect(news.at(-1)).toMatchObject({
      type: "operationFailed",
      id,
      error: { code: "STORE_FAILED", outcome: "notSent", cause: { message: "disk full" } },
    });
  });

  it("asks for output once a turn, and again where 64 KiB were not all of it", async () => {
    const { clock, peer, engine, driver } = await makeConnectedBench();
    const pollTransmit = jest.spyOn(engine, "pollTransmit");
    engine.publish(clock.now(), { ...message, qos: 0 }, call);
    engine.publish(clock.now(), { ...message, qos: 0 }, call);
    driver.advance();
    await clock.settle();
    expect(peer.takeAll()).toHaveLength(2);
    expect(pollTransmit).toHaveBeenCalledTimes(1);

    pollTransmit.mockClear();
    const payload = "x".repeat(40_000);
    for (let count = 0; count < 4; count += 1) {
      engine.publish(clock.now(), { ...message, qos: 0, payload }, call);
    }
    driver.advance();
    await clock.settle();
    expect(peer.takeAll()).toHaveLength(4);
    expect(pollTransmit.mock.calls.length).toBeGreaterThan(1);
  });

  it("sends DISCONNECT in the same turn as the last message that a draining stop waits for", async () => {
    const { clock, peer, engine, driver } = await makeConnectedBench();
    engine.publish(clock.now(), { ...message, qos: 0 }, call);
    const disconnect = { type: "disconnect", reasonCode: 0 } as const;
    engine.stop(clock.now(), { disconnect, timeoutMs: 5_000, drain: true });
    driver.advance();
    await clock.settle();
    expect(peer.takeAll().map(({ type }) => type)).toEqual(["publish", "disconnect"]);
  });

  it("lets what waits be read before a late wake-up finds it missing", async () => {
    const clock = new VirtualClock();
    const { peer, news, engine, driver } = makeBench(clock);
    const wakeAt = clock.wakeAt.bind(clock);
    clock.wakeAt = (deadline, wake) =>
      wakeAt(deadline + 60_000, () => {
        wake();
        peer.send(connack());
      });
    engine.start(clock.now());
    driver.advance();
    peer.open();
    await clock.advanceAndSettle(90_000);
    expect(news.map(({ type }) => type)).toEqual(["attemptingConnect", "connectionSuccess"]);
  });

  it("makes one write of all packets of a turn", async () => {
    const { clock, peer, engine, driver } = await makeConnectedBench();
    const before = peer.log.length;
    for (let index = 0; index < 10; index += 1) {
      engine.publish(clock.now(), { ...message, qos: 0 }, call);
      driver.advance();
    }
    await clock.settle();
    expect(peer.log.length - before).toBe(1);
    expect(peer.takeAll()).toHaveLength(10);
  });

  it("does not wait for the end of the turn when 64 KiB are ready", async () => {
    const { clock, peer, engine, driver } = await makeConnectedBench();
    engine.publish(clock.now(), { ...message, qos: 0, payload: new Uint8Array(65_536) }, call);
    driver.advance();
    expect(peer.takeAll()).toHaveLength(1);
  });

  it("plans its wake-up after such a write too", async () => {
    const { clock, engine, driver } = await makeConnectedBench();
    const subscribe = { type: "subscribe", packetId: 0, subscriptions: [subscription] } as const;
    engine.subscribe(clock.now(), subscribe, { ...call, timeoutMs: 10 });
    engine.publish(clock.now(), { ...message, qos: 0, payload: new Uint8Array(65_536) }, call);
    driver.advance();
    await clock.settle();
    expect(clock.nextWakeUp).toBe(10);
  });

  it("goes on with the next attempt when a transport fails before the call that opens it returns (scenario 38)", async () => {
    const clock = new VirtualClock();
    const news: EngineNews[] = [];
    const engine = new Engine(toEngineSettings({ url: "" }), () => 0.5);
    const driver = new Driver({
      engine,
      clock,
      prepare: () => ({
        connect: { keepAlive: 60 },
        server: "s",
        openTransport: (handlers) => {
          handlers.closed(new MqttError("CONNECTION_FAILED", "refused"));
          return { write: () => true, close: () => undefined, abort: () => undefined };
        },
      }),
      authenticate: () => Promise.resolve({}),
      decideReconnect: () => ({ decision: undefined, followsReference: false }),
      handleNews: (event) => news.push(event),
    });
    engine.start(clock.now());
    driver.advance();
    await clock.advanceAndSettle(1_000);
    expect(news.map(({ type }) => type)).toEqual([
      "attemptingConnect",
      "connectionFailure",
      "attemptingConnect",
      "connectionFailure",
    ]);
  });

  it("moves its wake-up only when a nearer deadline appears", async () => {
    const { clock, engine, driver } = await makeConnectedBench();
    const first = clock.nextWakeUp;
    engine.publish(clock.now(), { ...message, qos: 0 }, { ...call, timeoutMs: 10 });
    driver.advance();
    await clock.settle();
    expect(first).toBeDefined();
    expect(clock.pendingCount).toBe(1);
    engine.subscribe(
      clock.now(),
      { type: "subscribe", packetId: 0, subscriptions: [subscription] },
      { ...call, timeoutMs: 10 },
    );
    driver.advance();
    await clock.settle();
    expect(clock.nextWakeUp).toBe(10);
    expect(clock.pendingCount).toBe(1);
  });
});
