import { describe, expect, it } from "@jest/globals";
import { makeBench, makeConnectedBench } from "../../../test/support/test-client.js";

describe("a field that takes a few numbers only", () => {
  it("accepts a variable, whose type TypeScript widens to number", async () => {
    const will = { topic: "w", qos: 1, payloadFormatIndicator: 1 };
    const { client, peer, clock } = makeBench({ connectOptions: { will } });
    client.start();
    peer.acceptConnections();
    await clock.settle();
    expect(peer.expect("connect").will).toMatchObject(will);
    const message = { topic: "a", qos: 2, payloadFormatIndicator: 1 };
    void client.publish(message);
    const subscription = { topicFilter: "a", qos: 2, retainHandling: 1 };
    void client.subscribe(subscription);
    await clock.settle();
    expect(peer.expect("publish")).toMatchObject(message);
    expect(peer.expect("subscribe").subscriptions).toMatchObject([subscription]);
    const disconnect = { reasonCode: 4 };
    void client.stop({ disconnect });
    await clock.settle();
    expect(peer.expect("disconnect")).toMatchObject(disconnect);
  });

  it.each([
    ["qos", "0, 1, 2"],
    ["payloadFormatIndicator", "0, 1"],
  ])("%s of a message is checked at the call", async (field, limit) => {
    const { client } = await makeConnectedBench();
    const wrong = expect.objectContaining({ code: "INVALID_ARGUMENT", field, value: 3, limit: `one of ${limit}` });
    await expect(client.publish({ topic: "a", [field]: 3 })).rejects.toEqual(wrong);
  });

  it.each(["qos", "retainHandling"])("%s of a subscription is checked at the call", async (field) => {
    const { client } = await makeConnectedBench();
    const wrong = { code: "INVALID_ARGUMENT", field: `subscriptions[0].${field}`, value: 3, limit: "one of 0, 1, 2" };
    await expect(client.subscribe({ topicFilter: "a", [field]: 3 })).rejects.toEqual(expect.objectContaining(wrong));
  });

  it("reasonCode of a stop is checked at the call", async () => {
    const { client } = await makeConnectedBench();
    const wrong = { code: "INVALID_ARGUMENT", field: "disconnect.reasonCode", value: 1 };
    await expect(client.stop({ disconnect: { reasonCode: 1 } })).rejects.toEqual(expect.objectContaining(wrong));
  });
});
