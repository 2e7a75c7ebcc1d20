/** What an application gets of packets with long lists, which are not built before it asks for them. */
import { describe, expect, test } from "@jest/globals";
import type { AuthenticationChallenge } from "../src/client/connecting/authentication.js";
import type { ReceivedMessage } from "../src/client/messages/received-message.js";
import { joinBytes } from "../src/testing/bytes.js";
import {
  manyCodes,
  manyIdentifiers,
  manyUserProperties,
  packetWith,
  publishForm,
  userPropertyAt,
} from "./support/long-lists.js";
import { connack, suback } from "./support/server-bytes.js";
import { makeBench, makeConnectedBench } from "./support/test-client.js";

const count = 2_000;
const userProperties = Array.from({ length: count }, (_, index) => userPropertyAt(index));
const identifiers = Array.from({ length: count }, (_, index) => index + 1);

function isDeferred(holder: object | undefined, field: string): boolean {
  return holder !== undefined && Object.getOwnPropertyDescriptor(holder, field)?.get !== undefined;
}

describe("a message with long lists", () => {
  test("reaches a listener unbuilt, and gives them when they are read", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const messages: ReceivedMessage[] = [];
    client.on("messageReceived", ({ message }) => messages.push(message));
    const plain = packetWith(publishForm, joinBytes([manyUserProperties(1), manyIdentifiers([7])]));
    peer.send(plain, packetWith(publishForm, joinBytes([manyUserProperties(count), manyIdentifiers(identifiers)])));
    await clock.settle();
    const [first, second] = messages;
    expect([isDeferred(first, "userProperties"), isDeferred(second, "userProperties")]).toEqual([false, true]);
    expect(isDeferred(second, "subscriptionIdentifiers")).toBe(true);
    expect(Object.keys(second ?? {})).toEqual(Object.keys(first ?? {}));
    expect(Object.entries(second ?? {})).toEqual(
      Object.entries(Object.assign({}, first, { userProperties, subscriptionIdentifiers: identifiers })),
    );
    await Promise.all([client.stop(), clock.settle()]);
  });

  test("has its topic in full where the server sent an alias", async () => {
    const { client, peer, clock } = await makeConnectedBench({
      topicAliasing: { inbound: "enabled", inboundCacheMaxSize: 5 },
    });
    const messages: ReceivedMessage[] = [];
    client.on("messageReceived", ({ message }) => messages.push(message));
    const alias = Uint8Array.of(0x23, 0, 1);
    const empty = { ...publishForm, before: Uint8Array.of(0, 0) };
    peer.send(packetWith(publishForm, alias), packetWith(empty, joinBytes([alias, manyUserProperties(count)])));
    await clock.settle();
    expect(isDeferred(messages[1], "userProperties")).toBe(true);
    expect(messages).toMatchObject([{ topic: "t" }, { topic: "t", userProperties }]);
    await Promise.all([client.stop(), clock.settle()]);
  });

  test("reaches every loop that its topic matches, once", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    peer.answer("subscribe", ({ packetId }) => suback(packetId, 0));
    const loops = ["t", "#", "other"].map((topicFilter) => client.messages(topicFilter));
    await clock.settle();
    peer.send(packetWith(publishForm, manyIdentifiers(identifiers)));
    await clock.settle();
    const waiting = loops.map((loop) => loop.next());
    void client.stop();
    await clock.settle();
    const results = await Promise.all(waiting);
    expect(results.map(({ done, value }) => [done, value?.subscriptionIdentifiers.length])).toEqual([
      [false, count],
      [false, count],
      [true, undefined],
    ]);
    expect((await Promise.all(loops.map((loop) => loop.next()))).map(({ done }) => done)).toEqual([true, true, true]);
  });
});

describe("an answer with many reason codes", () => {
  test.each([
    ["SUBACK", 0x90, "MQTT-3.8.4-6"],
    ["UNSUBACK", 0xb0, "MQTT-3.11.3-1"],
  ])("in a %s for one filter: refused by its number", async (name, firstByte, statement) => {
    const { client, peer, clock } = await makeConnectedBench();
    const errors: unknown[] = [];
    client.on("disconnection", ({ error }) => errors.push(error));
    const call = name === "SUBACK" ? client.subscribe("t") : client.unsubscribe("t");
    call.catch(() => undefined);
    await clock.settle();
    peer.send(manyCodes(firstByte, 1_000_000));
    await clock.settle();
    expect(errors).toMatchObject([{ code: "PROTOCOL_VIOLATION", statement }]);
    expect(String(errors[0])).toContain("1000000 reason codes for 1 filters");
    await Promise.all([client.stop(), clock.settle()]);
  });

  test("for as many filters: each filter gets its own", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const filters = Array.from({ length: count }, (_, index) => `t/${String(index)}`);
    const subscribed = client.subscribe({ subscriptions: filters.map((topicFilter) => ({ topicFilter })) });
    await clock.settle();
    const answer = manyCodes(0x90, count);
    answer[answer.length - 1] = 0x87;
    peer.send(answer);
    await clock.settle();
    const { results, allGranted, suback: packet } = await subscribed;
    expect([allGranted, results.length, packet.reasonCodes.length]).toEqual([false, count, count]);
    expect(results.at(-1)).toEqual({ topicFilter: `t/${String(count - 1)}`, ok: false, reasonCode: 0x87 });
    await Promise.all([client.stop(), clock.settle()]);
  });
});

test("an AUTH with long lists reaches `respond` unbuilt", async () => {
  const challenges: AuthenticationChallenge[] = [];
  const { client, peer, clock } = makeBench({
    authentication: {
      method: "m",
      start: () => ({}),
      respond: (challenge) => {
        challenges.push(challenge);
        return {};
      },
    },
  });
  client.start();
  await clock.settle();
  peer.open();
  await clock.settle();
  const form = { firstByte: 0xf0, before: Uint8Array.of(0x18), after: new Uint8Array(0) };
  const fields = Uint8Array.of(0x15, 0, 1, 0x6d, 0x16, 0, 1, 9);
  peer.send(packetWith(form, joinBytes([fields, manyUserProperties(count)])));
  await clock.settle();
  expect(isDeferred(challenges[0], "userProperties")).toBe(true);
  expect(challenges).toEqual([{ data: Uint8Array.of(9), userProperties }]);
  peer.send(connack({ authenticationMethod: "m" }));
  await clock.settle();
  expect(client.isConnected).toBe(true);
  await Promise.all([client.stop(), clock.settle()]);
});
