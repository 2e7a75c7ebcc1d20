import { describe, expect, test } from "@jest/globals";
import { MqttError } from "../errors.js";
import { hexOfBytes } from "./bytes.js";
import { MemoryNetwork, type MemoryNetworkOptions } from "./memory-network.js";
import { VirtualClock } from "./virtual-clock.js";

function connect(options?: MemoryNetworkOptions) {
  const network = new MemoryNetwork(options);
  const calls: string[] = [];
  const transport = network.open({
    phase: (phase) => calls.push(`phase ${phase}`),
    opened: () => calls.push("opened"),
    received: (chunk) => calls.push(`received ${hexOfBytes(chunk)}`),
    writable: () => calls.push("writable"),
    closed: (error) => calls.push(`closed ${error?.code ?? "in order"}`),
  });
  return { network, transport, calls, far: network.latest };
}

const failure = new MqttError("CONNECTION_FAILED", "refused");

describe("MemoryConnection", () => {
  test("does nothing by itself, and tells the phases, the opening and the bytes", () => {
    const { calls, far, transport } = connect();
    expect(calls).toEqual([]);
    far.enterPhase("tcp");
    far.open();
    far.send("20 03", Uint8Array.of(0, 0, 0));
    expect(transport.write([Uint8Array.of(1, 2), Uint8Array.of(3)])).toBe(true);
    expect(calls).toEqual(["phase tcp", "opened", "received 20 03 00 00 00"]);
    expect(far.writes).toEqual([Uint8Array.of(1, 2, 3)]);
    expect(far.received).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("cuts what it sends as told", () => {
    const { calls, far } = connect();
    far.open();
    far.cutInto(2);
    far.send("01 02 03 04 05");
    expect(calls.slice(1)).toEqual(["received 01 02", "received 03 04", "received 05"]);
  });

  test("overwrites a chunk after its delivery, so that one who kept a view finds out", () => {
    const network = new MemoryNetwork();
    let kept: Uint8Array | undefined;
    network.open({ phase() {}, opened() {}, writable() {}, closed() {}, received: (chunk) => (kept = chunk) });
    network.latest.open();
    network.latest.send("01 02");
    expect(kept).toEqual(Uint8Array.of(0xee, 0xee));
  });

  test("above the high-water mark the client has to wait until everything is read", () => {
    const { calls, far, transport } = connect({ highWaterMarkBytes: 3 });
    far.open();
    far.stopReading();
    expect(transport.write([new Uint8Array(3)])).toBe(true);
    expect(transport.write([new Uint8Array(1)])).toBe(false);
    expect(far.unreadBytes).toBe(4);
    far.resumeReading();
    expect(calls.at(-1)).toBe("writable");
    expect(transport.write([new Uint8Array(10)])).toBe(true);
  });

  test("a refusal and a break tell their error, once", () => {
    const { calls, far } = connect();
    far.fail(failure);
    far.fail(failure);
    far.close();
    expect(calls).toEqual(["closed CONNECTION_FAILED"]);
    expect(() => far.open()).toThrow("connection 1 is closed, not opening");
    expect(() => far.send("00")).toThrow("closed");
  });

  test("what the client closes stays closing until the far end answers", () => {
    const { calls, far, transport } = connect();
    far.open();
    transport.close();
    expect([far.state, far.wasAborted]).toEqual(["closing", false]);
    transport.write([new Uint8Array(1)]);
    expect(far.writes).toEqual([]);
    far.close();
    expect(calls.at(-1)).toBe("closed in order");
    transport.abort();
    expect(far.wasAborted).toBe(false);
  });

  test("with a clock it is closed at the end of the turn, never within the client's call", () => {
    const clock = new VirtualClock();
    const { calls, far, transport } = connect({ clock });
    far.open();
    transport.abort();
    expect(calls).toEqual(["opened"]);
    clock.runTurns();
    expect(calls).toEqual(["opened", "closed in order"]);
    expect(far.wasAborted).toBe(true);
  });

  test("a network counts its connections and has none at first", () => {
    const network = new MemoryNetwork();
    expect(() => network.latest).toThrow("has not asked");
    const { network: used } = connect();
    expect(used.connections.map(({ number }) => number)).toEqual([1]);
  });
});
