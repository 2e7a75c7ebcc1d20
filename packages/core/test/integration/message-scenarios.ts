/** Messages from one client to another through a broker. */

import { equal, holds } from "./assertions.js";
import { Inbox } from "./inbox.js";
import type { Scenario, ScenarioContext } from "./scenario.js";

const qualities = [0, 1, 2] as const;

/** Text with a byte order mark, and with characters of every length in UTF-8. */
const text = "\uFEFFtemperature: 21.5 °C, 気温, 🌡";

/** Bytes that show when a piece is lost, doubled or in the wrong place. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) * 7) & 0xff);
}

/** A subscriber's inbox and a publisher, connected, and the topic between them. */
async function pair(context: ScenarioContext, qos: 0 | 1 | 2) {
  const topic = `${context.unique("topic")}/a`;
  const [subscriber, publisher] = await Promise.all([context.connect(), context.connect()]);
  const inbox = new Inbox(subscriber);
  await subscriber.subscribe({ topicFilter: topic, qos });
  return { topic, subscriber, publisher, inbox };
}

const roundTrips = qualities.map((qos): Scenario => ({
  name: `carries a message with all its properties at QoS ${String(qos)}`,
  run: async (context) => {
    const { topic, publisher, inbox } = await pair(context, qos);
    const result = await publisher.publish({
      topic,
      qos,
      payload: text,
      payloadFormatIndicator: 1,
      contentType: "text/plain",
      responseTopic: `${topic}/answer`,
      correlationData: new Uint8Array([0, 255, 7]),
      messageExpiryInterval: 60,
      userProperties: [
        { name: "unit", value: "°C" },
        { name: "unit", value: "twice" },
      ],
    });
    equal(result.qos, qos, "the quality of the result");
    const message = await inbox.first();
    equal(message.text(), text, "the payload as text");
    equal([message.topic, message.qos, message.retain], [topic, qos, false], "topic, QoS, retain");
    equal(message.payloadFormatIndicator, 1, "the payload format");
    equal(message.contentType, "text/plain", "the content type");
    equal(message.responseTopic, `${topic}/answer`, "the response topic");
    equal([...(message.correlationData ?? [])], [0, 255, 7], "the correlation data");
    holds((message.messageExpiryInterval ?? 0) > 0, "some of the message's life is left");
    equal(
      message.userProperties.map(({ name, value }) => [name, value]),
      [
        ["unit", "°C"],
        ["unit", "twice"],
      ],
      "the user properties",
    );
  },
}));

const inOrder = qualities.map((qos): Scenario => ({
  name: `carries 2 000 messages in order, each once, at QoS ${String(qos)}`,
  run: async (context) => {
    const count = 2_000;
    const { topic, publisher, inbox } = await pair(context, qos);
    const numbers = Array.from({ length: count }, (_, index) => index);
    await Promise.all(numbers.map((number) => publisher.publish({ topic, qos, payload: String(number) })));
    const messages = await inbox.take(count);
    equal(
      messages.map((message) => Number(message.text())),
      numbers,
      "the numbers in the payloads",
    );
  },
}));

const sizes = [1, 2].map((qos): Scenario => ({
  name: `carries a payload of 1 MiB at QoS ${String(qos)}`,
  run: async (context) => {
    const { topic, publisher, inbox } = await pair(context, qos === 1 ? 1 : 2);
    const payload = pattern(1_048_576);
    await publisher.publish({ topic, qos: qos === 1 ? 1 : 2, payload });
    const { payload: received } = await inbox.first();
    equal(received.byteLength, payload.byteLength, "the length");
    equal(
      received.findIndex((byte, index) => byte !== payload[index]),
      -1,
      "the first byte that differs",
    );
  },
}));

export const messageScenarios: readonly Scenario[] = [
  ...roundTrips,
  ...inOrder,
  ...sizes,
  {
    name: "carries more than the network takes at once, in order, at QoS 0",
    run: async (context) => {
      const { topic, publisher, inbox } = await pair(context, 0);
      const count = 100;
      const payloads = Array.from({ length: count }, (_, index) => new Uint8Array(100_000).fill(index));
      await Promise.all(payloads.map((payload) => publisher.publish({ topic, payload })));
      const messages = await inbox.take(count);
      equal(
        messages.map(({ payload }) => [payload[0], payload[99_999], payload.byteLength]),
        payloads.map((_, index) => [index, index, 100_000]),
        "first byte, last byte and length",
      );
    },
  },
  {
    name: "carries an empty payload",
    run: async (context) => {
      const { topic, publisher, inbox } = await pair(context, 1);
      await publisher.publish({ topic, qos: 1 });
      equal((await inbox.first()).payload.byteLength, 0, "the length");
    },
  },
  {
    name: "carries the bytes of a view, not those around it",
    run: async (context) => {
      const { topic, publisher, inbox } = await pair(context, 1);
      await publisher.publish({ topic, qos: 1, payload: new DataView(pattern(32).buffer, 4, 2) });
      equal([...(await inbox.first()).payload], [...pattern(6).subarray(4)], "the payload");
    },
  },
  {
    name: "keeps every payload as it was delivered",
    run: async (context) => {
      const { topic, publisher, inbox } = await pair(context, 0);
      const payloads = Array.from({ length: 50 }, (_, index) => [index, index + 1, index + 2]);
      await Promise.all(payloads.map((bytes) => publisher.publish({ topic, payload: Uint8Array.from(bytes) })));
      const messages = await inbox.take(payloads.length);
      equal(
        messages.map(({ payload }) => [...payload]),
        payloads,
        "the payloads, once all are there",
      );
    },
  },
  {
    name: "says when nobody was subscribed",
    run: async (context) => {
      const publisher = await context.connect();
      const result = await publisher.publish({ topic: context.unique("nobody"), qos: 1, payload: "x" });
      equal(result.qos === 1 && result.puback.reasonCode, 0x10, "the reason code of the PUBACK");
    },
  },
];
