import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { IdTable } from "./id-table.js";

/** The content of the table, by ascending identifier. */
function entriesOf(table: IdTable<string>): [number, string][] {
  const entries: [number, string][] = [];
  table.forEach((value, id) => entries.push([id, value]));
  return entries.sort(([one], [other]) => one - other);
}

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
          table.set(id, `value ${String(id)}`);
          map.set(id, `value ${String(id)}`);
          expect(table.get(id - taken)).toBe(map.get(id - taken));
          expect(table.delete(id - taken)).toBe(map.delete(id - taken));
          expect(table.size).toBe(map.size);
          expect(entriesOf(table)).toEqual([...map]);
          expect(table.get(id)).toBe(map.get(id));
        }
      }),
    );
  });

  test("keeps one value while thousands come and go", () => {
    const table = new IdTable<string>();
    table.set(1, "stays");
    for (let id = 2; id < 10_000; id++) {
      table.set(id, "goes");
      expect(table.delete(id)).toBe(true);
    }
    expect(table.get(1)).toBe("stays");
    expect(entriesOf(table)).toEqual([[1, "stays"]]);
  });

  test("begins again with identifiers that were used before", () => {
    const table = new IdTable<string>();
    table.set(65_535, "last");
    table.set(1, "first");
    table.delete(65_535);
    table.set(65_535, "again");
    expect([table.get(1), table.get(65_535), table.size]).toEqual(["first", "again", 2]);
  });

  test("has nothing by an identifier that was taken", () => {
    const table = new IdTable<string>();
    table.set(1, "one");
    table.delete(1);
    expect([table.get(1), table.delete(1), table.size]).toEqual([undefined, false, 0]);
  });
});
