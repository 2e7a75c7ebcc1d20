import { describe, expect, test } from "@jest/globals";
import type { StoreBatch } from "../ports/session-store.js";
import { VirtualClock } from "./virtual-clock.js";
import { VirtualSessionStore } from "./virtual-session-store.js";

const batch = (number: number): StoreBatch => ({ number, changes: [{ type: "completed", packetId: number }] });

describe("VirtualSessionStore", () => {
  test("keeps at once when nothing else is said", () => {
    const store = new VirtualSessionStore();
    expect(store.commit(batch(1))).toBeUndefined();
    expect(store.changes).toEqual([{ type: "completed", packetId: 1 }]);
  });

  test("holds until it is released", async () => {
    const store = new VirtualSessionStore();
    store.hold();
    const kept = store.commit(batch(1));
    expect([store.heldCount, store.batches]).toEqual([1, []]);
    store.release();
    await kept;
    expect(store.batches).toEqual([batch(1)]);
    expect(store.commit(batch(2))).toBeUndefined();
  });

  test("fails what it holds", async () => {
    const store = new VirtualSessionStore();
    store.hold();
    const kept = store.commit(batch(1));
    store.fail(new Error("disk full"));
    await expect(kept).rejects.toThrow("disk full");
    expect(store.batches).toEqual([]);
  });

  test("fails the next ones as often as it was told", async () => {
    const store = new VirtualSessionStore();
    store.failNext(new Error("one"));
    store.failNext("two");
    await expect(store.commit(batch(1))).rejects.toThrow("one");
    await expect(store.commit(batch(2))).rejects.toThrow("the store failed");
    expect(store.commit(batch(3))).toBeUndefined();
  });

  test("takes its time on the clock", async () => {
    const clock = new VirtualClock();
    const store = new VirtualSessionStore({ clock, delayMs: 20 });
    const kept = store.commit(batch(1));
    clock.advance(19);
    expect(store.batches).toEqual([]);
    clock.advance(1);
    await kept;
    expect(store.batches).toEqual([batch(1)]);
    expect(() => new VirtualSessionStore({ delayMs: 1 })).toThrow("clock");
  });
});
