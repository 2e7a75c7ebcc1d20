import { describe, expect, it } from "@jest/globals";
import { connack } from "../../../test/support/server-bytes.js";
import { type ClientBench, makeBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { ConnectionError } from "../../protocol/errors/connection-errors.js";
import type { ClientOptions } from "../options/client-options.js";

const refused = new ConnectionError({ phase: "tcp", message: "could not connect to broker.example:1883: refused" });
const everySecond: Partial<ClientOptions> = { retryJitterMode: "none", maxReconnectDelayMs: 1_000 };

/** Starts a client, and fails its attempts for this time. */
async function failFor(bench: ClientBench, durationMs: number): Promise<void> {
  bench.client.start();
  for (let passed = 0; passed <= durationMs; passed += 1_000) {
    await bench.clock.settle();
    bench.peer.close(refused);
    await bench.clock.advanceAndSettle(1_000);
  }
}

describe("a problem that nobody listens for", () => {
  it("is logged: the first failed attempt of a series, then one a minute, with what to do", async () => {
    const bench = makeBench(everySecond);
    await failFor(bench, 120_000);
    expect(bench.logged).toEqual([
      expect.stringMatching(
        /^no connection to broker\.example:1883: could not connect .*: refused\. Check host and port/,
      ),
      expect.stringContaining("(and 59 more since the last report)"),
      expect.stringContaining("(and 59 more since the last report)"),
    ]);
  });

  it("begins a series anew after a connection, and after a stop", async () => {
    const bench = makeBench(everySecond);
    const { client, peer, clock, logged } = bench;
    await failFor(bench, 0);
    peer.open();
    await clock.settle();
    peer.send(connack());
    await clock.settle();
    expect(client.isConnected).toBe(true);
    peer.close(refused);
    await clock.advanceAndSettle(1_000);
    peer.close(refused);
    await clock.settle();
    expect(logged).toHaveLength(2);
    await client.stop();
    await failFor(bench, 0);
    expect(logged).toHaveLength(3);
  });

  it("is not logged where the application listens", async () => {
    const bench = makeBench(everySecond);
    bench.client.on("connectionFailure", () => undefined);
    await failFor(bench, 3_000);
    expect(bench.logged).toEqual([]);
  });

  it.each([
    [0x84, "The server has to support MQTT 5"],
    [0x85, "Check clientId in connectOptions"],
    [0x86, "Check username and password in connectOptions"],
    [0x87, "and the rights at the server"],
    [0x88, "Check the log of the server"],
  ])("says what to do after CONNACK 0x%s", async (reasonCode, advice) => {
    const { client, peer, clock, logged } = makeBench();
    client.start();
    await clock.settle();
    peer.open();
    await clock.settle();
    peer.send(connack({}, { reasonCode }));
    await clock.settle();
    expect(logged).toEqual([expect.stringContaining(advice)]);
  });

  it("goes to the logger of the options, and one that throws does no harm", async () => {
    const logged: unknown[] = [];
    const own = {
      warn(message: string, cause?: unknown): never {
        logged.push([message, cause, this === own]);
        throw new Error("the disk is full");
      },
    };
    const bench = makeBench({ ...everySecond, logger: own });
    await failFor(bench, 2_000);
    expect(logged).toEqual([[expect.stringContaining("no connection"), refused, true]]);
    expect(bench.logged).toEqual([]);
    expect(bench.targets).toHaveLength(4);
    expect(() => makeBench({ logger: {} as unknown as Console })).toThrow(
      "logger must be an object with a method warn(message, cause)",
    );
    expect(() => makeBench({ logger: console })).not.toThrow();
  });
});

describe("a client that is stopped", () => {
  const told = "CLIENT_STOPPED: an operation was submitted, but the client is stopped: call start() to connect";

  it("warns once of operations before the first start, and once after a stop", async () => {
    const { client, peer, clock, logged } = makeBench();
    const message = { topic: "a", qos: 1 as const };
    void client.publish(message);
    void client.subscribe("b");
    await clock.settle();
    expect(logged).toEqual([told]);
    client.start();
    peer.acceptConnections();
    await clock.settle();
    void client.publish(message);
    void client.stop();
    await clock.settle();
    expect(client.state).toBe("stopped");
    expect(logged).toEqual([told]);
    await clock.advanceAndSettle(60_000);
    void client.publish(message);
    client.messages("c");
    await clock.settle();
    expect(logged).toEqual([told, told]);
  });

  it("warns the listener of warnings, where there is one", async () => {
    const { client, clock, logged } = makeBench();
    const warnings: string[] = [];
    client.on("warning", ({ code }) => warnings.push(code));
    void client.messages("a").next();
    await clock.settle();
    expect(warnings).toEqual(["CLIENT_STOPPED"]);
    expect(logged).toEqual([]);
  });
});

describe("the error of a call without a connection", () => {
  it("has the last connection error as its cause when the time limit is over in the queue", async () => {
    const { client, peer, clock } = makeBench();
    client.start();
    await clock.settle();
    peer.open();
    await clock.settle();
    const early = client.publish({ topic: "a", qos: 1 }, { timeoutMs: 10 });
    await clock.advanceAndSettle(10);
    await expect(early).rejects.toThrow("not done within 10 ms (queued)");

    peer.send(connack({}, { reasonCode: 0x86 }));
    await clock.settle();
    const calls = [
      client.publish({ topic: "a", qos: 1 }, { timeoutMs: 10 }),
      client.subscribe("a", { timeoutMs: 10 }),
      client.waitUntilConnected({ timeoutMs: 10 }),
    ];
    await clock.advanceAndSettle(10);
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({
        code: "OPERATION_TIMEOUT",
        stage: "queued",
        cause: { code: "CONNECT_REJECTED", connack: { reasonCode: 0x86 } },
        message: expect.stringContaining("no connection: the server refused CONNECT"),
      });
    }
  });

  it("has no cause once the client is connected", async () => {
    const { client, clock } = await makeConnectedBench();
    const call = client.publish({ topic: "a", qos: 1 }, { timeoutMs: 10 });
    await clock.advanceAndSettle(10);
    await expect(call).rejects.toThrow("not done within 10 ms (sent)");
  });

  it("names the start that is lacking", async () => {
    const { client, clock } = makeBench();
    const call = client.publish({ topic: "a", qos: 1 }, { timeoutMs: 10 });
    await clock.advanceAndSettle(10);
    await expect(call).rejects.toThrow(
      "not done within 10 ms (queued, no connection: the client is stopped: call start",
    );
    await expect(client.waitUntilConnected()).rejects.toThrow("the client is stopped: call start() to connect");
  });

  it("names the remedy where the operation may not wait", async () => {
    const { client } = makeBench({ offlineQueueBehavior: "failNonQos1PublishOnDisconnect" });
    await expect(client.publish({ topic: "a" })).rejects.toThrow(
      "await waitUntilConnected(), publish at QoS 1, or set another offlineQueueBehavior",
    );
    await expect(client.subscribe("a")).rejects.toThrow(
      "await waitUntilConnected(), or set another offlineQueueBehavior",
    );
  });
});
