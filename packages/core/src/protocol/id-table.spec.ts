import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { IdTable } from "./id-table.js";

describe("table of identifiers", () => {
  test("gives what a map gives, whatever comes and goes", () => {
    const step = fc.record({ skipped: fc.nat(40), taken: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const table = new IdTable<string>();
        const map = new Map<number, string>();
        let id = 0;
        for (const { skipped, taken } of steps) {
          id += 1 + skipped;
          table.add(id, `value ${String(id)}`);
          map.set(id, `value ${String(id)}`);
          expect(table.take(id - taken)).toBe(map.get(id - taken));
          map.delete(id - taken);
          expect(table.size).toBe(map.size);
          expect(table.values().sort()).toEqual([...map.values()].sort());
          expect(table.get(id)).toBe(map.get(id));
        }
        for (const [rest, value] of map) {
          expect(table.get(rest)).toBe(value);
        }
      }),
    );
  });

  test("keeps one value while thousands come and go", () => {
    const table = new IdTable<string>();
    table.add(1, "stays");
    for (let id = 2; id < 10_000; id++) {
      table.add(id, "goes");
      expect(table.take(id)).toBe("goes");
    }
    expect(table.get(1)).toBe("stays");
    expect(table.values()).toEqual(["stays"]);
  });

  test("begins again with identifiers that were used before", () => {
    const table = new IdTable<string>();
    table.add(65_535, "last");
    table.add(1, "first");
    table.take(65_535);
    table.add(65_535, "again");
    expect([table.get(1), table.get(65_535), table.size]).toEqual(["first", "again", 2]);
  });

  test("has nothing by an identifier that was taken", () => {
    const table = new IdTable<string>();
    table.add(1, "one");
    table.take(1);
    expect([table.get(1), table.take(1), table.size]).toEqual([undefined, undefined, 0]);
  });
});
