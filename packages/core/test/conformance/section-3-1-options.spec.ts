/** What an application may put into CONNECT, and what is refused before anything is written (section 3.1). */
import { describe, expect, test } from "@jest/globals";
import type { ConnectOptions } from "../../src/client/options/connect-options.js";
import { connack } from "../support/server-bytes.js";
import { type ClientBench, makeBench, makeConnectedBench } from "../support/test-client.js";

/** What a caller without TypeScript may pass. */
function untyped(value: unknown): never {
  return value as never;
}

async function connectWith(connectOptions: ConnectOptions) {
  const bench = makeBench({ connectOptions });
  bench.client.start();
  bench.peer.open();
  await bench.clock.settle();
  const packet = bench.peer.expect("connect");
  bench.peer.expectNothing();
  return packet;
}

const none = new Uint8Array(0);

describe("CONNECT", () => {
  test("MQTT-3.1.2-17, MQTT-3.1.2-19: an empty user name and an empty password are sent", async () => {
    expect(await connectWith({ username: "", password: "" })).toMatchObject({ username: "", password: none });
  });

  test("MQTT-3.1.2-16, MQTT-3.1.2-19: a password needs no user name", async () => {
    const packet = await connectWith({ password: "secret" });
    expect(packet.username).toBeUndefined();
    expect(packet.password).toEqual(new TextEncoder().encode("secret"));
  });

  test("MQTT-3.1.2-9: a will without payload is a will", async () => {
    const packet = await connectWith({ will: { topic: "w" } });
    expect(packet.will).toMatchObject({ topic: "w", payload: none, qos: 0, retain: false });
  });

  test.each([
    ["MQTT-3.1.3-4", { clientId: "a\0" }],
    ["MQTT-3.1.3-4", { clientId: "\ud800" }],
    ["MQTT-3.1.3-12", { username: "a\0" }],
    ["MQTT-3.1.3-12", { username: "\udfff" }],
    ["MQTT-3.1.3-11", { will: { topic: "a\0" } }],
    ["MQTT-3.1.3-11", { will: { topic: "a/#" } }],
    ["MQTT-3.1.2-12", { will: { topic: "w", qos: 3 } }],
    ["MQTT-1.5.7-1", { userProperties: [{ name: "\0", value: "" }] }],
    ["MQTT-1.5.7-1", { userProperties: [{ name: "a", value: "\ud800" }] }],
    ["R-3.1.2.11.3-receive-maximum", { receiveMaximum: 0 }],
    ["R-3.1.2.11.4-maximum-packet-size", { maximumPacketSize: 0 }],
    ["R-3.2.2.3-flag-values", { requestProblemInformation: 2 }],
  ])("%s: %j is refused", (_, connectOptions) => {
    expect(() => makeBench({ connectOptions: untyped(connectOptions) })).toThrow(/^connectOptions\./);
  });
});

describe("the client id (R-3.1.3.1-empty-client-id, R-3.2.2.3.7-assigned-client-id)", () => {
  const reconnect = async ({ client, peer, clock }: ClientBench): Promise<string> => {
    client.start();
    await clock.settle();
    peer.close();
    await clock.advanceAndSettle(1_000);
    return peer.expect("connect").clientId;
  };

  test("MQTT-3.1.3-3, MQTT-3.2.2-16: an empty one is sent, and the one that the server gives is used from then on", async () => {
    const bench = makeBench({ sessionBehavior: "rejoinAlways", connectOptions: { sessionExpiryInterval: 60 } });
    bench.peer.acceptConnections(connack({ assignedClientIdentifier: "given" }));
    bench.client.start();
    await bench.clock.settle();
    expect(bench.peer.expect("connect")).toMatchObject({ clientId: "", cleanStart: false });
    expect(await reconnect(bench)).toBe("given");
  });

  test("MQTT-3.1.3-2: two clients share nothing", async () => {
    const benches = [
      await makeConnectedBench({ connectOptions: { clientId: "one" } }),
      await makeConnectedBench({ connectOptions: { clientId: "two" } }),
    ];
    const [one, two] = benches;
    const published = one?.client.publish({ topic: "t", qos: 1 });
    published?.catch(() => undefined);
    await one?.clock.settle();
    expect(one?.peer.expect("publish").packetId).toBe(1);
    await two?.clock.advanceAndSettle(1_000);
    two?.peer.expectNothing();
    await Promise.all(benches.flatMap(({ client, clock }) => [client.stop(), clock.settle()]));
  });
});

describe("R-3.1.4-before-connack: before CONNACK", () => {
  test("MQTT-3.1.0-1: calls wait, and a refusal leaves nothing half done", async () => {
    const bench = makeBench();
    const { client, peer, clock, ledger } = bench;
    client.start();
    ledger.register("publish", client.publish({ topic: "t", qos: 1 }));
    ledger.register("subscribe", client.subscribe("f"));
    peer.open();
    await clock.settle();
    peer.expect("connect");
    peer.expectNothing();
    peer.send(connack({}, { reasonCode: 0x87 }));
    await clock.settle();
    peer.expectNothing();
    expect(ledger.pending).toHaveLength(2);
    await Promise.all([client.stop(), clock.settle()]);
    expect(ledger.pending).toEqual([]);
  });
});

describe("R-3.14.4-will, R-3.14.2.2.2-session-expiry: DISCONNECT", () => {
  test.each([
    [{}, 0x00],
    [{ disconnect: { reasonCode: 0x04 } }, 0x04],
  ] as const)("%j drops the will, or has it published", async (options, reasonCode) => {
    const { client, peer, clock } = await makeConnectedBench({ connectOptions: { will: { topic: "w" } } });
    const stopped = client.stop(options);
    await clock.settle();
    expect(peer.expect("disconnect").reasonCode).toBe(reasonCode);
    await stopped;
  });

  test("MQTT-3.14.2-1: a code that only a server sends is refused, and the client stays connected", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    for (const reasonCode of [0x01, 0x87, 0x8b, 0x8e, 0x9d]) {
      await expect(client.stop({ disconnect: untyped({ reasonCode }) })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    }
    await clock.settle();
    peer.expectNothing();
    expect(client.isConnected).toBe(true);
  });

  test("a session that ends with its connection cannot be made to live longer", async () => {
    const { client } = await makeConnectedBench();
    await expect(client.stop({ disconnect: { sessionExpiryInterval: 10 } })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    expect(client.isConnected).toBe(true);
  });
});
