import { describe, expect, test } from "@jest/globals";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import { negotiate } from "./negotiated-settings.js";
import { ConnectPackets, type SessionBehavior } from "./connect-packet.js";

const request = { keepAlive: 1, sessionExpiryInterval: 60 };
const accepted: ConnackPacket = { type: "connack", sessionPresent: false, reasonCode: 0 };

/** One connection from CONNECT to its end; gives the CONNECT. */
function connectOnce(
  packets: ConnectPackets,
  options: { readonly clientId?: string; readonly connack?: Partial<ConnackPacket> } = {},
): { readonly cleanStart: boolean; readonly clientId: string } {
  const { clientId, connack } = options;
  const connect = packets.make({ ...request, ...(clientId !== undefined && { clientId }) });
  const settings = negotiate(connect, { ...accepted, ...connack });
  packets.handleConnected({ ...accepted, ...connack }, settings);
  return connect;
}

describe("Clean Start", () => {
  test.each<[SessionBehavior, readonly boolean[]]>([
    ["clean", [true, true, true]],
    ["rejoinPostSuccess", [true, false, true]],
    ["rejoinAlways", [false, false, false]],
  ])("%s: on the first connection, the next, and the first after a start: %p", (behavior, expected) => {
    const packets = new ConnectPackets(behavior, 0);
    packets.start();
    const cleanStarts = [connectOnce(packets).cleanStart, connectOnce(packets).cleanStart];
    packets.start();
    expect([...cleanStarts, connectOnce(packets).cleanStart]).toEqual(expected);
  });

  test("does not follow a session that ended with its connection: the server says that it is gone", () => {
    const packets = new ConnectPackets("rejoinAlways", 0);
    expect(connectOnce(packets, { connack: { sessionExpiryInterval: 0 } }).cleanStart).toBe(false);
    expect(connectOnce(packets).cleanStart).toBe(false);
  });

  test("follows a DISCONNECT that ended the session (section 3.14.2.2.2)", () => {
    const packets = new ConnectPackets("rejoinAlways", 0);
    connectOnce(packets);
    packets.handleDisconnect({ type: "disconnect", reasonCode: 0, sessionExpiryInterval: 0 });
    expect(connectOnce(packets).cleanStart).toBe(true);
  });

  test("MQTT-3.1.3-2: under another client id there is another session", () => {
    const packets = new ConnectPackets("rejoinAlways", 0);
    expect(connectOnce(packets, { clientId: "one" }).cleanStart).toBe(false);
    expect(connectOnce(packets, { clientId: "two" }).cleanStart).toBe(true);
    expect(connectOnce(packets, { clientId: "two" }).cleanStart).toBe(false);
  });
});

describe("a CONNACK that does not become a connection", () => {
  /** The first connection of `own`, then a CONNACK for this client id that is not accepted. */
  function replaced(clientId: string, sessionPresent: boolean): ConnectPackets {
    const packets = new ConnectPackets("rejoinAlways", 0);
    connectOnce(packets, { clientId: "own" });
    packets.handleConnack(packets.make({ ...request, clientId }), { ...accepted, sessionPresent });
    return packets;
  }
  const resumed = { ...accepted, sessionPresent: true };
  const isResumed = (packets: ConnectPackets): boolean =>
    packets.isResumed(packets.make({ ...request, clientId: "own" }), resumed);

  test.each([
    ["replaced our session, if it says Session Present 0", "own", false, false],
    ["left our session alone, if it says Session Present 1", "own", true, true],
    ["left our session alone, if it was for another client id", "other", false, true],
  ] as const)("%s", (_, clientId, sessionPresent, expected) => {
    expect(isResumed(replaced(clientId, sessionPresent))).toBe(expected);
  });

  test("counts until the next connection, which gives the session up", () => {
    const packets = replaced("own", false);
    expect(packets.handleStopped(undefined)).toBe("lost");
    connectOnce(packets, { clientId: "own" });
    expect([isResumed(packets), packets.handleStopped(undefined)]).toEqual([true, "kept"]);
  });
});

test.each<[SessionBehavior, number, readonly boolean[]]>([
  ["rejoinAlways", 0, [true, false]],
  ["rejoinPostSuccess", 0, [true, false]],
  ["rejoinAlways", 1, [false, false]],
  ["clean", 0, [false, false]],
])("%s with a session expiry interval of %i warns, and only once: %p", (behavior, sessionExpiryInterval, expected) => {
  const packets = new ConnectPackets(behavior, 0);
  const connect = packets.make({ keepAlive: 1, sessionExpiryInterval });
  expect([packets.mustWarn(connect), packets.mustWarn(connect)]).toEqual(expected);
});

describe("the client id", () => {
  test("that the server assigned is used from then on, unless the application has one (section 3.2.2.3.7)", () => {
    const packets = new ConnectPackets("rejoinAlways", 0);
    const connack = { assignedClientIdentifier: "given" };
    expect(connectOnce(packets, { connack }).clientId).toBe("");
    expect(connectOnce(packets)).toMatchObject({ clientId: "given", cleanStart: false });
    expect(connectOnce(packets, { clientId: "" })).toMatchObject({ clientId: "given", cleanStart: false });
    expect(connectOnce(packets, { clientId: "own" })).toMatchObject({ clientId: "own", cleanStart: true });
  });
});

describe("a stop", () => {
  const disconnect = { type: "disconnect", reasonCode: 0 } as const;

  test.each<[SessionBehavior, string]>([
    ["clean", "lost"],
    ["rejoinPostSuccess", "lost"],
    ["rejoinAlways", "kept"],
  ])("under %s leaves the session %s", (behavior, fate) => {
    const packets = new ConnectPackets(behavior, 0);
    connectOnce(packets);
    expect(packets.handleStopped(disconnect)).toBe(fate);
  });

  test("with a session expiry interval of 0 discards it, and the next connection starts clean", () => {
    const packets = new ConnectPackets("rejoinAlways", 0);
    connectOnce(packets);
    expect(packets.handleStopped({ ...disconnect, sessionExpiryInterval: 0 })).toBe("discarded");
    expect(connectOnce(packets).cleanStart).toBe(true);
  });
});

test("the options are not touched, and the highest alias is announced where there is one", () => {
  const options = Object.freeze({ keepAlive: 7, username: "u" });
  const connect = new ConnectPackets("clean", 9).make(options);
  expect(connect).toMatchObject({ type: "connect", keepAlive: 7, username: "u", topicAliasMaximum: 9 });
  expect(new ConnectPackets("clean", 0).make(options)).not.toHaveProperty("topicAliasMaximum");
});
