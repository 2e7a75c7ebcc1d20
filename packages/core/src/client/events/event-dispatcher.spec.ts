import { describe, expect, it } from "@jest/globals";
import { getEventListeners } from "node:events";
import { makeBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { publish } from "../../../test/support/server-bytes.js";

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const throwing = (): never => {
  throw new Error("boom");
};

const hostile: readonly (readonly [string, () => unknown])[] = [
  ["an object without a prototype", (): unknown => Object.create(null)],
  ["an object with a throwing toString", () => ({ toString: throwing })],
  ["an error with a throwing message", () => Object.defineProperty(new Error(), "message", { get: throwing })],
  ["a revoked Proxy", revokedProxy],
  ["a Symbol", () => Symbol("x")],
  ["undefined", () => undefined],
];

describe.each(hostile)("%s that an application throws", (_, make) => {
  const fail = (): never => {
    throw make();
  };
  const failLater = async (): Promise<never> => Promise.resolve().then(fail);

  it("from a listener is logged, and the next event comes", async () => {
    const { client, peer, clock, logged } = await makeConnectedBench();
    const topics: string[] = [];
    client.on("messageReceived", fail);
    client.on("messageReceived", failLater);
    client.on("messageReceived", ({ message }) => topics.push(message.topic));
    peer.send(publish({ topic: "one" }), publish({ topic: "two" }));
    await clock.settle();
    expect(topics).toEqual(["one", "two"]);
    expect(logged).toHaveLength(4);
    expect(client.state).toBe("connected");
  });

  it("from a listener of handlerError is logged", async () => {
    const { client, peer, clock, logged } = await makeConnectedBench();
    client.on("messageReceived", fail);
    client.on("handlerError", fail);
    peer.send(publish());
    await clock.settle();
    expect(logged).toEqual(["a listener of handlerError failed"]);
  });

  it.each(["sync", "async"])("from a function that prepares an attempt (%s) fails this attempt", async (kind) => {
    const { client, clock } = makeBench({
      connectOptions: kind === "sync" ? fail : failLater,
    });
    const messages: string[] = [];
    client.on("connectionFailure", ({ error }) => messages.push(error.message));
    client.start();
    await clock.settle();
    expect(messages).toEqual(["prepare failed"]);
    expect(client.state).toBe("waitingToReconnect");
  });

  it("from reconnectPolicy is logged, and the client decides", async () => {
    const { client, peer, clock, logged } = await makeConnectedBench({ reconnectPolicy: fail });
    peer.close();
    await clock.settle();
    expect(logged).toEqual(["reconnectPolicy failed"]);
    expect(client.state).toBe("waitingToReconnect");
  });

  it("from authentication fails the attempt", async () => {
    const authentication = { method: "m", start: fail, respond: fail };
    const { client, clock } = makeBench({ authentication });
    const codes: string[] = [];
    client.on("connectionFailure", ({ error }) => codes.push(error.code));
    client.start();
    await clock.settle();
    expect(codes).toEqual(["AUTHENTICATION_FAILED"]);
  });

  it.each(["sync", "async"])("from a logger (%s) harms nobody", async (kind) => {
    const warn: () => unknown = kind === "sync" ? fail : failLater;
    const { client, peer, clock } = makeBench({ reconnectPolicy: fail }, { logger: { warn } });
    client.on("messageReceived", fail);
    client.start();
    peer.acceptConnections();
    await clock.settle();
    peer.send(publish());
    await clock.settle();
    expect(client.state).toBe("connected");
    peer.close();
    await clock.settle();
    expect(client.state).toBe("waitingToReconnect");
  });
});

describe("the order of events", () => {
  it.each([
    ["a promise", {}, 0],
    ["a timer", { handlerTimeoutMs: 100 }, 100],
  ])("keeps the events that a handlerError from %s causes behind it", async (_, options, afterMs) => {
    const { client, peer, clock } = await makeConnectedBench({ ...options, minReconnectDelayMs: 10_000 });
    const order: string[] = [];
    client.on("messageReceived", async () =>
      afterMs === 0 ? Promise.reject(new Error("x")) : new Promise(() => undefined),
    );
    client.on("handlerError", () => {
      order.push("handlerError begins");
      void client.stop();
      order.push("handlerError ends");
    });
    client.on("handlerError", () => order.push("second listener"));
    client.on("stopped", () => order.push("stopped"));
    peer.send(publish({ qos: 1, packetId: 1 }));
    peer.close();
    await clock.settle();
    await clock.advanceAndSettle(afterMs);
    expect(order).toEqual(["handlerError begins", "handlerError ends", "second listener", "stopped"]);
  });
});

describe("a signal", () => {
  it("has no listener left after off, remove, once and abort", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const { signal } = new AbortController();
    const listener = (): void => undefined;
    client.on("warning", listener, { signal });
    client.on("warning", listener, { signal });
    client.once("warning", listener, { signal });
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    client.off("warning", listener);
    client.on("warning", listener, { signal })();
    client.once("messageReceived", listener, { signal });
    peer.send(publish());
    await clock.settle();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("has one listener for any number of calls, loops and listeners, and ends them all", async () => {
    const { client, peer, clock, ledger } = await makeConnectedBench();
    const controller = new AbortController();
    const { signal } = controller;
    const received: unknown[] = [];
    for (let index = 0; index < 11; index += 1) {
      client.on("messageReceived", (event) => received.push(event), { signal });
      ledger.register("publish", client.publish({ topic: "t", qos: 1 }, { signal }));
      ledger.register("loop", client.messages("t", { signal }).next());
    }
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    controller.abort();
    peer.send(publish());
    await clock.settle();
    expect(ledger.pending).toEqual([]);
    expect(received).toEqual([]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("the errors of listeners without handlerError", () => {
  it("are logged ten times a minute, with the number of the others", async () => {
    const { client, peer, clock, logged } = await makeConnectedBench({ connectOptions: { keepAlive: 0 } });
    client.on("messageReceived", throwing);
    const flood = async (count: number): Promise<void> => {
      peer.send(...Array.from({ length: count }, () => publish()));
      await clock.settle();
    };
    await flood(1_000);
    expect(logged).toHaveLength(10);
    await clock.advanceAndSettle(60_000);
    await flood(1);
    expect(logged.slice(10)).toEqual(["a listener of messageReceived failed (and 990 more since the last report)"]);
  });
});
