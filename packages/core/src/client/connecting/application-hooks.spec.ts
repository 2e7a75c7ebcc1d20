import { describe, expect, it } from "@jest/globals";
import { makeBench, makeConnectedBench } from "../../../test/support/test-client.js";
import type { TransportFactory } from "../../ports/transport.js";
import type { ConnectOptions } from "../options/connect-options.js";

const refusal = (code: string): string => `20 03 00 ${code} 00`;

describe("connectOptions as a function", () => {
  it("is asked before each attempt, and may answer later", async () => {
    const attempts: number[] = [];
    const connectOptions = async (attempt: number): Promise<ConnectOptions> => {
      attempts.push(attempt);
      await Promise.resolve();
      return { username: `user ${String(attempt)}`, clientId: "one" };
    };
    const { client, peer, clock } = makeBench({ connectOptions });
    client.start();
    await clock.settle();
    peer.close();
    peer.acceptConnections();
    await clock.advanceAndSettle(1_000);
    expect(peer.expect("connect").username).toBe("user 2");
    expect(attempts).toEqual([1, 2]);
    expect(client.isConnected).toBe(true);
  });

  it("is told the limits of the CONNECT of this attempt", async () => {
    const told: unknown[] = [];
    const bench = makeBench(
      { connectOptions: (attempt) => (attempt === 1 ? {} : { maximumPacketSize: 1_000, password: "secret" }) },
      { prepareTransport: (_, request) => (told.push(request), bench.peer.transport) },
    );
    const { client, peer, clock } = bench;
    client.start();
    await clock.settle();
    peer.close();
    await clock.advanceAndSettle(1_000);
    expect(told).toEqual([
      { attempt: 1, maximumPacketSize: undefined },
      { attempt: 2, maximumPacketSize: 1_000 },
    ]);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("no token");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no token"))],
  ])(
    "fails the attempt when it %s, with the cause, and the next one follows (scenario 37)",
    async (_, connectOptions) => {
      const { client, peer, clock } = makeBench({ connectOptions });
      const failures: unknown[] = [];
      client.on("connectionFailure", ({ error }) => failures.push(error));
      client.start();
      await clock.settle();
      expect(failures).toEqual([
        expect.objectContaining({ phase: "prepare", code: "CONNECTION_FAILED", cause: new Error("no token") }),
      ]);
      expect(peer.connections).toHaveLength(0);
      await clock.advanceAndSettle(500);
      expect(failures).toHaveLength(2);
    },
  );

  it("fails the attempt when it never answers, within the connect timeout, and drops an answer that comes later (scenario 37)", async () => {
    const answers: ((options: ConnectOptions) => void)[] = [];
    const { client, peer, clock } = makeBench({
      connectTimeoutMs: 5_000,
      connectOptions: () => new Promise<ConnectOptions>((resolve) => answers.push(resolve)),
    });
    const failures: unknown[] = [];
    client.on("connectionFailure", ({ error }) => failures.push(error));
    client.start();
    await clock.advanceAndSettle(5_000);
    expect(failures).toEqual([expect.objectContaining({ phase: "prepare", code: "CONNECT_TIMEOUT" })]);
    answers[0]?.({ clientId: "late" });
    await clock.settle();
    expect(peer.connections).toHaveLength(0);
    await Promise.all([client.stop(), clock.settle()]);
    expect(clock.pendingCount).toBe(0);
  });

  it("fails the attempt when its answer cannot be used, and names the field", async () => {
    const options = { keepAlive: -1 };
    const { client, clock } = makeBench({ connectOptions: () => options });
    const failures: unknown[] = [];
    client.on("connectionFailure", ({ error }) => failures.push(error.cause));
    client.start();
    await clock.settle();
    expect(failures).toEqual([expect.objectContaining({ field: "connectOptions.keepAlive", value: -1 })]);
  });

  it("is given one quick retry after a refusal of its credentials, and then the longest wait", async () => {
    const { client, peer, clock } = makeBench({ connectOptions: () => ({ username: "old" }), retryJitterMode: "none" });
    client.start();
    peer.acceptConnections(refusal("86"));
    await clock.settle();
    await clock.advanceAndSettle(1_000);
    expect(peer.connections).toHaveLength(2);
    await clock.advanceAndSettle(119_999);
    expect(peer.connections).toHaveLength(2);
    await clock.advanceAndSettle(1);
    expect(peer.connections).toHaveLength(3);
  });
});

