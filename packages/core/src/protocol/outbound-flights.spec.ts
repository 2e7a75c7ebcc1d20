import { describe, expect, test } from "@jest/globals";
import { OutboundFlights } from "./outbound-flights.js";
import { PublishOperation, SubscribeOperation } from "./operation.js";

const identity = (id: number) => ({ id, size: 1, timeoutMs: Infinity, now: 0 });
const publish = (id: number): PublishOperation =>
  new PublishOperation(identity(id), { type: "publish", topic: "t", payload: "", qos: 2, retain: false, dup: false });
const subscribe = (id: number): SubscribeOperation =>
  new SubscribeOperation(identity(id), { type: "subscribe", packetId: 0, subscriptions: [] });

describe("OutboundFlights", () => {
  test("gives ids of one set to publishes and requests, and keeps each by its id", () => {
    const flights = new OutboundFlights();
    const [one, two] = [publish(1), subscribe(2)];
    expect([flights.add(one), flights.add(two)]).toEqual([1, 2]);
    expect([one.packet.packetId, two.packet.packetId]).toEqual([1, 2]);
    expect([flights.publishing.get(1), flights.requests.get(2)]).toEqual([one, two]);
    expect([1, 2, 3].map((id) => flights.isInUse(id))).toEqual([true, true, false]);
  });

  test("MQTT-4.6.0-4: keeps the order in which publishes were released", () => {
    const flights = new OutboundFlights();
    const operations = [publish(1), publish(2), publish(3)];
    operations.forEach((it) => flights.add(it));
    for (const operation of operations.reverse()) {
      flights.release(operation.packet.packetId ?? 0, operation);
    }
    expect([...flights.releasing.keys()]).toEqual([3, 2, 1]);
    expect(flights.publishing.size).toBe(0);
    expect(flights.publishes().map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(operations.every(({ isReleased }) => isReleased)).toBe(true);
  });

  test("a publish that no longer holds its id takes nobody else's away", () => {
    const flights = new OutboundFlights();
    const old = publish(1);
    flights.add(old);
    flights.clearPublishes();
    for (let count = 0; count < 65_535; count += 1) {
      flights.add(publish(count + 2));
    }
    flights.remove(old);
    expect([flights.holds(old), flights.hasFreeId, flights.isInUse(1)]).toEqual([false, false, true]);
    expect(() => flights.add(publish(1e6))).toThrow("no packet id is free");
  });

  test("what is cleared frees its ids, the rest keeps them", () => {
    const flights = new OutboundFlights();
    flights.add(publish(1));
    flights.add(subscribe(2));
    expect(flights.clearRequests().map(({ id }) => id)).toEqual([2]);
    expect([1, 2].map((id) => flights.isInUse(id))).toEqual([true, false]);
    expect(flights.clearPublishes().map(({ id }) => id)).toEqual([1]);
    expect(flights.isInUse(1)).toBe(false);
  });
});
