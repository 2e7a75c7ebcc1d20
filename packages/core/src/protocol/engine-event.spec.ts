import { expect, test } from "@jest/globals";
import { type EngineEvent, EventQueue } from "./engine-event.js";

test("events come out in order, also those that arise while others are taken out", () => {
  const queue = new EventQueue();
  const event = (id: number): EngineEvent => ({ type: "publishCompleted", id, result: { qos: 0 } });
  queue.push(event(1));
  queue.push(event(2));
  expect(queue.poll()).toEqual(event(1));
  queue.push(event(3));
  expect([queue.isEmpty, queue.poll(), queue.poll(), queue.isEmpty]).toEqual([false, event(2), event(3), true]);
  expect(queue.poll()).toBeUndefined();
  queue.push(event(4));
  expect([queue.poll(), queue.poll()]).toEqual([event(4), undefined]);
});