describe("a platform that prepares each attempt", () => {
  it("is asked after connectOptions, once an attempt, and may answer later", async () => {
    const order: string[] = [];
    const bench = makeBench(
      { connectOptions: () => (order.push("connectOptions"), {}) },
      {
        prepareTransport: ({ href }) => {
          order.push(href);
          return Promise.resolve(bench.peer.transport);
        },
      },
    );
    const { client, peer, clock } = bench;
    client.start();
    await clock.settle();
    peer.close();
    peer.acceptConnections();
    await clock.advanceAndSettle(1_000);
    expect(order).toEqual([
      "connectOptions",
      "mqtt://broker.example:1883",
      "connectOptions",
      "mqtt://broker.example:1883",
    ]);
    expect(client.isConnected).toBe(true);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("no signature");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no signature"))],
  ])("fails the attempt when it %s, with the cause (scenario 37)", async (_, prepareTransport) => {
    const { client, peer, clock } = makeBench({}, { prepareTransport });
    const failures: unknown[] = [];
    client.on("connectionFailure", ({ error }) => failures.push(error));
    client.start();
    await clock.settle();
    expect(failures).toEqual([expect.objectContaining({ phase: "prepare", cause: new Error("no signature") })]);
    expect(peer.connections).toHaveLength(0);
    await clock.advanceAndSettle(500);
    expect(failures).toHaveLength(2);
  });

  it("fails the attempt when it never answers, and an answer that comes later opens nothing (scenario 37)", async () => {
    const answers: ((factory: TransportFactory) => void)[] = [];
    const { client, peer, clock } = makeBench(
      { connectTimeoutMs: 5_000, maxReconnectDelayMs: 1_000 },
      { prepareTransport: () => new Promise<TransportFactory>((resolve) => answers.push(resolve)) },
    );
    const failures: unknown[] = [];
    client.on("connectionFailure", ({ error }) => failures.push(error));
    client.start();
    await clock.advanceAndSettle(5_000);
    expect(failures).toEqual([expect.objectContaining({ phase: "prepare", code: "CONNECT_TIMEOUT" })]);
    await clock.advanceAndSettle(500);
    expect(answers).toHaveLength(2);
    answers[0]?.(() => {
      throw new Error("opened for an attempt that is over");
    });
    await clock.settle();
    peer.acceptConnections();
    answers[1]?.(peer.transport);
    await clock.settle();
    expect(client.isConnected).toBe(true);
  });

  it("is given one quick retry after a refusal, where it asks for credentials each time", async () => {
    const { client, peer, clock } = makeBench({ retryJitterMode: "none" }, { refreshesCredentials: true });
    client.start();
    peer.acceptConnections(refusal("87"));
    await clock.settle();
    await clock.advanceAndSettle(1_000);
    expect(peer.connections).toHaveLength(2);
    await clock.advanceAndSettle(119_999);
    expect(peer.connections).toHaveLength(2);
  });
});

it("sends PINGREQ at half the interval where the clock may be late", async () => {
  const { peer, clock } = await makeConnectedBench({ connectOptions: { keepAlive: 60 } });
  Object.assign(clock, { isThrottled: true });
  await clock.advanceAndSettle(29_999);
  peer.expectNothing();
  await clock.advanceAndSettle(1);
  peer.expect("pingreq");
});

