/** A message whose topic is not valid UTF-8: what an application sees of it, and how it leaves the message behind. */
import { describe, expect, test } from "@jest/globals";
import { makeConnectedBench } from "./support/test-client.js";
import { connack, suback, unsuback } from "./support/server-bytes.js";

const topics: readonly (readonly [what: string, publish: string])[] = [
  ["not UTF-8", "31 05 00 02 c3 28 00"],
  ["a surrogate", "31 06 00 03 ed a0 80 00"],
  ["with U+0000", "31 05 00 02 74 00 00"],
];

describe("MQTT-1.5.4-1, MQTT-1.5.4-2: a retained message whose topic is", () => {
  test.each(topics)("%s ends the connection with a code of its own, and can be left behind", async (_, publish) => {
    const policy: string[] = [];
    const { client, peer, clock } = await makeConnectedBench({
      sessionBehavior: "rejoinAlways",
      connectOptions: { clientId: "c", sessionExpiryInterval: 60 },
      reconnectPolicy: (error) => {
        policy.push(error.code);
        return error.code === "MALFORMED_TOPIC" ? "stop" : undefined;
      },
    });
    const subscribed: Promise<unknown>[] = [client.subscribe("#")];
    client.on("stopped", ({ error }) => {
      if (error?.code === "MALFORMED_TOPIC") {
        subscribed.push(client.stop({ disconnect: { sessionExpiryInterval: 0 } }));
        client.start();
        subscribed.push(client.unsubscribe("#"));
        subscribed.push(client.subscribe({ topicFilter: "#", retainHandling: 2 }));
      }
    });
    await clock.settle();
    const { packetId } = peer.expect("subscribe");
    peer.send(suback(packetId, 0), publish);
    await clock.settle();
    expect(peer.expect("disconnect")).toMatchObject({ reasonCode: 0x81 });
    peer.acceptConnections(connack());
    await clock.settle();
    expect(policy).toEqual(["MALFORMED_TOPIC"]);
    expect(peer.expect("connect")).toMatchObject({ cleanStart: true });
    peer.send(unsuback(peer.expect("unsubscribe").packetId, 0));
    const again = peer.expect("subscribe");
    expect(again.subscriptions).toEqual([expect.objectContaining({ topicFilter: "#", retainHandling: 2 })]);
    peer.send(suback(again.packetId, 0));
    await Promise.all(subscribed);
    await Promise.all([client.stop(), clock.settle()]);
  });

  test("valid, but with other bytes that are not, has the code of any malformed packet", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const codes: string[] = [];
    client.on("disconnection", ({ error }) => codes.push(error.code));
    peer.send("31 09 00 01 74 05 03 00 02 c3 28"); // Content Type
    await clock.settle();
    await Promise.all([client.stop(), clock.settle()]);
    expect(codes).toEqual(["MALFORMED_PACKET"]);
  });
});
