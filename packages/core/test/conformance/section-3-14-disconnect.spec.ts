import { describe, expect, test } from "@jest/globals";
import { EngineBench } from "../support/engine-bench.js";
import { connack, disconnect, publish } from "../support/server-bytes.js";

const serverCodes = [
  0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,
  0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
];

describe("DISCONNECT from the server", () => {
  test.each([...serverCodes, 0x04, 0x7f, 0xfe])("MQTT-3.14.2-1: code %i is told, and the connection closed", (code) => {
    const bench = new EngineBench().online().receive(disconnect(code));
    expect(bench.told().at(-1)).toBe("disconnection DISCONNECTED");
    expect(bench.lastError).toMatchObject({ source: "server", disconnect: { reasonCode: code } });
    expect(bench.sent()).toEqual(["connect clean"]);
  });

  test("MQTT-3.14.4-1: the short forms end with their own length, and what follows is ignored", () => {
    for (const bytes of ["e0 00", "e0 01 8b", "e0 02 8b 00"]) {
      const bench = new EngineBench().online().receive(bytes, publish({ qos: 1, packetId: 1 }));
      expect([bench.topics, bench.sent()]).toEqual([[], ["connect clean"]]);
    }
  });

  test("3.2.2.3.16: the server reference is told, and not followed", () => {
    const bench = new EngineBench().online().receive("e0 07 9c 05 1c 00 02 68 32");
    expect(bench.lastError).toMatchObject({ disconnect: { reasonCode: 0x9c, serverReference: "h2" } });
    expect(bench.engine.state).toBe("waitingToReconnect");
  });
});

describe("DISCONNECT from the client", () => {
  test("carries what the application said", () => {
    const bench = new EngineBench().online();
    bench.stop({
      disconnect: {
        reasonCode: 4,
        sessionExpiryInterval: 7,
        reasonString: "bye",
        userProperties: [{ name: "a", value: "b" }],
      },
    });
    expect(bench.sentPackets().at(-1)?.packet).toMatchObject({
      cmd: "disconnect",
      reasonCode: 4,
      properties: { sessionExpiryInterval: 7, reasonString: "bye", userProperties: { a: "b" } },
    });
  });

  test("MQTT-3.14.2-3, MQTT-3.14.2-4: without its explanation where the whole would be too large", () => {
    const bench = new EngineBench().online(connack({ maximumPacketSize: 20 }));
    bench.stop({
      disconnect: {
        sessionExpiryInterval: 7,
        reasonString: "x".repeat(20),
        userProperties: [{ name: "a", value: "b" }],
      },
    });
    const packet = bench.sentPackets().at(-1)?.packet;
    expect(packet).toMatchObject({ cmd: "disconnect", properties: { sessionExpiryInterval: 7 } });
    expect(packet).not.toHaveProperty("properties.reasonString");
    expect(packet).not.toHaveProperty("properties.userProperties");
  });

  test("MQTT-3.14.4-1: with acknowledgements, a PINGREQ and publishes due it is the last packet", () => {
    const bench = new EngineBench({ connect: { keepAlive: 10 } }).online().receive(publish({ qos: 1, packetId: 1 }));
    bench.closes = false;
    bench.advance(8_999).stop();
    bench.acknowledge(bench.lastDelivery);
    bench.publishAll(0, "late");
    bench.publishAll(1, "late");
    bench.checkConnection().advance(500);
    expect(bench.sent()).toEqual(["connect clean", "disconnect"]);
  });
});
