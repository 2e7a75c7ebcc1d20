import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { OperationList } from "./operation-list.js";
import { type Operation, RequestOperation } from "../session/operation.js";

const operation = (id: number): RequestOperation =>
  new RequestOperation(
    { id, size: 1, timeoutMs: Infinity, now: 0 },
    { type: "subscribe", packetId: 0, subscriptions: [] },
  );

describe("OperationList", () => {
  test("keeps what is added in order, whatever the order of adding and removing (property)", () => {
    const steps = fc.array(fc.record({ id: fc.nat(30), removes: fc.boolean() }), { maxLength: 120 });
    fc.assert(
      fc.property(steps, (plan) => {
        const list = new OperationList<Operation>();
        const operations = Array.from({ length: 31 }, (_, id) => operation(id));
        const model = new Set<number>();
        for (const { id, removes } of plan) {
          const it = operations[id];
          if (it === undefined) {
            continue;
          }
          if (removes) {
            list.remove(it);
            model.delete(id);
          } else if (!model.has(id)) {
            list.insertInOrder(it);
            model.add(id);
          }
          const expected = [...model].sort((one, other) => one - other);
          expect(list.all().map((each) => each.id)).toEqual(expected);
          expect([list.first?.id, list.count]).toEqual([expected[0], expected.length]);
        }
      }),
    );
  });

  test("append puts at the end", () => {
    const list = new OperationList<Operation>();
    [3, 1, 2].forEach((id) => list.append(operation(id)));
    expect(list.all().map(({ id }) => id)).toEqual([3, 1, 2]);
  });

  test("leaves alone what stands in another list", () => {
    const one = new OperationList<Operation>();
    const other = new OperationList<Operation>();
    const it = operation(1);
    one.append(it);
    other.remove(it);
    expect([one.count, other.count, it.list]).toEqual([1, 0, one]);
  });

  test("what is taken out can stand elsewhere", () => {
    const list = new OperationList<Operation>();
    const operations = [1, 2, 3].map(operation);
    operations.forEach((it) => list.append(it));
    expect([list.count, list.bytes]).toEqual([3, 3 * operation(1).memory]);
    operations.forEach((it) => list.remove(it));
    expect([list.count, list.bytes, list.first, operations.map((it) => it.list)]).toEqual([
      0,
      0,
      undefined,
      Array(3).fill(undefined),
    ]);
    operations.reverse().forEach((it) => list.append(it));
    expect(list.all().map(({ id }) => id)).toEqual([3, 2, 1]);
  });
});
