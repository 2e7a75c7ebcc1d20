import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Operations } from "./operations.js";
import { Fifo } from "../collections/fifo.js";
import { type Operation, PublishOperation, RequestOperation } from "./operation.js";
import { packetIdCount } from "../../codec/limits.js";
import { SendQuota } from "../connection/send-quota.js";
import { SessionJournal } from "./session-journal.js";

const identity = (id: number) => ({ id, size: 1, timeoutMs: Infinity, now: 0 });
const publish = (id = 1, qos: 0 | 1 | 2 = 2): PublishOperation =>
  new PublishOperation(identity(id), { type: "publish", topic: "t", payload: "", qos, retain: false });
const subscribe = (id: number): RequestOperation =>
  new RequestOperation(identity(id), { type: "subscribe", packetId: 0, subscriptions: [] });
const operationsOf = (journal?: SessionJournal): Operations => new Operations(new Fifo(), journal, 60_000);

/** Gives an operation an id, and tells which. */
function take(operations: Operations, operation: Operation = publish()): number {
  return operation.kind === "publish" ? operations.beginExchange(operation).packetId : operations.giveId(operation);
}

/** Frees an id. */
function release(operations: Operations, id: number): void {
  const operation = operations.get(id);
  if (operation !== undefined) {
    operations.finish(operation);
  }
}

describe("packet ids", () => {
  test("MQTT-2.2.1-3: every id from 1 to 65 535 once, and then none", () => {
    const operations = operationsOf();
    const taken = Array.from({ length: packetIdCount }, () => take(operations));
    expect([taken[0], taken.at(-1), new Set(taken).size]).toEqual([1, 65_535, packetIdCount]);
    expect(operations.hasFreeId).toBe(false);
    for (const id of [40_000, 1, 65_535, 31, 32, 33]) {
      release(operations, id);
      expect(operations.hasFreeId).toBe(true);
      expect(take(operations)).toBe(id);
    }
  });

  test("are used again as late as possible, and wrap from 65 535 to 1, never to 0", () => {
    const operations = operationsOf();
    for (let count = 1; count <= packetIdCount; count += 1) {
      const id = take(operations);
      expect(id).toBe(count);
      release(operations, id);
    }
    expect(take(operations)).toBe(1);
  });

  test("MQTT-2.2.1-3: none is handed out that is in use (property)", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 400 }), (steps) => {
        const operations = operationsOf();
        const inUse: number[] = [];
        for (const step of steps) {
          if (step < 6) {
            const id = take(operations);
            expect(inUse).not.toContain(id);
            inUse.push(id);
          } else {
            const [released] = inUse.splice(step % Math.max(1, inUse.length), 1);
            release(operations, released ?? 0);
          }
          expect(operations.idCount).toBe(inUse.length);
        }
      }),
    );
  });
});

describe("what holds them", () => {
  test("publishes and requests have ids of one set, and each is found by its id", () => {
    const operations = operationsOf();
    const [one, two] = [publish(1), subscribe(2)];
    expect([take(operations, one), take(operations, two)]).toEqual([1, 2]);
    expect([operations.get(1), operations.get(2), operations.get(3)]).toEqual([one, two, undefined]);
    expect([operations.publishes(), operations.inFlight()]).toEqual([[one], [one, two]]);
  });

  test("MQTT-4.6.0-4: keeps the order in which publishes were released, after those that were not", () => {
    const operations = operationsOf();
    const publishes = [publish(1), publish(2), publish(3)];
    publishes.forEach((it) => take(operations, it));
    operations.release(publishes[1] ?? publish());
    operations.release(publishes[0] ?? publish());
    expect(operations.publishes().map(({ id, awaits }) => `${String(id)} ${awaits}`)).toEqual([
      "3 pubrec",
      "2 pubcomp",
      "1 pubcomp",
    ]);
  });

  test("a publish that no longer holds its id takes nobody else's away", () => {
    const operations = operationsOf();
    const old = publish(1);
    take(operations, old);
    operations.freeId(old);
    for (let count = 0; count < packetIdCount; count += 1) {
      take(operations, publish(count + 2));
    }
    operations.finish(old);
    expect([old.packetId, operations.hasFreeId]).toEqual([undefined, false]);
  });

  test("what is finished leaves its list, its id and its quota", () => {
    const operations = operationsOf();
    const operation = publish();
    const quota = new SendQuota(1);
    quota.take(operations.beginExchange(operation));
    operations.finish(operation);
    expect([operations.idCount, quota.used]).toEqual([0, 0]);
  });

  test("only what the session keeps is recorded", () => {
    const journal = new SessionJournal();
    const operations = operationsOf(journal);
    const operation = publish(7);
    for (const it of [operation, subscribe(8)]) {
      take(operations, it);
    }
    operations.release(operation);
    for (const it of [operation, subscribe(8), publish(9, 0)]) {
      operations.finish(it);
    }
    expect(journal.poll()?.changes).toEqual([
      { type: "sending", sequence: 7, packetId: 1 },
      { type: "released", sequence: 7 },
      { type: "finished", sequence: 7 },
    ]);
  });
});
