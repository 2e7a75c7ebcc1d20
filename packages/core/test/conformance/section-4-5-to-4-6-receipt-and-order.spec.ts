/** That everything received is answered, and the order in which things leave (sections 4.5 and 4.6). */
import { describe, expect, test } from "@jest/globals";
import { EngineBench, rejoiningBench } from "../support/engine-bench.js";
import { connack, connackResumed, puback, pubcomp, publish, pubrec, suback } from "../support/server-bytes.js";
import { makeConnectedBench } from "../support/test-client.js";

describe("MQTT-4.5.0-2: every message is acknowledged as its QoS asks", () => {
  test("though nobody listens (MQTT-3.3.2-3)", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    client.messages("asked"); // takes none of them
    await clock.settle();
    peer.expect("subscribe");
    peer.send(publish({ topic: "nobody/asked", qos: 1, packetId: 5 }), publish({ qos: 2, packetId: 6 }));
    await clock.settle();
    expect(peer.takeAll()).toMatchObject([
      { type: "puback", packetId: 5, reasonCode: 0 },
      { type: "pubrec", packetId: 6, reasonCode: 0 },
    ]);
  });

  test("though the listener throws", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const errors: unknown[] = [];
    client.on("handlerError", (event) => errors.push(event));
    client.on("messageReceived", () => {
      throw new Error("not my day");
    });
    peer.send(publish({ qos: 1, packetId: 5 }), publish({ qos: 2, packetId: 6 }));
    await clock.settle();
    expect(peer.takeAll().map(({ type }) => type)).toEqual(["puback", "pubrec"]);
    expect(errors).toHaveLength(2);
  });

  test("R-4.6-order: 1 000 messages come to the listener in the order in which they were received", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const received: string[] = [];
    client.on("messageReceived", ({ message }) => received.push(message.text()));
    const payloads = Array.from({ length: 1_000 }, (_, index) => String(index));
    peer.send(...payloads.map((payload, index) => publish({ payload, qos: 1, packetId: index + 1 })));
    await clock.settle();
    expect(received).toEqual(payloads);
    expect(peer.takeAll()).toHaveLength(1_000);
  });
});

describe("order", () => {
  test("MQTT-4.6.0-1: five of both QoS are sent again as they were, and new ones come after them", () => {
    const bench = rejoiningBench().online();
    ([1, 2, 2, 1, 2] as const).forEach((qos, index) => bench.publish({ qos, topic: String(index) }));
    bench.sent();
    bench.cut();
    bench.publish({ qos: 1, topic: "new" });
    bench.online(connackResumed());
    expect(bench.sent()).toEqual([
      "connect resume",
      "publish #1 q1 dup 0",
      "publish #2 q2 dup 1",
      "publish #3 q2 dup 2",
      "publish #4 q1 dup 3",
      "publish #5 q2 dup 4",
      "publish #6 q1 new",
    ]);
  });

  test("MQTT-4.6.0-1: also where the ids have wrapped round", () => {
    const queue = { maxOperations: 65_534, maxBytes: 2 ** 27, whenFull: "reject" } as const;
    const bench = rejoiningBench({ queue }).online();
    bench.flushes = false;
    for (let id = 1; id <= 65_534; id += 1) {
      bench.subscribe("f");
    }
    bench.flush();
    bench.flushes = true;
    bench.receive(...Array.from({ length: 65_534 }, (_, index) => suback(index + 1, 0)));
    bench.publishAll(1, "a", "b", "c");
    bench.sent();
    bench.cut().online(connackResumed());
    expect(bench.sent()).toEqual([
      "connect resume",
      "publish #65535 q1 dup a",
      "publish #1 q1 dup b",
      "publish #2 q1 dup c",
    ]);
  });

  test.each([
    ["MQTT-4.6.0-2", 1, "puback"],
    ["MQTT-4.6.0-3", 2, "pubrec"],
  ] as const)("%s: at QoS %i the answers leave as the messages came, finished 3, 1, 2", (_, qos, answer) => {
    const bench = new EngineBench().online();
    bench.receive(...[11, 12, 13].map((packetId) => publish({ qos, packetId })));
    const [first, second, third] = bench.messages.map(({ deliveryId }) => deliveryId);
    bench.sent();
    bench.acknowledge(third ?? 0);
    expect(bench.sent()).toEqual([]);
    bench.acknowledge(first ?? 0);
    expect(bench.sent()).toEqual([`${answer} #11`]);
    bench.acknowledge(second ?? 0);
    expect(bench.sent()).toEqual([`${answer} #12`, `${answer} #13`]);
  });

  test("MQTT-4.6.0-4: PUBRELs leave as the PUBRECs came, at once and on the next connection", () => {
    const bench = rejoiningBench().online();
    bench.publishAll(2, "a", "b", "c");
    bench.sent();
    bench.receive(pubrec(3), pubrec(1), pubrec(2));
    expect(bench.sent()).toEqual(["pubrel #3", "pubrel #1", "pubrel #2"]);
    bench.receive(pubcomp(1)).cut().online(connackResumed());
    expect(bench.sent()).toEqual(["connect resume", "pubrel #3", "pubrel #2"]);
  });

  test("R-4.6-order: a full quota does not let a later publish of the same QoS go first", () => {
    const bench = new EngineBench().online(connack({ receiveMaximum: 1 }));
    bench.publishAll(1, "a", "b", "c");
    bench.sent();
    bench.receive(puback(1)).receive(puback(2)).receive(puback(3));
    expect(bench.sent()).toEqual(["publish #2 q1 b", "publish #3 q1 c"]);
  });
});
