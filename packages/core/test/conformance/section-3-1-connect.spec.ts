import { describe, expect, test } from "@jest/globals";
import { hexOfBytes } from "../../src/testing/bytes.js";
import { EngineBench, type BenchOptions } from "../support/engine-bench.js";
import { connack } from "../support/server-bytes.js";

function connectOf(options: BenchOptions = {}) {
  const [first] = new EngineBench(options).start().sentPackets();
  if (first?.packet.cmd !== "connect") {
    throw new Error("the first packet is no CONNECT");
  }
  return { bytes: first.bytes, packet: first.packet };
}

describe("CONNECT", () => {
  test("MQTT-3.1.2-1, MQTT-3.1.2-2, MQTT-3.1.2-3, MQTT-2.2.2-1, MQTT-3.1.3-3: the smallest one, byte by byte", () => {
    const bench = new EngineBench();
    bench.connect = { keepAlive: 60 };
    const [first] = bench.start().sentPackets();
    expect(hexOfBytes(first?.bytes ?? new Uint8Array())).toBe("10 0d 00 04 4d 51 54 54 05 02 00 3c 00 00 00");
  });

  test("MQTT-3.1.3-1: everything in its order, as another implementation reads it", () => {
    const { packet } = connectOf({
      connect: {
        clientId: "id",
        keepAlive: 17,
        username: "",
        password: new Uint8Array(0),
        sessionExpiryInterval: 1,
        receiveMaximum: 2,
        maximumPacketSize: 300,
        requestResponseInformation: true,
        requestProblemInformation: false,
        userProperties: [{ name: "a", value: "b" }],
        will: {
          topic: "w",
          payload: "",
          qos: 2,
          retain: true,
          willDelayInterval: 5,
          messageExpiryInterval: 6,
          contentType: "c",
          responseTopic: "r",
          correlationData: Uint8Array.of(1),
        },
      },
    });
    expect(packet).toMatchObject({
      clientId: "id",
      clean: true,
      keepalive: 17,
      username: "",
      password: Buffer.alloc(0),
      properties: { sessionExpiryInterval: 1, receiveMaximum: 2, maximumPacketSize: 300 },
      will: { topic: "w", payload: Buffer.alloc(0), qos: 2, retain: true, properties: { willDelayInterval: 5 } },
    });
  });

  test("MQTT-3.1.2-11, MQTT-3.1.2-13, MQTT-3.1.2-16, MQTT-3.1.2-18: no will, no user name, no password: flags 0", () => {
    expect(connectOf().bytes[9]).toBe(0b0000_0010);
  });

  test("MQTT-3.1.0-1, MQTT-3.1.0-2: it is the first packet and the only CONNECT of a connection", () => {
    const bench = new EngineBench({ connect: { keepAlive: 1 } });
    bench.publish();
    bench.subscribe("f");
    bench.start().start();
    bench.publish({ qos: 2 });
    bench.receive(connack()).start().checkConnection();
    const sent = bench.sent();
    expect(sent[0]).toBe("connect clean");
    expect(sent.filter((text) => text.startsWith("connect"))).toHaveLength(1);
  });

  test("MQTT-3.1.0-1, MQTT-3.1.0-2: a transport that opens too early, or again, brings no CONNECT", () => {
    const early = new EngineBench();
    early.answersConnect = false;
    early.start().openTransport();
    expect([early.sent(), early.engine.state]).toEqual([[], "connecting"]);
    const again = new EngineBench().online().openTransport();
    expect([again.sent(), again.engine.state]).toEqual([["connect clean"], "connected"]);
  });

  test("MQTT-3.1.4: nothing is sent before CONNACK, whatever is asked for", () => {
    const bench = new EngineBench({ connect: { keepAlive: 1 } }).start();
    bench.publishAll(1, "a", "b");
    bench.subscribe("f");
    bench.unsubscribe("f");
    bench.checkConnection().advance(10_000);
    expect(bench.sent()).toEqual(["connect clean"]);
  });
});
