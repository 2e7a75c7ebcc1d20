import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { SendQueue, type QueueLimits } from "./send-queue.js";
import { type Operation, operationBytes, PublishOperation, RequestOperation } from "./operation.js";

const unlimited: QueueLimits = { maxOperations: 1e6, maxBytes: 1e9, whenFull: "reject" };

const identity = (id: number, size = 1) => ({ id, size, timeoutMs: Infinity, now: 0 });

const publish = (id: number, qos: 0 | 1 | 2, size = 1): PublishOperation =>
  new PublishOperation(identity(id, size), { type: "publish", topic: "t", payload: "", qos, retain: false });

function operation(id: number, kind: 0 | 1 | 2 | "subscribe", size = 1): Operation {
  return kind === "subscribe"
    ? new RequestOperation(identity(id, size), { type: "subscribe", packetId: 0, subscriptions: [] })
    : publish(id, kind, size);
}

function queueOf(limits: Partial<QueueLimits>, ...operations: readonly Operation[]): SendQueue {
  const queue = new SendQueue({ ...unlimited, ...limits });
  operations.forEach((it) => queue.add(it));
  return queue;
}

/** The memory of an operation whose packet has one byte. */
const each = operationBytes + 1;

const ids = (operations: readonly Operation[]): number[] => operations.map(({ id }) => id);

describe("SendQueue", () => {
  const mixed = () => [operation(1, 1), operation(2, 0), operation(3, "subscribe"), operation(4, 2), operation(5, 0)];

  test("gives the oldest of the kinds that may go", () => {
    const queue = queueOf({}, ...mixed());
    expect(queue.next(true, true)?.id).toBe(1);
    expect(queue.next(false, true)?.id).toBe(2);
    expect(queue.next(false, false)?.id).toBe(2);
    expect(queueOf({}, operation(1, 1), operation(2, "subscribe")).next(false, true)?.id).toBe(2);
    expect(queueOf({}, operation(1, 1), operation(2, "subscribe")).next(false, false)).toBeUndefined();
  });

  test("gives what is sent again first, then what is subscribed again, and counts neither", () => {
    const queue = queueOf({ maxOperations: 2 }, operation(1, 0));
    queue.add(operation(2, "subscribe"), "resubscribes");
    const again = publish(3, 1);
    again.beginExchange(7);
    queue.add(again, "redeliveries");
    expect(queue.next(true, true)?.id).toBe(3);
    expect(queue.next(true, false)?.id).toBe(3);
    expect(queue.next(false, true)?.id).toBe(2);
    expect(queue.next(false, false)?.id).toBe(1);
    again.dropId();
    expect([queue.next(true, true)?.id, queue.next(true, false)?.id]).toEqual([3, 1]);
    expect(queue.problem(0)).toBeUndefined();
    expect(ids(queue.all())).toEqual([1]);
  });

  test("counts operations and bytes, in and out", () => {
    const operations = mixed();
    const queue = queueOf({ maxOperations: 5, maxBytes: 5 * each }, ...operations);
    expect(queue.problem(0)).toContain("queue.maxOperations");
    operations[3]?.list?.remove(operations[3]);
    expect(queue.problem(each)).toBeUndefined();
    expect(queue.problem(each + 1)).toContain(`less than ${String(4 * each)} + ${String(each + 1)}`);
  });

  test("gives the operations of some lanes, in the order of submission", () => {
    const queue = queueOf({}, ...mixed());
    expect(ids(queue.all(["requests", "qos0"]))).toEqual([2, 3, 5]);
    expect(ids(queue.all())).toEqual([1, 2, 3, 4, 5]);
  });

  test("gives the operations in the order of submission (property)", () => {
    const kinds = fc.array(fc.constantFrom<0 | 1 | 2 | "subscribe">(0, 1, 2, "subscribe"), { maxLength: 50 });
    fc.assert(
      fc.property(kinds, (list) => {
        const queue = queueOf({}, ...list.map((kind, index) => operation(index, kind)));
        const order: number[] = [];
        for (let next = queue.next(true, true); next !== undefined; next = queue.next(true, true)) {
          order.push(next.id);
          next.list?.remove(next);
        }
        expect(order).toEqual(list.map((_, index) => index));
      }),
    );
  });

  test("puts back in its place what was written before", () => {
    const early = operation(2, "subscribe");
    early.wasSent = true;
    const queue = queueOf({}, operation(1, "subscribe"), operation(3, "subscribe"), early);
    expect(ids(queue.all())).toEqual([1, 2, 3]);
  });

  test.each([
    ["reject", undefined],
    ["dropOldest", 1],
    ["dropOldestQos0", 2],
  ] as const)("%s drops %p", (whenFull, victim) => {
    expect(queueOf({ whenFull }, ...mixed()).victimFor(1)?.id).toBe(victim);
  });

  test("names the limit that an operation would break", () => {
    expect(queueOf({ maxOperations: 5 }, ...mixed()).problem(1)).toContain("queue.maxOperations");
    expect(queueOf({ maxOperations: 6 }, ...mixed()).problem(1)).toBeUndefined();
    expect(queueOf({ maxBytes: 5 * each + 3 }, ...mixed()).problem(3)).toBeUndefined();
    expect(queueOf({ maxBytes: 5 * each + 3 }, ...mixed()).problem(4)).toContain("queue.maxBytes");
  });

  test("gives up nothing for an operation that would not fit all the same", () => {
    const queue = queueOf({ maxBytes: 5 * each + 3, whenFull: "dropOldest" }, ...mixed());
    expect([4 * each + 3, 4 * each + 4].map((memory) => queue.victimFor(memory)?.id)).toEqual([1, undefined]);
    const qos0 = queueOf({ maxBytes: 5 * each + 3, whenFull: "dropOldestQos0" }, ...mixed());
    expect([2 * each + 3, 2 * each + 4].map((memory) => qos0.victimFor(memory)?.id)).toEqual([2, undefined]);
  });
});

describe("the memory of an operation", () => {
  const message = { type: "publish", topic: "t", payload: "", qos: 1, retain: false } as const;
  const userProperties = [1, 2, 3].map(() => ({ name: "", value: "" }));
  const filter = { topicFilter: "f", qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;

  test.each([
    ["a publish without a payload", new PublishOperation(identity(1, 6), message), 6 + 1_024],
    ["a short text", new PublishOperation(identity(1, 10), { ...message, payload: "中" }), 10 + 1_024],
    [
      "a text of one byte a character",
      new PublishOperation(identity(1, 999), { ...message, payload: "é".repeat(500) }),
      999 + 1_024,
    ],
    [
      "a text of two bytes a character",
      new PublishOperation(identity(1, 999), { ...message, payload: `中${"a".repeat(499)}` }),
      999 + 1_024 + 500,
    ],
    ["user properties", new PublishOperation(identity(1, 21), { ...message, userProperties }), 21 + 1_024 + 3 * 96],
    [
      "a subscribe",
      new RequestOperation(identity(1, 9), {
        type: "subscribe",
        packetId: 0,
        subscriptions: [filter, filter],
        userProperties,
      }),
      9 + 1_024 + 2 * 1_024 + 3 * 96,
    ],
    [
      "an unsubscribe",
      new RequestOperation(identity(1, 9), { type: "unsubscribe", packetId: 0, topicFilters: ["f"] }),
      9 + 1_024 + 1_024,
    ],
  ] as const)("%s", (_, { memory }, expected) => {
    expect(memory).toBe(expected);
  });
});
