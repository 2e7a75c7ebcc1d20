import { describe, expect, it } from "@jest/globals";
import { makeBench } from "../../../test/support/test-client.js";

/** Gives options as a caller without TypeScript would. */
function untyped(options: unknown): never {
  return options as never;
}

describe("the error for an unknown option", () => {
  it.each<readonly [unknown, string]>([
    [{ clientId: "a" }, "unknown option clientId: it belongs into connectOptions"],
    [{ maxBytes: 1 }, "unknown option maxBytes: it belongs into queue"],
    [{ connectOptions: { sessionBehavior: "clean" } }, "connectOptions.sessionBehavior: it belongs one level up"],
    [{ connectOptions: { maxBytes: 1 } }, "unknown option connectOptions.maxBytes: it belongs into queue"],
    [{ connectOptions: { topic: "a" } }, "unknown option connectOptions.topic: it belongs into will"],
    [{ connectOptions: { keepalive: 5 } }, "unknown option connectOptions.keepalive: did you mean keepAlive?"],
    [{ queue: { maxbyte: 5 } }, "unknown option queue.maxbyte: did you mean maxBytes?"],
    [{ pingTimoutMs: 5 }, "unknown option pingTimoutMs: did you mean pingTimeoutMs?"],
    [{ pingTiemoutMs: 5 }, "unknown option pingTiemoutMs: did you mean pingTimeoutMs?"],
    [{ queue: { size: 5 } }, "unknown option queue.size: the options here are maxOperations, maxBytes, whenFull"],
  ])("says for %j where it belongs, or what is meant", (options, message) => {
    expect(() => makeBench(untyped(options))).toThrow(message);
  });

  it("does so for a message, a subscription, a stop and a call, too", async () => {
    const { client } = makeBench();
    await expect(client.publish(untyped({ topic: "a", QoS: 1 }))).rejects.toThrow("did you mean qos?");
    await expect(client.subscribe(untyped({ topicFilter: "a", Qos: 1 }))).rejects.toThrow("did you mean qos?");
    await expect(client.subscribe(untyped({ subscriptions: [], qos: 1 }))).rejects.toThrow("unknown option qos");
    await expect(client.stop(untyped({ reasonCode: 4 }))).rejects.toThrow("reasonCode: it belongs into disconnect");
    await expect(client.subscribe("a", untyped({ timeoutMS: 1 }))).rejects.toThrow("did you mean timeoutMs?");
  });
});

describe("the error for arguments of another client", () => {
  it("says what publish and subscribe expect", async () => {
    const { client } = makeBench();
    await expect(client.publish(untyped("a"), untyped("x"))).rejects.toThrow(
      'message must be one object, as in publish({ topic: "a", payload: "x" })',
    );
    await expect(client.subscribe(untyped(["a"]))).rejects.toThrow(
      'subscription must be one filter, as in subscribe("a"), or an object, as in subscribe({ subscriptions: [',
    );
  });
});
