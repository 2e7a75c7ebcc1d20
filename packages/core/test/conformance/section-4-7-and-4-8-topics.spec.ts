/** Topic names and filters, wherever an application can pass one in (sections 4.7 and 4.8). */
import { describe, expect, test } from "@jest/globals";
import { publish, suback } from "../support/server-bytes.js";
import { makeBench, makeConnectedBench } from "../support/test-client.js";

const longest = "€".repeat(21_845);

const badText: readonly (readonly [id: string, text: string])[] = [
  ["MQTT-4.7.3-1", ""],
  ["MQTT-4.7.3-2", "a\0b"],
  ["MQTT-1.5.4-1", "a\ud800"],
  ["MQTT-4.7.3-3", `${longest}x`],
];
const badNames: readonly (readonly [id: string, text: string])[] = [
  ...badText,
  ["MQTT-4.7.0-1", "a/+"],
  ["MQTT-4.7.0-1", "#"],
];
const badFilters: readonly (readonly [id: string, text: string])[] = [
  ...badText,
  ["MQTT-4.7.1-1", "a#"],
  ["MQTT-4.7.1-1", "#/a"],
  ["MQTT-4.7.1-1", "a/#/b"],
  ["MQTT-4.7.1-2", "a+"],
  ["MQTT-4.7.1-2", "+a/b"],
  ["MQTT-4.8.2-1", "$share//a"],
  ["MQTT-4.8.2-1", "$share"],
  ["MQTT-4.8.2-2", "$share/g"],
  ["MQTT-4.8.2-2", "$share/g/"],
  ["MQTT-4.8.2-2", "$share/g+/a"],
  ["MQTT-4.8.2-2", "$share/#/a"],
  ["MQTT-4.7.1-1", "$share/g/a#"],
];

const title = (text: string): string => (text.length > 20 ? `${String(text.length)} characters` : JSON.stringify(text));
const named = (rows: readonly (readonly [id: string, text: string])[]) =>
  rows.map(([id, text]) => ({ id, text, title: title(text) }));

describe("topic names", () => {
  test.each(named(badNames))(
    "$id: $title is refused in publish, as a response topic and in a will",
    async ({ text }) => {
      const { client, peer, clock } = await makeConnectedBench();
      const refusal = { code: "INVALID_ARGUMENT" };
      await expect(client.publish({ topic: text })).rejects.toMatchObject(refusal);
      await expect(client.publish({ topic: "t", responseTopic: text })).rejects.toMatchObject(refusal);
      expect(() => makeBench({ connectOptions: { will: { topic: text } } })).toThrow(/^connectOptions\.will\.topic /);
      await clock.settle();
      peer.expectNothing();
      expect(client.isConnected).toBe(true);
    },
  );

  test.each(["/", "a//b", " ", "$SYS/x", longest])("MQTT-4.7.3-3: %# is sent as it is", async (topic) => {
    const { client, peer, clock } = await makeConnectedBench();
    const published = client.publish({ topic });
    await clock.settle();
    expect(peer.expect("publish").topic).toBe(topic);
    await published;
  });
});

describe("topic filters", () => {
  test.each(named(badFilters))("$id: $title is refused in subscribe and unsubscribe", async ({ text }) => {
    const { client, peer, clock } = await makeConnectedBench();
    const refusal = { code: "INVALID_ARGUMENT" };
    await expect(client.subscribe(text)).rejects.toMatchObject(refusal);
    await expect(
      client.subscribe({ subscriptions: [{ topicFilter: "good" }, { topicFilter: text }] }),
    ).rejects.toMatchObject(refusal);
    await expect(client.unsubscribe(["good", text])).rejects.toMatchObject(refusal);
    await clock.settle();
    peer.expectNothing();
    expect(client.isConnected).toBe(true);
  });

  test("MQTT-4.7.1-1, MQTT-4.7.1-2, MQTT-4.8.2-1: the good ones are sent as they are", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const filters = ["#", "a/#", "+", "+/a/+", "/", "$SYS/#", "$share/g/#", "$share/g//", "$shared", longest];
    const subscribed = client.subscribe({ subscriptions: filters.map((topicFilter) => ({ topicFilter })) });
    await clock.settle();
    const { packetId, subscriptions } = peer.expect("subscribe");
    expect(subscriptions.map(({ topicFilter }) => topicFilter)).toEqual(filters);
    peer.send(suback(packetId, ...filters.map(() => 0)));
    await expect(subscribed).resolves.toMatchObject({ allGranted: true });
  });

  test("R-4.8.2-plain-topic: what a shared subscription brings has the plain topic", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const topics: string[] = [];
    client.on("messageReceived", ({ message }) => topics.push(message.topic));
    const subscribed = client.subscribe("$share/g/a/+");
    await clock.settle();
    peer.send(suback(peer.expect("subscribe").packetId, 0), publish({ topic: "a/b" }));
    await subscribed;
    await clock.settle();
    expect(topics).toEqual(["a/b"]);
  });
});
