import { describe, expect, test } from "@jest/globals";
import { Fifo } from "./fifo.js";

describe("Fifo", () => {
  test("events come out in order, also those that arise while others are taken out", () => {
    const queue = new Fifo<string>();
    queue.push("one");
    queue.push("two");
    expect(queue.poll()).toBe("one");
    queue.push("three");
    expect([queue.first, queue.poll(), queue.poll(), queue.first]).toEqual(["two", "two", "three", undefined]);
    expect(queue.poll()).toBeUndefined();
    queue.push("four");
    expect([queue.poll(), queue.poll()]).toEqual(["four", undefined]);
  });

  test("counts from the oldest, however many were taken out", () => {
    const queue = new Fifo<number>();
    for (let number = 0; number < 1_000; number += 1) {
      queue.push(2 * number);
      queue.push(2 * number + 1);
      expect(queue.poll()).toBe(number);
      expect([queue.at(0), queue.at(number), queue.at(number + 1)]).toEqual([number + 1, 2 * number + 1, undefined]);
    }
    expect(queue.all()).toEqual(Array.from({ length: 1_000 }, (_, index) => 1_000 + index));
  });
});
