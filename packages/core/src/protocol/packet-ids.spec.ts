import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { packetIdCount, PacketIds } from "./packet-ids.js";

describe("PacketIds", () => {
  test("MQTT-2.2.1-3: hands out every id from 1 to 65 535 once, and then none", () => {
    const ids = new PacketIds();
    const taken = Array.from({ length: packetIdCount }, () => ids.take());
    expect(taken[0]).toBe(1);
    expect(taken.at(-1)).toBe(65_535);
    expect(new Set(taken).size).toBe(packetIdCount);
    expect(ids.hasFree).toBe(false);
    expect(ids.take()).toBeUndefined();
  });

  test("finds the single free id wherever it is", () => {
    const ids = new PacketIds();
    while (ids.hasFree) {
      ids.take();
    }
    for (const id of [40_000, 1, 65_535, 31, 32, 33]) {
      ids.release(id);
      expect(ids.hasFree).toBe(true);
      expect(ids.take()).toBe(id);
    }
  });

  test("uses an id again as late as possible", () => {
    const ids = new PacketIds();
    ids.release(ids.take() ?? 0);
    expect(ids.take()).toBe(2);
  });

  test("wraps from 65 535 to 1, never to 0", () => {
    const ids = new PacketIds();
    for (let count = 0; count < packetIdCount; count += 1) {
      ids.release(ids.take() ?? 0);
    }
    expect(ids.take()).toBe(1);
  });

  test("gives an id that is free already back without harm", () => {
    const ids = new PacketIds();
    const id = ids.take() ?? 0;
    ids.release(id);
    ids.release(id);
    ids.release(60_000);
    for (let count = 0; count < packetIdCount; count += 1) {
      expect(ids.take()).toBeDefined();
    }
    expect(ids.hasFree).toBe(false);
  });

  test("MQTT-2.2.1-3: never hands out an id that is in use (property)", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 400 }), (steps) => {
        const ids = new PacketIds();
        const inUse: number[] = [];
        for (const step of steps) {
          const id = step < 6 ? ids.take() : undefined;
          if (id !== undefined) {
            expect(id).toBeGreaterThan(0);
            expect(inUse).not.toContain(id);
            inUse.push(id);
          } else {
            const [released] = inUse.splice(step % Math.max(1, inUse.length), 1);
            ids.release(released ?? 0);
          }
        }
      }),
    );
  });
});
