/** What comes from the application or goes to it is passed on, and neither logged nor acted on (sections 4.10 and 5.4). */
import { describe, expect, test } from "@jest/globals";
import { connack, suback } from "../support/server-bytes.js";
import { makeBench, makeConnectedBench } from "../support/test-client.js";

/** What a caller without TypeScript may pass. */
function untyped(value: unknown): never {
  return value as never;
}

/** Everything that a log could show of a value: its fields, and of errors all that is theirs, at any depth. */
function words(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return String(value);
  }
  const own = Object.getOwnPropertyNames(value).map((name) => words(Reflect.get(value, name)));
  return own.join(" ");
}

describe("R-5.4-nothing-secret: what is logged and what errors say", () => {
  test("never contains the password, nor a payload", async () => {
    const bench = makeBench({
      url: "mqtt://someone:hunter2@broker.example",
      connectOptions: { will: { topic: "w", payload: "hunter2" } },
    });
    const { client, peer, clock, logged } = bench;
    const told: string[] = [];
    for (const name of ["connectionFailure", "disconnection", "warning", "handlerError"] as const) {
      client.on(name, (event) => told.push(words(event)));
    }
    client.on("messageReceived", () => {
      throw new Error("listener");
    });
    client.start();
    peer.open();
    await clock.settle();
    peer.send(connack(), "30 0b 00 01 74 00 68 75 6e 74 65 72 32", "00 00");
    await clock.settle();
    peer.close();
    await clock.settle();
    expect(JSON.stringify([logged, told])).not.toContain("hunter2");
    await Promise.all([client.stop(), clock.settle()]);
  });
});

describe("R-4.10-request-response: Response Topic and Correlation Data", () => {
  test("are passed on as they are, and nothing is published to them", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const received: unknown[] = [];
    client.on("messageReceived", ({ message }) => received.push([message.responseTopic, message.correlationData]));
    const subscribed = client.subscribe("t");
    await clock.settle();
    peer.send(suback(peer.expect("subscribe").packetId, 0), "30 10 00 01 74 0c 08 00 04 24 53 59 53 09 00 02 00 ff");
    await Promise.all([subscribed, clock.settle()]);
    expect(received).toEqual([["$SYS", Uint8Array.of(0, 0xff)]]);
    peer.expectNothing();
  });
});

describe("MQTT-3.3.4-6: a message that came", () => {
  test("goes out again without its subscription identifiers, or is refused with them", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    client.once("messageReceived", ({ message }) => {
      void client.publish({ topic: `copy/${message.topic}`, payload: message.payload });
    });
    peer.send("30 07 00 01 74 02 0b 07 78");
    await clock.settle();
    expect(peer.expect("publish")).toMatchObject({ topic: "copy/t", payload: Uint8Array.of(0x78) });
    await expect(client.publish(untyped({ topic: "t", subscriptionIdentifiers: [7] }))).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});
