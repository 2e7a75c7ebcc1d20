/** Sessions that outlive their connections, and connections that end badly. */

import type { ClientBase } from "../../src/client/client-base.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import { equal } from "./assertions.js";
import { Inbox, next } from "./inbox.js";
import type { Scenario, ScenarioContext } from "./scenario.js";

/** Comes back to its session, whose id is given because only then it has one that survives. */
function durable(clientId: string): Omit<ClientOptions, "url"> {
  return { sessionBehavior: "rejoinAlways", connectOptions: { clientId, sessionExpiryInterval: 3_600 } };
}

interface Traffic {
  readonly subscriber: ClientBase;
  readonly publisher: ClientBase;
  readonly inbox: Inbox;
  readonly topic: string;
}

/** Two clients that both come back to their sessions, through the network that can be cut. */
async function durablePair(context: ScenarioContext, qos: 1 | 2): Promise<Traffic> {
  const topic = context.unique("durable");
  const [subscriber, publisher] = await Promise.all(
    ["subscriber", "publisher"].map((name) =>
      context.connect({ options: durable(context.unique(name)), isCuttable: true }),
    ),
  );
  if (subscriber === undefined || publisher === undefined) {
    throw new Error("no clients");
  }
  const inbox = new Inbox(subscriber);
  await subscriber.subscribe({ topicFilter: topic, qos });
  return { subscriber, publisher, inbox, topic };
}

/** Publishes numbers, breaks the connections meanwhile, and waits until the last number is there. */
async function publishThrough(traffic: Traffic, qos: 1 | 2, breaks: readonly (() => Promise<void>)[]) {
  const { publisher, inbox, topic } = traffic;
  const count = 1_000;
  const publishing = Promise.all(
    Array.from({ length: count }, (_, index) => publisher.publish({ topic, qos, payload: String(index) })),
  );
  for (const [index, breakConnections] of breaks.entries()) {
    await inbox.take(((index + 1) * count) / (breaks.length + 2));
    await breakConnections();
  }
  await publishing;
  // Behind all others, at the same quality: when it is there, nothing that comes later can be missing before it.
  await publisher.publish({ topic, qos, payload: "end" });
  for (let taken = 1; inbox.messages.at(-1)?.text() !== "end"; taken += 1) {
    await inbox.take(taken);
  }
  const numbers = inbox.messages.slice(0, -1).map((message) => Number(message.text()));
  return { numbers, wanted: Array.from({ length: count }, (_, index) => index) };
}

const firstOfEach = (numbers: readonly number[]): readonly number[] => [...new Set(numbers)];

function surviving(qos: 1 | 2, what: string, breaks: (context: ScenarioContext) => (() => Promise<void>)[]): Scenario {
  return {
    name: `loses nothing at QoS ${String(qos)}${qos === 2 ? ", and doubles nothing," : ""} when ${what}`,
    isRough: true,
    run: async (context) => {
      const traffic = await durablePair(context, qos);
      const { numbers, wanted } = await publishThrough(traffic, qos, breaks(context));
      equal(qos === 2 ? numbers : firstOfEach(numbers), wanted, "the numbers in the payloads");
    },
  };
}

export const sessionScenarios: readonly Scenario[] = [
  ...([1, 2] as const).flatMap((qos) => [
    surviving(qos, "the network breaks", ({ cutNetwork }) => [cutNetwork, cutNetwork, cutNetwork]),
    surviving(qos, "the broker restarts", ({ restartBroker }) => [restartBroker]),
  ]),
  {
    name: "gets after a start what came while it was stopped",
    run: async (context) => {
      const { subscriber, publisher, inbox, topic } = await durablePair(context, 2);
      await subscriber.stop();
      await publisher.publish({ topic, qos: 1, payload: "one" });
      await publisher.publish({ topic, qos: 2, payload: "two" });
      subscriber.start();
      const { negotiatedSettings } = await subscriber.waitUntilConnected();
      equal(negotiatedSettings.rejoinedSession, true, "the session was there");
      const messages = await inbox.take(2);
      equal(
        messages.map((message) => message.text()),
        ["one", "two"],
        "what came meanwhile",
      );
    },
  },
  {
    name: "starts anew with a clean session",
    run: async (context) => {
      const options = { connectOptions: { clientId: context.unique("clean"), sessionExpiryInterval: 3_600 } };
      const client = await context.connect({ options });
      await client.stop();
      client.start();
      const { negotiatedSettings } = await client.waitUntilConnected();
      equal(negotiatedSettings.rejoinedSession, false, "a session was there");
    },
  },
  {
    name: "has its will published when the connection breaks",
    isRough: true,
    run: async (context) => {
      const topic = context.unique("will");
      const observer = await context.connect();
      const inbox = new Inbox(observer);
      await observer.subscribe({ topicFilter: topic, qos: 1 });
      const will = { topic, qos: 1, payload: "gone", contentType: "text/plain" } as const;
      const client = await context.connect({ options: { connectOptions: { will } }, isCuttable: true });
      const disconnected = next(client, "disconnection");
      await context.cutNetwork();
      const { error } = await disconnected;
      equal(error.code, "CONNECTION_FAILED", "the code of the disconnection");
      const message = await inbox.first();
      equal([message.text(), message.contentType], ["gone", "text/plain"], "the will");
      await client.waitUntilConnected();
    },
  },
  {
    name: "has its will published when it asks for it, and not when it leaves in order",
    run: async (context) => {
      const topic = context.unique("will");
      const observer = await context.connect();
      const inbox = new Inbox(observer);
      await observer.subscribe({ topicFilter: topic, qos: 1 });
      const orderly = await context.connect({ options: { connectOptions: { will: { topic, payload: "orderly" } } } });
      const asking = await context.connect({ options: { connectOptions: { will: { topic, payload: "asking" } } } });
      await orderly.stop();
      await asking.stop({ disconnect: { reasonCode: 0x04 } });
      equal((await inbox.first()).text(), "asking", "the first will");
    },
  },
];
