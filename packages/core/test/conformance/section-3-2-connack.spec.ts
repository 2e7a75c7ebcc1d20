import { describe, expect, test } from "@jest/globals";
import { ConnectRejectedError } from "../../src/protocol/errors/connection-errors.js";
import { negotiate } from "../../src/protocol/connection/negotiated-settings.js";
import { EngineBench } from "../support/engine-bench.js";
import { connack } from "../support/server-bytes.js";

const refusals = [
  0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c,
  0x9d, 0x9f,
];

describe("a refusal", () => {
  test.each(refusals)("MQTT-3.2.2-7, MQTT-4.13.2-1: CONNACK %i fails the attempt, and we close", (reasonCode) => {
    const bench = new EngineBench().start();
    bench.closes = false;
    bench.receive(connack({ reasonString: "because" }, { reasonCode }));
    expect(bench.events.at(-1)).toEqual({ type: "closeRequested", attempt: 1, isImmediate: false });
    bench.cut();
    expect(bench.lastError).toBeInstanceOf(ConnectRejectedError);
    expect(bench.lastError).toMatchObject({ connack: { reasonCode }, phase: "connack" });
    const event = bench.events.find(({ type }) => type === "connectionFailure");
    expect(event).toMatchObject({ connack: { reasonCode, reasonString: "because" } });
  });

  test.each([0x01, 0x7f, 0x91, 0xff])("MQTT-3.2.2-8: an unlisted code (%i) is a refusal too", (reasonCode) => {
    const bench = new EngineBench().start().receive(Uint8Array.of(0x20, 3, 0, reasonCode, 0));
    expect(bench.told().at(-1)).toBe("connectionFailure CONNECT_REJECTED");
  });

  test("MQTT-3.2.2-6: Session Present in a refusal does not hide it", () => {
    const bench = new EngineBench().start().receive("20 03 01 87 00");
    expect(bench.lastError).toMatchObject({ code: "CONNECT_REJECTED", connack: { reasonCode: 0x87 } });
  });

  test("MQTT-3.1.2-2: the CONNACK of MQTT 3.1.1 is a clear unsupported protocol version, tried again late", () => {
    const bench = new EngineBench().start().receive("20 02 00 01");
    expect(bench.told().at(-1)).toBe("connectionFailure UNSUPPORTED_PROTOCOL_VERSION");
    expect(bench.lastError?.message).toContain("unsupported protocol version");
    expect(bench.engine.pollTimeout()).toBe(120_000);
  });

  test("MQTT-3.1.3-8: a refused client id is told as such", () => {
    const bench = new EngineBench().start().receive(connack({}, { reasonCode: 0x85 }));
    expect(bench.lastError).toMatchObject({ connack: { reasonCode: 0x85 }, retryable: false });
  });
});

describe("negotiated settings", () => {
  const connect = { type: "connect", cleanStart: true, keepAlive: 60, clientId: "mine" } as const;
  const plain = { type: "connack", sessionPresent: false, reasonCode: 0 } as const;

  test("without properties the defaults of the specification hold", () => {
    expect(negotiate(connect, plain)).toEqual({
      maximumQos: 2,
      sessionExpiryInterval: 0,
      receiveMaximumFromServer: 65_535,
      maximumPacketSizeToServer: 268_435_460,
      topicAliasMaximumToServer: 0,
      topicAliasMaximumToClient: 0,
      serverKeepAlive: 60,
      retainAvailable: true,
      wildcardSubscriptionsAvailable: true,
      subscriptionIdentifiersAvailable: true,
      sharedSubscriptionsAvailable: true,
      rejoinedSession: false,
      clientId: "mine",
    });
  });

  test("what the server says replaces what we asked for, zero and false too", () => {
    const settings = negotiate(
      { ...connect, clientId: "", sessionExpiryInterval: 300, topicAliasMaximum: 9 },
      {
        ...plain,
        sessionPresent: true,
        sessionExpiryInterval: 0,
        receiveMaximum: 1,
        maximumQos: 0,
        retainAvailable: false,
        maximumPacketSize: 4_294_967_295,
        topicAliasMaximum: 4,
        wildcardSubscriptionsAvailable: false,
        subscriptionIdentifiersAvailable: false,
        sharedSubscriptionsAvailable: false,
        serverKeepAlive: 0,
        assignedClientIdentifier: "given",
      },
    );
    expect(settings).toEqual({
      maximumQos: 0,
      sessionExpiryInterval: 0,
      receiveMaximumFromServer: 1,
      maximumPacketSizeToServer: 268_435_460,
      topicAliasMaximumToServer: 4,
      topicAliasMaximumToClient: 9,
      serverKeepAlive: 0,
      retainAvailable: false,
      wildcardSubscriptionsAvailable: false,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionsAvailable: false,
      rejoinedSession: true,
      clientId: "given",
    });
  });

  test("an absent session expiry in CONNACK leaves ours", () => {
    expect(negotiate({ ...connect, sessionExpiryInterval: 300 }, plain).sessionExpiryInterval).toBe(300);
  });

  test("3.2.2: the settings come in any cutting of the CONNACK", () => {
    const bytes = connack({ receiveMaximum: 3, maximumQoS: 1, serverKeepAlive: 7, assignedClientIdentifier: "x" });
    const bench = new EngineBench({ connect: { clientId: "" } }).start().receiveSlowly(bytes);
    expect(bench.events.find(({ type }) => type === "connectionSuccess")).toMatchObject({
      negotiatedSettings: { receiveMaximumFromServer: 3, maximumQos: 1, serverKeepAlive: 7, clientId: "x" },
    });
  });
});
