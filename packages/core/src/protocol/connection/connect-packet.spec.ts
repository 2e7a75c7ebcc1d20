import { describe, expect, test } from "@jest/globals";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import { ConnectPackets, type SessionBehavior } from "./connect-packet.js";

const request = { keepAlive: 1, sessionExpiryInterval: 60 };
const accepted: ConnackPacket = { type: "connack", sessionPresent: false, reasonCode: 0 };

const home = "home.example:1883";
const other = "other.example:1883";

function makePackets(sessionBehavior: SessionBehavior = "rejoinAlways", serversShareSessions = false): ConnectPackets {
  return new ConnectPackets({ sessionBehavior, serversShareSessions }, 0);
}

/** The parts of one connection that differ from test to test. */
interface Options {
  readonly clientId?: string;
  readonly connack?: Partial<ConnackPacket>;
  readonly server?: string;
}

/** Makes one CONNECT. */
function connectTo(packets: ConnectPackets, { clientId, server = home }: Options = {}): ConnectPacket {
  return packets.make({ ...request, ...(clientId !== undefined && { clientId }) }, server);
}

/** One connection from CONNECT to its end; gives the CONNECT. */
function connectOnce(packets: ConnectPackets, options: Options = {}): ConnectPacket {
  const connect = connectTo(packets, options);
  packets.accept(connect, { ...accepted, ...options.connack });
  return connect;
}

describe("Clean Start", () => {
  test.each<[SessionBehavior, readonly boolean[]]>([
    ["clean", [true, true, true]],
    ["rejoinPostSuccess", [true, false, true]],
    ["rejoinAlways", [false, false, false]],
  ])("%s: on the first connection, the next, and the first after a start: %p", (behavior, expected) => {
    const packets = makePackets(behavior);
    packets.start();
    const cleanStarts = [connectOnce(packets).cleanStart, connectOnce(packets).cleanStart];
    packets.start();
    expect([...cleanStarts, connectOnce(packets).cleanStart]).toEqual(expected);
  });

  test("does not follow a session that ended with its connection: the server says that it is gone", () => {
    const packets = makePackets();
    expect(connectOnce(packets, { connack: { sessionExpiryInterval: 0 } }).cleanStart).toBe(false);
    expect(connectOnce(packets).cleanStart).toBe(false);
  });

  test("follows a DISCONNECT that ended the session (section 3.14.2.2.2)", () => {
    const packets = makePackets();
    connectOnce(packets);
    packets.handleDisconnect({ type: "disconnect", reasonCode: 0, sessionExpiryInterval: 0 });
    expect(connectOnce(packets).cleanStart).toBe(true);
  });

  test("MQTT-3.1.3-2: under another client id there is another session", () => {
    const packets = makePackets();
    expect(connectOnce(packets, { clientId: "one" }).cleanStart).toBe(false);
    expect(connectOnce(packets, { clientId: "two" }).cleanStart).toBe(true);
    expect(connectOnce(packets, { clientId: "two" }).cleanStart).toBe(false);
  });
});

describe("at another server than that of the last connection", () => {
  test("Clean Start is asked for, until that server has accepted", () => {
    const packets = makePackets();
    expect(connectOnce(packets).cleanStart).toBe(false);
    expect(connectTo(packets, { server: other }).cleanStart).toBe(true);
    expect(connectTo(packets).cleanStart).toBe(false); // the attempt that failed has changed nothing
    expect(connectOnce(packets, { server: other }).cleanStart).toBe(true);
    expect(connectOnce(packets, { server: other }).cleanStart).toBe(false);
    expect(connectTo(packets).cleanStart).toBe(true);
  });

  test("the session is asked for if the servers share their sessions", () => {
    const packets = makePackets("rejoinAlways", true);
    connectOnce(packets);
    expect(connectOnce(packets, { server: other }).cleanStart).toBe(false);
  });

  test.each([
    [false, ""],
    [true, "given"],
  ])("sharing sessions or not (%p), the client id that the first one assigned is %j", (isShared, expected) => {
    const packets = makePackets("rejoinAlways", isShared);
    connectOnce(packets, { connack: { assignedClientIdentifier: "given" } });
    expect(connectTo(packets, { server: other }).clientId).toBe(expected);
    expect(connectTo(packets)).toMatchObject({ clientId: "given", cleanStart: false });
  });
});

describe("a CONNACK that does not become a connection", () => {
  interface Unaccepted {
    readonly clientId?: string;
    readonly server?: string;
    readonly sessionPresent?: boolean;
    readonly isShared?: boolean;
  }

  /** The first connection of `own`, then a CONNACK that is not accepted. */
  function replaced({ sessionPresent = false, isShared = false, ...options }: Unaccepted): ConnectPackets {
    const packets = makePackets("rejoinAlways", isShared);
    connectOnce(packets, { clientId: "own" });
    packets.handleConnack(connectTo(packets, { clientId: "own", ...options }), { ...accepted, sessionPresent });
    return packets;
  }
  const resumed = { ...accepted, sessionPresent: true };
  const isResumed = (packets: ConnectPackets): boolean =>
    packets.accept(connectTo(packets, { clientId: "own" }), resumed).settings.rejoinedSession;

  test.each<[string, Unaccepted, boolean]>([
    ["replaced our session, if it says Session Present 0", {}, false],
    ["left our session alone, if it says Session Present 1", { sessionPresent: true }, true],
    ["left our session alone, if it was for another client id", { clientId: "other" }, true],
    ["left our session alone, if it came from another server", { server: other }, true],
    ["replaced our session, if the other server shares it", { server: other, isShared: true }, false],
  ])("%s", (_, unaccepted, expected) => {
    expect(isResumed(replaced(unaccepted))).toBe(expected);
  });

  test("counts until the next connection, which gives the session up", () => {
    const packets = replaced({});
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
  const packets = makePackets(behavior);
  const connect = packets.make({ keepAlive: 1, sessionExpiryInterval }, home);
  expect([packets.mustWarn(connect), packets.mustWarn(connect)]).toEqual(expected);
});

describe("the client id", () => {
  test("that the server assigned is used from then on, unless the application has one (section 3.2.2.3.7)", () => {
    const packets = makePackets();
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
    const packets = makePackets(behavior);
    connectOnce(packets);
    expect(packets.handleStopped(disconnect)).toBe(fate);
  });

  test("with a session expiry interval of 0 discards it, and the next connection starts clean", () => {
    const packets = makePackets();
    connectOnce(packets);
    expect(packets.handleStopped({ ...disconnect, sessionExpiryInterval: 0 })).toBe("discarded");
    expect(connectOnce(packets).cleanStart).toBe(true);
  });
});

test("the options are not touched, and the highest alias is announced where there is one", () => {
  const options = Object.freeze({ keepAlive: 7, username: "u" });
  const settings = { sessionBehavior: "clean", serversShareSessions: false } as const;
  const connect = new ConnectPackets(settings, 9).make(options, home);
  expect(connect).toMatchObject({ type: "connect", keepAlive: 7, username: "u", topicAliasMaximum: 9 });
  expect(makePackets("clean").make(options, home)).not.toHaveProperty("topicAliasMaximum");
});
