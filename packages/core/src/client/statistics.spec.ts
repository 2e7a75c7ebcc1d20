import { expect, test } from "@jest/globals";
import { makeConnectedBench } from "../../test/support/test-client.js";

test("the client tells what is under way and what it sent", async () => {
  const { client, peer, clock, ledger } = await makeConnectedBench();
  const before = client.statistics();
  expect(before).toMatchObject({ packetsSent: 1, packetsReceived: 1, reconnectCount: 0, incompleteOperationCount: 0 });
  const publish = ledger.register("publish", client.publish({ topic: "t", payload: "x", qos: 1 }));
  await clock.settle();
  expect(client.statistics()).toEqual({
    ...before,
    incompleteOperationCount: 1,
    incompleteOperationSize: 9,
    unackedOperationCount: 1,
    unackedOperationSize: 9,
    sendQuotaInUse: 1,
    packetsSent: 2,
    bytesSent: before.bytesSent + 9,
  });
  peer.send("40 02 00 01");
  await clock.settle();
  expect(publish.settlement.status).toBe("fulfilled");
  expect(client.statistics()).toMatchObject({
    incompleteOperationCount: 0,
    unackedOperationSize: 0,
    sendQuotaInUse: 0,
  });
});
