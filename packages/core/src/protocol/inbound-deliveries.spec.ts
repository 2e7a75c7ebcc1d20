import { describe, expect, test } from "@jest/globals";
import { Delivery, InboundDeliveries } from "./inbound-deliveries.js";
import { InboundExactlyOnce } from "./inbound-exactly-once.js";

describe("InboundDeliveries", () => {
  test("takes out the answered ones from the front alone", () => {
    const deliveries = new InboundDeliveries(10);
    [1, 2, 3].forEach((id) => deliveries.add(new Delivery(id, id, Infinity)));
    deliveries.find(2)?.answer(0);
    expect(deliveries.takeAnswered()).toBeUndefined();
    deliveries.find(1)?.answer(0x80);
    expect(deliveries.takeAnswered()).toMatchObject({ deliveryId: 1, reasonCode: 0x80 });
    expect(deliveries.takeAnswered()).toMatchObject({ deliveryId: 2 });
    expect(deliveries.takeAnswered()).toBeUndefined();
  });

  test("finds what waits for an answer, and nothing else", () => {
    const deliveries = new InboundDeliveries(10);
    const exchange = new InboundExactlyOnce().open(9, 6);
    deliveries.add(new Delivery(5, 1, Infinity));
    deliveries.add(new Delivery(6, 9, Infinity, exchange));
    expect([4, 5, 6, 7].map((id) => deliveries.find(id)?.deliveryId)).toEqual([undefined, 5, undefined, undefined]);
    deliveries.find(5)?.answer(0);
    expect(deliveries.find(5)).toBeUndefined();
  });

  test("counts a QoS 2 exchange once, until it is completed", () => {
    const deliveries = new InboundDeliveries(2);
    const exchange = new InboundExactlyOnce().open(9, 1);
    deliveries.add(new Delivery(1, 9, Infinity, exchange));
    deliveries.add(new Delivery(2, 9, Infinity, exchange));
    expect([deliveries.openCount, deliveries.hasRoom, deliveries.holds(9)]).toEqual([1, true, true]);
    deliveries.add(new Delivery(3, 4, Infinity));
    expect(deliveries.hasRoom).toBe(false);
    deliveries.handleCompleted(9);
    deliveries.handleCompleted(9);
    expect([deliveries.openCount, deliveries.holds(9)]).toEqual([1, false]);
    deliveries.handleAcknowledged();
    expect(deliveries.openCount).toBe(0);
  });
});
