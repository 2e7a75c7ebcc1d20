import { describe, expect, test } from "@jest/globals";
import { hexOfBytes } from "../../src/testing/bytes.js";
import { EngineBench } from "../support/engine-bench.js";
import { connack, publish, pubrec, pubrel } from "../support/server-bytes.js";

describe("what the client writes", () => {
  test("MQTT-2.1.3-1, MQTT-3.6.1-1, MQTT-3.8.1-1, MQTT-3.10.1-1: the flags of every packet", () => {
    const bench = new EngineBench().online();
    bench.publish({ qos: 2 });
    bench.subscribe("f");
    bench.unsubscribe("f");
    bench.receive(pubrec(1), publish({ qos: 1, packetId: 1 }), publish({ qos: 2, packetId: 2 }));
    bench.messages.forEach(({ deliveryId }) => bench.acknowledge(deliveryId));
    bench.receive(pubrel(2)).checkConnection().stop();
    expect(bench.wire.map(({ text, bytes }) => `${text.split(" ")[0] ?? ""} ${hexOfBytes(bytes.slice(0, 1))}`)).toEqual(
      [
        "connect 10",
        "publish 34",
        "subscribe 82",
        "unsubscribe a2",
        "pubrel 62",
        "puback 40",
        "pubrec 50",
        "pubcomp 70",
        "pingreq c0",
        "disconnect e0",
      ],
    );
  });

  test("MQTT-2.2.2-1: no properties are a property length of 0", () => {
    const bench = new EngineBench().online();
    bench.publish({ qos: 1, payload: "x" });
    bench.subscribe("f");
    bench.unsubscribe("f");
    expect(
      bench
        .sentPackets()
        .slice(1)
        .map(({ bytes }) => hexOfBytes(bytes)),
    ).toEqual(["32 07 00 01 74 00 01 00 78", "82 07 00 02 00 00 01 66 00", "a2 06 00 03 00 00 01 66"]);
  });

  test.each([
    [127, 1],
    [128, 2],
    [16_383, 2],
    [16_384, 3],
    [2_097_151, 3],
    [2_097_152, 4],
  ])("MQTT-1.5.5-1: a remaining length of %i takes %i bytes", (length, width) => {
    const bench = new EngineBench().online();
    bench.publish({ qos: 0, topic: "t", payload: new Uint8Array(length - 4) });
    expect(bench.sentPackets().at(-1)?.bytes).toHaveLength(1 + width + length);
  });

  test("MQTT-2.2.1-3: an id is never 0, and is free again only after its exchange", () => {
    const bench = new EngineBench().online(connack({ receiveMaximum: 1 }));
    for (let count = 0; count < 3; count += 1) {
      bench.publish({ qos: 1 });
    }
    bench.receive("40 02 00 01").receive("40 02 00 02");
    expect(bench.sent().slice(1)).toEqual(["publish #1 q1 t", "publish #2 q1 t", "publish #3 q1 t"]);
  });
});
