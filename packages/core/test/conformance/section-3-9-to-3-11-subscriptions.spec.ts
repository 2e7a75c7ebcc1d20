/** SUBACK, UNSUBSCRIBE and UNSUBACK: which answer belongs to which request, and what its codes mean. */
import { describe, expect, test } from "@jest/globals";
import { hexOfBytes } from "../../src/testing/bytes.js";
import { EngineBench, rejoiningBench } from "../support/engine-bench.js";
import { connack, publish, suback, unsuback } from "../support/server-bytes.js";
import { makeConnectedBench } from "../support/test-client.js";

const subackCodes = [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2];
const unsubackCodes = [0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91];
const allCodes = Array.from({ length: 256 }, (_, code) => code);
const unlisted = (codes: readonly number[]): number[] => allCodes.filter((code) => !codes.includes(code));

describe("SUBACK", () => {
  test("MQTT-2.2.1-6, MQTT-3.8.4-2: it settles the request with its id, whatever the order", () => {
    const bench = new EngineBench().online();
    const ids = [bench.subscribe("a"), bench.subscribe("b"), bench.subscribe("c")];
    bench.receive(suback(3, 0));
    expect(bench.outcomes(ids)).toEqual(["pending", "pending", "done"]);
    bench.receive(suback(1, 1), suback(2, 0x87));
    expect(ids.map((id) => bench.settlement(id))).toMatchObject([
      { subscribe: { subscriptions: [{ topicFilter: "a" }] }, suback: { reasonCodes: [1] } },
      { subscribe: { subscriptions: [{ topicFilter: "b" }] }, suback: { reasonCodes: [0x87] } },
      { subscribe: { subscriptions: [{ topicFilter: "c" }] }, suback: { reasonCodes: [0] } },
    ]);
  });

  test("MQTT-3.8.4-2: one for an id that no request has settles nothing", () => {
    const bench = new EngineBench().online();
    const id = bench.subscribe("a");
    bench.receive(suback(2, 0), suback(65_535, 0));
    expect([bench.outcome(id), bench.engine.state]).toEqual(["pending", "connected"]);
  });

  test("MQTT-3.9.3-2: every listed code is passed on, in a SUBACK of all of them", () => {
    const bench = new EngineBench().online();
    const id = bench.subscribe(subackCodes.map((code) => ({ topicFilter: `f${String(code)}`, qos: 2 })));
    bench.receive(suback(1, ...subackCodes));
    expect(bench.settlement(id)).toMatchObject({ suback: { reasonCodes: subackCodes } });
  });

  test("MQTT-3.9.3-2: every other code ends the connection with 0x82, and the subscribe waits for the next", () => {
    for (const code of unlisted(subackCodes)) {
      const bench = rejoiningBench().online();
      const id = bench.subscribe("f");
      bench.sent();
      bench.receive(suback(1, code), publish());
      expect([bench.sent(), bench.topics, bench.outcome(id)]).toEqual([["disconnect 0x82"], [], "pending"]);
      expect(bench.lastError).toMatchObject({ statement: "MQTT-3.9.3-2" });
    }
  });

  test("MQTT-3.8.4-7: a subscription that is granted less than was asked stays as it was granted", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const subscribed = client.subscribe({ topicFilter: "f", qos: 2 });
    await clock.settle();
    peer.send(suback(peer.expect("subscribe").packetId, 0));
    await expect(subscribed).resolves.toMatchObject({ results: [{ topicFilter: "f", ok: true, grantedQos: 0 }] });
  });

  test("its reason string and user properties are passed on", () => {
    const bench = new EngineBench().online();
    const id = bench.subscribe("f");
    bench.receive("90 0f 00 01 0b 1f 00 01 78 26 00 01 61 00 01 62 01");
    expect(bench.settlement(id)).toMatchObject({
      suback: { reasonString: "x", userProperties: [{ name: "a", value: "b" }], reasonCodes: [1] },
    });
  });
});

