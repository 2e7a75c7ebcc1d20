import { describe, expect, it } from "@jest/globals";
import { makeBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { ConnectionError } from "../../protocol/errors/connection-errors.js";
import { request } from "../requests/requester.js";
import { respond } from "../requests/responder.js";
import type { OperationFailedEvent } from "./operation-results.js";
import type { Mqtt5ClientBase } from "../client.js";

function failuresOf(client: Mqtt5ClientBase): OperationFailedEvent[] {
  const failures: OperationFailedEvent[] = [];
  client.on("operationFailed", (event) => failures.push(event));
  return failures;
}

const broken = new ConnectionError({ phase: "connected", message: "broken" });

// The test runner fails a test in which a rejection has no handler.
describe("a call that nobody awaits", () => {
  it("tells of its failure with an event, and ends no process", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const failures = failuresOf(client);
    peer.close(broken);
    await clock.settle();
    void client.publish({ topic: "a", payload: "x" });
    void client.publish({ topic: "b", qos: 1 });
    void client.subscribe({ subscriptions: [{ topicFilter: "c" }, { topicFilter: "d" }] });
    void client.unsubscribe("e");
    void client.reauthenticate();
    void client.waitUntilConnected();
    void request(client, { topic: "f" });
    void respond(client, "g", () => undefined);
    void client.stop();
    await clock.settle();
    expect(failures).toMatchObject([
      { operation: "publish", topic: "a", error: { code: "OFFLINE", outcome: "notSent" } },
      { operation: "reauthenticate", error: { code: "OFFLINE" } },
      { operation: "publish", topic: "b", error: { code: "DISCONNECTED", outcome: "notSent" } },
      { operation: "subscribe", topicFilters: ["c", "d"], error: { code: "DISCONNECTED" } },
      { operation: "unsubscribe", topicFilters: ["e"], error: { code: "DISCONNECTED" } },
      { operation: "subscribe", topicFilters: ["g"], error: { code: "DISCONNECTED" } },
    ]);
    expect(client.statistics().failedOperationCount).toBe(failures.length);
  });

  it("tells when the server refuses a message, or all filters of a request", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const failures = failuresOf(client);
    peer.answer("publish", ({ packetId }) => `40 03 00 0${String(packetId)} 87`);
    peer.answer("subscribe", ({ packetId }) => `90 04 00 0${String(packetId)} 00 87`);
    peer.answer("unsubscribe", ({ packetId }) => `b0 04 00 0${String(packetId)} 00 87`);
    void client.publish({ topic: "a", qos: 1 });
    void client.subscribe("b");
    void client.unsubscribe("c");
    await clock.settle();
    expect(failures).toMatchObject([
      { operation: "publish", topic: "a", error: { code: "PUBLISH_REJECTED", outcome: "refused" } },
      { operation: "subscribe", topicFilters: ["b"], error: { code: "SUBSCRIBE_REJECTED" } },
      { operation: "unsubscribe", topicFilters: ["c"], error: { code: "UNSUBSCRIBE_REJECTED" } },
    ]);
  });

  it("is no failure when the session keeps the message beyond a stop, or its signal aborts it", async () => {
    const { client, clock } = await makeConnectedBench({
      sessionBehavior: "rejoinAlways",
      connectOptions: { sessionExpiryInterval: 60 },
    });
    const failures = failuresOf(client);
    const abort = new AbortController();
    const kept = client.publish({ topic: "a", qos: 1 });
    void client.publish({ topic: "b", qos: 1 }, { signal: abort.signal });
    await clock.settle();
    abort.abort();
    void client.stop();
    await clock.settle();
    await expect(kept).rejects.toMatchObject({ outcome: "kept" });
    expect(failures).toEqual([]);
    expect(client.statistics().failedOperationCount).toBe(0);
  });

  it("tells of its failure before the client has stopped", async () => {
    const { client, clock } = await makeConnectedBench();
    const events: string[] = [];
    client.on("operationFailed", () => events.push("operationFailed"));
    client.on("stopped", () => events.push("stopped"));
    void client.subscribe("a");
    void client.stop();
    await clock.settle();
    expect(events).toEqual(["operationFailed", "stopped"]);
  });

  it("has an invalid argument logged: the first, then one a minute", async () => {
    const { client, clock, logged } = makeBench();
    const failures = failuresOf(client);
    void client.publish({ topic: "a/#" });
    void client.publish({ topic: "b/#" });
    void client.subscribe("c/#/d");
    await clock.settle();
    await clock.advanceAndSettle(60_000);
    void client.unsubscribe("e/#/f");
    void client.stop({ timeoutMs: -1 });
    void client.waitUntilConnected({ timeoutMs: -1 });
    await clock.settle();
    expect(failures).toEqual([]);
    expect(logged).toEqual([
      expect.stringMatching(/^publish was called with an invalid argument: topic must be .*, not "a\/#"$/),
      expect.stringMatching(
        /^unsubscribe was called with an invalid argument: .* \(and 2 more since the last report\)$/,
      ),
    ]);
  });
});