describe("reconnectPolicy", () => {
  it("may stop the client for good, with the error in `stopped`", async () => {
    const asked: unknown[] = [];
    const { client, peer, clock, ledger } = makeBench({
      reconnectPolicy: (error, attempt) => {
        asked.push([error.code, attempt]);
        return "stop";
      },
    });
    const stopped: unknown[] = [];
    client.on("stopped", ({ error }) => stopped.push(error?.code));
    const queued = ledger.register("queued", client.publish({ topic: "t", qos: 1 }));
    client.start();
    ledger.register("waiting", client.waitUntilConnected());
    peer.acceptConnections(refusal("8a"));
    await clock.settle();
    expect(queued.settlement).toMatchObject({ reason: { code: "DISCONNECTED", cause: { code: "CONNECT_REJECTED" } } });
    expect(asked).toEqual([["CONNECT_REJECTED", 1]]);
    expect(stopped).toEqual(["CONNECT_REJECTED"]);
    expect(client.state).toBe("stopped");
    expect(ledger.pending).toEqual([]);
    expect(clock.pendingCount).toBe(0);
  });

  it.each([
    ["retry" as const, 1_000],
    [{ delayMs: 7 }, 7],
    [undefined, 120_000],
  ])("answering %j makes the next attempt wait %i ms", async (decision, delay) => {
    const { client, peer, clock } = makeBench({ reconnectPolicy: () => decision, retryJitterMode: "none" });
    client.start();
    peer.acceptConnections(refusal("87"));
    await clock.settle();
    await clock.advanceAndSettle(delay - 1);
    expect(peer.connections).toHaveLength(1);
    await clock.advanceAndSettle(1);
    expect(peer.connections).toHaveLength(2);
  });

  it.each([
    () => {
      throw new Error("bug");
    },
    () => "perhaps" as never,
    () => ({ delayMs: -1 }),
  ])("is logged and does not count when it throws or answers nonsense", async (reconnectPolicy) => {
    const { client, peer, clock, logged } = makeBench({ reconnectPolicy });
    client.start();
    peer.close();
    await clock.advanceAndSettle(1_000);
    expect(logged).toContain("reconnectPolicy failed");
    expect(peer.connections.length).toBeGreaterThan(1);
  });
});

describe("draining", () => {
  it("lets accepted operations finish before the DISCONNECT", async () => {
    const { client, peer, clock, ledger } = await makeConnectedBench();
    const publish = ledger.register("publish", client.publish({ topic: "t", qos: 1 }));
    const stop = ledger.register("stop", client.stop({ drain: true }));
    await clock.settle();
    peer.expect("publish");
    peer.expectNothing();
    peer.send("40 02 00 01");
    await clock.settle();
    peer.expect("disconnect");
    expect(publish.settlement.status).toBe("fulfilled");
    expect(stop.settlement.status).toBe("fulfilled");
  });

  it("makes a connection for what waits for one", async () => {
    const { client, peer, clock, ledger } = makeBench();
    const publish = ledger.register("publish", client.publish({ topic: "t", qos: 1 }));
    client.start();
    ledger.register("stop", client.stop({ drain: true }));
    peer.close();
    await clock.advanceAndSettle(500);
    peer.answer("publish", () => "40 02 00 01");
    peer.acceptConnections();
    await clock.settle();
    expect(publish.settlement.status).toBe("fulfilled");
    expect(client.state).toBe("stopped");
    expect(ledger.pending).toEqual([]);
  });

  it("ends with its deadline, and at once when a later stop does not drain (hastening)", async () => {
    for (const hasten of [false, true]) {
      const { client, peer, clock, ledger } = await makeConnectedBench();
      const publish = ledger.register("publish", client.publish({ topic: "t", qos: 1 }));
      ledger.register("stop", client.stop({ drain: true, timeoutMs: 10_000 }));
      await clock.settle();
      peer.expect("publish");
      if (hasten) {
        ledger.register("second stop", client.stop());
        await clock.settle();
      } else {
        await clock.advanceAndSettle(9_999);
        expect(publish.settlement.status).toBe("pending");
        await clock.advanceAndSettle(1);
      }
      peer.expect("disconnect");
      expect(ledger.pending).toEqual([]);
      expect(publish.settlement).toMatchObject({ reason: { code: "DISCONNECTED", source: "user" } });
      expect(client.state).toBe("stopped");
    }
  });
});

describe("checkConnection", () => {
  it("sends PINGREQ on a connection, and hastens the next attempt without one", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    client.checkConnection();
    await clock.settle();
    peer.expect("pingreq");
    peer.close();
    await clock.settle();
    peer.acceptConnections();
    client.checkConnection();
    await clock.advanceAndSettle(500);
    expect(client.isConnected).toBe(true);
  });
});
