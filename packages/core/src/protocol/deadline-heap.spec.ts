import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { DeadlineHeap } from "./deadline-heap.js";

const entry = (deadline: number) => ({ deadline, isSettled: false, name: deadline });

describe("DeadlineHeap", () => {
  test("is empty at first", () => {
    const heap = new DeadlineHeap();
    expect(heap.next).toBe(Infinity);
    expect(heap.takeDue(1e9)).toBeUndefined();
  });

  test("takes no entry without a deadline", () => {
    const heap = new DeadlineHeap();
    const forever = entry(Infinity);
    heap.add(forever);
    heap.settle(forever);
    expect(heap.next).toBe(Infinity);
  });

  test("gives what is due and nothing before its time", () => {
    const heap = new DeadlineHeap();
    const one = entry(10);
    heap.add(one);
    expect(heap.takeDue(9)).toBeUndefined();
    expect(heap.takeDue(10)).toBe(one);
    expect(one.deadline).toBe(Infinity);
    expect(heap.next).toBe(Infinity);
  });

  test("passes over settled entries", () => {
    const heap = new DeadlineHeap();
    const entries = [10, 20, 30].map(entry);
    entries.forEach((it) => heap.add(it));
    for (const settled of entries.slice(0, 2)) {
      settled.isSettled = true;
      heap.settle(settled);
    }
    expect(heap.next).toBe(30);
    expect(heap.takeDue(30)).toBe(entries[2]);
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
            it.isSettled = true;
            heap.settle(it);
          }
        });
        const expected = plan.filter(({ settles }) => !settles).map(({ deadline }) => deadline);
        const given: number[] = [];
        for (let next = heap.takeDue(500); next !== undefined; next = heap.takeDue(500)) {
          given.push(next.name);
        }
        expect(given).toEqual(expected.sort((one, other) => one - other));
      }),
    );
  });
});
