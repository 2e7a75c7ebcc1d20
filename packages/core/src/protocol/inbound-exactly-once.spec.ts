import { describe, expect, test } from "@jest/globals";
import { InboundExactlyOnce } from "./inbound-exactly-once.js";

describe("InboundExactlyOnce", () => {
  test("MQTT-4.3.3-10, MQTT-4.3.3-12: knows a message from its PUBLISH to its PUBREL", () => {
    const messages = new InboundExactlyOnce();
    const entry = messages.open(7, 1);
    expect([messages.get(7), messages.count]).toEqual([entry, 1]);
    expect(messages.answer(1, 0x10)).toBe(entry);
    expect(entry.reasonCode).toBe(0x10);
    expect([messages.close(7), messages.close(7), messages.get(7)]).toEqual([true, false, undefined]);
  });

  test("takes one answer, for a delivery that it knows", () => {
    const messages = new InboundExactlyOnce();
    messages.open(7, 1);
    expect(messages.answer(2, 0)).toBeUndefined();
    messages.answer(1, 0);
    expect(messages.answer(1, 0x80)).toBeUndefined();
    expect(messages.get(7)?.reasonCode).toBe(0);
  });

  test("MQTT-3.2.2-5: forgets everything with the session, answers to come too", () => {
    const messages = new InboundExactlyOnce();
    messages.open(7, 1);
    messages.clear();
    expect([messages.count, messages.get(7), messages.answer(1, 0)]).toEqual([0, undefined, undefined]);
  });
});