describe("UNSUBSCRIBE and UNSUBACK", () => {
  test("MQTT-3.10.1-1: the bytes of an UNSUBSCRIBE", () => {
    const bench = new EngineBench().online();
    bench.unsubscribe("a/+", "é");
    expect(hexOfBytes(bench.sentPackets().at(-1)?.bytes ?? new Uint8Array())).toBe(
      "a2 0c 00 01 00 00 03 61 2f 2b 00 02 c3 a9",
    );
  });

  test("MQTT-2.2.1-6, MQTT-3.10.4-5: it settles the request with its id, whatever the order", () => {
    const bench = new EngineBench().online();
    const ids = [bench.unsubscribe("a"), bench.unsubscribe("b", "c")];
    bench.receive(unsuback(7, 0), unsuback(2, 0x11, 0x87));
    expect(bench.outcomes(ids)).toEqual(["pending", "done"]);
    expect(bench.settlement(ids[1] ?? 0)).toMatchObject({
      unsubscribe: { topicFilters: ["b", "c"] },
      unsuback: { reasonCodes: [0x11, 0x87] },
    });
    bench.receive(unsuback(1, 0));
    expect(bench.outcomes(ids)).toEqual(["done", "done"]);
  });

  test("MQTT-3.11.3-2: every listed code is passed on, in the order of the filters", () => {
    const bench = new EngineBench().online();
    const id = bench.unsubscribe(...unsubackCodes.map((code) => `f${String(code)}`));
    bench.receive(unsuback(1, ...unsubackCodes));
    expect(bench.settlement(id)).toMatchObject({ unsuback: { reasonCodes: unsubackCodes } });
  });

  test("MQTT-3.11.3-2: every other code ends the connection with 0x82", () => {
    for (const code of unlisted(unsubackCodes)) {
      const bench = rejoiningBench().online();
      const id = bench.unsubscribe("f");
      bench.sent();
      bench.receive(unsuback(1, code));
      expect([bench.sent(), bench.outcome(id)]).toEqual([["disconnect 0x82"], "pending"]);
      expect(bench.lastError).toMatchObject({ statement: "MQTT-3.11.3-2" });
    }
  });

  test("MQTT-3.11.3-1: the UNSUBACK of MQTT 3.1.1, which has no codes, ends the connection with 0x81", () => {
    const bench = new EngineBench().online();
    bench.unsubscribe("f");
    bench.receive("b0 02 00 01");
    expect(bench.sent().at(-1)).toBe("disconnect 0x81");
  });

  test("MQTT-3.11.3-1: each code is told beside its filter", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const unsubscribed = client.unsubscribe(["a", "b"]);
    await clock.settle();
    peer.send(unsuback(peer.expect("unsubscribe").packetId, 0x11, 0));
    await expect(unsubscribed).resolves.toMatchObject({
      results: [
        { topicFilter: "a", reasonCode: 0x11 },
        { topicFilter: "b", reasonCode: 0 },
      ],
    });
  });
});

describe("R-3.8.4-replace: a filter that is subscribed again", () => {
  test("takes its new options and identifier, and a message is still delivered once", () => {
    const bench = new EngineBench().online();
    bench.subscribe([{ topicFilter: "t", qos: 0 }], { subscriptionIdentifier: 1 });
    bench.receive(suback(1, 0));
    bench.subscribe([{ topicFilter: "t", qos: 1, noLocal: true }], { subscriptionIdentifier: 2 });
    bench.receive(suback(2, 1), publish({ properties: { subscriptionIdentifier: 2 } }));
    expect(bench.sentPackets().at(-1)?.packet).toMatchObject({
      subscriptions: [{ topic: "t", qos: 1, nl: true }],
      properties: { subscriptionIdentifier: 2 },
    });
    expect(bench.messages.map(({ packet }) => packet.subscriptionIdentifiers)).toEqual([[2]]);
  });
});

describe("R-3.2.2.3-unavailable: what the server does not have is not asked for", () => {
  test.each([
    ["a wildcard", { wildcardSubscriptionAvailable: false }, "a/+", {}],
    ["an identifier", { subscriptionIdentifiersAvailable: false }, "a", { subscriptionIdentifier: 1 }],
    ["a shared subscription", { sharedSubscriptionAvailable: false }, "$share/g/a", {}],
  ])("%s: refused here, nothing is written, and the connection stays", (_, properties, filter, request) => {
    const bench = new EngineBench().online(connack(properties));
    bench.sent();
    const ids = [bench.subscribe(filter, request), bench.subscribe("plain")];
    expect(bench.outcomes(ids)).toEqual(["NOT_SUPPORTED_BY_SERVER notSent", "pending"]);
    expect(bench.sent()).toEqual(["subscribe #1 plain"]);
    expect(bench.engine.state).toBe("connected");
  });
});
