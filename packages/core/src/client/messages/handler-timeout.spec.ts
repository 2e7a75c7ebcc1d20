import { describe, expect, it } from "@jest/globals";
import { makeConnectedBench } from "../../../test/support/test-client.js";
import { connackResumed, publish } from "../../../test/support/server-bytes.js";

describe("handlerTimeoutMs", () => {
  it.each([
    ["passes during the stop", 500],
    ["passes after the start", 1],
  ])("counts across a stop: a QoS 2 message is answered when it %s", async (_, stoppedMs) => {
    const { client, peer, clock, ledger } = await makeConnectedBench({
      sessionBehavior: "rejoinAlways",
      connectOptions: { clientId: "c", sessionExpiryInterval: 600, keepAlive: 0 },
      handlerTimeoutMs: 200,
    });
    const errors: unknown[] = [];
    client.on("messageReceived", async () => new Promise(() => undefined));
    client.on("handlerError", ({ error }) => errors.push(error));
    peer.send(publish({ qos: 2, packetId: 7 }));
    await clock.settle();
    ledger.register("stop", client.stop());
    await clock.settle();
    expect(ledger.pending).toEqual([]);
    await clock.advanceAndSettle(stoppedMs);
    expect(errors).toEqual([]);
    peer.takeAll();
    peer.acceptConnections(connackResumed());
    client.start();
    await clock.settle();
    peer.send(publish({ qos: 2, packetId: 7, dup: true }));
    await clock.advanceAndSettle(200);
    expect(errors).toEqual([expect.objectContaining({ code: "OPERATION_TIMEOUT" })]);
    expect(peer.takeAll().map(({ type }) => type)).toEqual(["connect", "pubrec"]);
  });
});
