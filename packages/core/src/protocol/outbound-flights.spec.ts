import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { holdsId, OutboundFlights } from "./outbound-flights.js";
import { type Operation, PublishOperation, SubscribeOperation } from "./operation.js";
import { packetIdCount } from "./packet-ids.js";
import { SendQuota } from "./send-quota.js";
import { SessionJournal } from "./session-journal.js";

const identity = (id: number) => ({ id, size: 1, timeoutMs: Infinity, now: 0 });
const publish = (id = 1, qos: 0 | 1 | 2 = 2): PublishOperation =>
  new PublishOperation(identity(id), { type: "publish", topic: "t", payload: "", qos, retain: false, dup: false });
const subscribe = (id: number): SubscribeOperation =>
  new SubscribeOperation(identity(id), { type: "subscribe", packetId: 0, subscriptions: [] });
const flightsOf = (): OutboundFlights => new OutboundFlights(undefined);

/** Gives an operation an id, and tells which. */
function take(flights: OutboundFlights, operation: Operation = publish()): number {
  flights.add(operation);
  return operation.packet.packetId ?? 0;
}

/** Frees an id. */
function release(flights: OutboundFlights, id: number): void {
  const operation = flights.get(id);
  if (operation !== undefined) {
    flights.finish(operation);
  }
}

describe("packet ids", () => {
  test("MQTT-2.2.1-3: every id from 1 to 65 535 once, and then none", () => {
    const flights = flightsOf();
    const taken = Array.from({ length: packetIdCount }, () => take(flights));
    expect([taken[0], taken.at(-1), new Set(taken).size]).toEqual([1, 65_535, packetIdCount]);
    expect(flights.hasRoom).toBe(false);
    expect(() => take(flights)).toThrow("no packet id is free");
    for (const id of [40_000, 1, 65_535, 31, 32, 33]) {
      release(flights, id);
      expect(flights.hasRoom).toBe(true);
      expect(take(flights)).toBe(id);
    }
  });

  test("are used again as late as possible, and wrap from 65 535 to 1, never to 0", () => {
    const flights = flightsOf();
    for (let count = 1; count <= packetIdCount; count += 1) {
      const id = take(flights);
      expect(id).toBe(count);
      release(flights, id);
    }
    expect(take(flights)).toBe(1);
  });

  test("MQTT-2.2.1-3: none is handed out that is in use (property)", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 400 }), (steps) => {
        const flights = flightsOf();
        const inUse: number[] = [];
        for (const step of steps) {
          if (step < 6) {
            const id = take(flights);
            expect(inUse).not.toContain(id);
            inUse.push(id);
          } else {
            const [released] = inUse.splice(step % Math.max(1, inUse.length), 1);
            release(flights, released ?? 0);
          }
          expect(flights.count).toBe(inUse.length);
        }
      }),
    );
  });
});

describe("what holds them", () => {
  test("publishes and requests have ids of one set, and each is found by its id", () => {
    const flights = flightsOf();
    const [one, two] = [publish(1), subscribe(2)];
    expect([take(flights, one), take(flights, two)]).toEqual([1, 2]);
    expect([flights.get(1), flights.get(2), flights.get(3)]).toEqual([one, two, undefined]);
    expect([flights.publishes(), flights.all()]).toEqual([[one], [one, two]]);
  });

  test("MQTT-4.6.0-4: keeps the order in which publishes were released, after those that were not", () => {
    const flights = flightsOf();
    const operations = [publish(1), publish(2), publish(3)];
    operations.forEach((it) => take(flights, it));
    flights.release(operations[1] ?? publish(), 2);
    flights.release(operations[0] ?? publish(), 1);
    expect(flights.publishes().map(({ id, awaits }) => `${String(id)} ${awaits}`)).toEqual([
      "3 pubrec",
      "2 pubcomp",
      "1 pubcomp",
    ]);
  });

  test("a publish that no longer holds its id takes nobody else's away", () => {
    const flights = flightsOf();
    const old = publish(1);
    take(flights, old);
    flights.remove(old);
    for (let count = 0; count < packetIdCount; count += 1) {
      take(flights, publish(count + 2));
    }
    flights.finish(old);
    expect([holdsId(old), flights.hasRoom]).toEqual([false, false]);
  });

  test("what is finished leaves its list, its id and its quota", () => {
    const flights = flightsOf();
    const operation = publish();
    const quota = new SendQuota(1);
    take(flights, operation);
    quota.take(operation);
    flights.finish(operation);
    expect([flights.count, quota.used]).toEqual([0, 0]);
  });

  test("only what the session keeps is recorded", () => {
    const journal = new SessionJournal();
    const flights = new OutboundFlights(journal);
    const operation = publish(7);
    for (const it of [operation, subscribe(8)]) {
      flights.add(it);
    }
    flights.release(operation, 1);
    for (const it of [operation, subscribe(8), publish(9, 0)]) {
      flights.finish(it);
    }
    expect(journal.poll()?.changes).toEqual([
      { type: "sending", sequence: 7, packetId: 1 },
      { type: "released", sequence: 7 },
      { type: "finished", sequence: 7 },
    ]);
  });
});
