import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { DeadlineHeap } from "./deadline-heap.js";

const entry = (deadline: number, id = 0) => ({ id, deadline, heapIndex: -1 });

describe("DeadlineHeap", () => {
  test("is empty at first", () => {
    expect(new DeadlineHeap().first).toBeUndefined();
  });

  test("takes no entry without a deadline", () => {
    const heap = new DeadlineHeap();
    const forever = entry(Infinity);
    heap.add(forever);
    expect(heap.first).toBeUndefined();
    heap.remove(forever);
    expect(forever.heapIndex).toBe(-1);
  });

  test("leaves alone what is not in it", () => {
    const heap = new DeadlineHeap();
    const [one, other] = [entry(10), entry(5)];
    heap.add(one);
    heap.remove(other);
    heap.remove(other);
    expect(heap.first).toBe(one);
    heap.remove(one);
    heap.remove(one);
    expect(heap.first).toBeUndefined();
  });

  test("gives entries in the order of their deadlines, whatever is settled meanwhile (property)", () => {
    const deadlines = fc.array(fc.record({ deadline: fc.nat(500), settles: fc.boolean() }), { maxLength: 400 });
    fc.assert(
      fc.property(deadlines, (plan) => {
        const heap = new DeadlineHeap<ReturnType<typeof entry>>();
        const entries = plan.map(({ deadline }) => entry(deadline));
        entries.forEach((it) => heap.add(it));
        entries.forEach((it, index) => {
          if (plan[index]?.settles === true) {
            heap.remove(it);
          }
        });
        const expected = plan.filter(({ settles }) => !settles).map(({ deadline }) => deadline);
        const given: number[] = [];
        for (let { first } = heap; first !== undefined; first = heap.first) {
          given.push(first.deadline);
          heap.remove(first);
        }
        expect(given).toEqual(expected.sort((one, other) => one - other));
        expect(entries.every(({ heapIndex }) => heapIndex === -1)).toBe(true);
      }),
    );
  });

  test("gives those of the same deadline in the order in which they were made", () => {
    const heap = new DeadlineHeap<ReturnType<typeof entry>>();
    for (let id = 1; id <= 9; id += 1) {
      heap.add(entry(id < 9 ? 10 : 5, id));
    }
    const given: number[] = [];
    for (let { first } = heap; first !== undefined; first = heap.first) {
      given.push(first.id);
      heap.remove(first);
    }
    expect(given).toEqual([9, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("holds nothing that was taken out, however many come and go", () => {
    const heap = new DeadlineHeap<ReturnType<typeof entry>>();
    const lasting = entry(1e6);
    heap.add(lasting);
    for (let count = 0; count < 1_000; count += 1) {
      const passing = entry(count);
      heap.add(passing);
      expect(heap.first).toBe(passing);
      heap.remove(passing);
    }
    expect([heap.first, lasting.heapIndex]).toEqual([lasting, 0]);
  });
});
