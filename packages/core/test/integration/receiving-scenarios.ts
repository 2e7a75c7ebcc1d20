/** Iterables of messages, acknowledgement by hand, and requests. */

import { equal, holds } from "./assertions.js";
import { Inbox, next } from "./inbox.js";
import type { Scenario } from "./scenario.js";

const persistent = { sessionBehavior: "rejoinAlways" } as const;

export const receivingScenarios: readonly Scenario[] = [
  {
    name: "gives the messages of a filter as an async iterable, in order",
    run: async (context) => {
      const [subscriber, publisher] = [await context.connect(), await context.connect()];
      const topic = context.unique("iterable");
      const messages = subscriber.messages(`${topic}/+`, { qos: 1 });
      // SUBSCRIBE is before it on the same connection.
      await subscriber.subscribe(context.unique("marker"));
      const numbers = Array.from({ length: 200 }, (_, index) => index);
      await Promise.all(
        numbers.map((number) => publisher.publish({ topic: `${topic}/a`, qos: 1, payload: String(number) })),
      );
      const received: number[] = [];
      for await (const message of messages) {
        received.push(Number(message.text()));
        if (received.length === numbers.length) {
          break;
        }
      }
      equal(received, numbers, "the numbers in the payloads");
    },
  },
  {
    name: "holds the server back with a loop that does not go on",
    run: async (context) => {
      const receiveMaximum = 10;
      const subscriber = await context.connect({ options: { connectOptions: { receiveMaximum } } });
      const publisher = await context.connect();
      const topic = context.unique("slow");
      const inbox = new Inbox(subscriber);
      const messages = subscriber.messages(topic, { qos: 1 });
      await subscriber.subscribe(context.unique("marker"));
      const count = 50;
      await Promise.all(
        Array.from({ length: count }, (_, index) => publisher.publish({ topic, qos: 1, payload: String(index) })),
      );
      await inbox.take(receiveMaximum);
      // A round trip more: the server had time to send what it may not.
      await subscriber.subscribe(context.unique("round-trip"));
      equal(inbox.messages.length, receiveMaximum, "the messages that came before the loop began");
      // It ends here: mosquitto 2.0 answers the first acknowledgement with all the rest at once, whatever the limit.
      await subscriber.stop();
      const { value } = await messages.next();
      equal(value?.text(), "0", "the first message");
    },
  },
  {
    name: "gets a message again that it did not acknowledge before the connection broke",
    isRough: true,
    run: async (context) => {
      const clientId = context.unique("manual");
      const connectOptions = { clientId, sessionExpiryInterval: 600 };
      const options = { ...persistent, connectOptions, acknowledgement: "manual" } as const;
      const subscriber = context.makeClient({ options, isCuttable: true });
      subscriber.start();
      await subscriber.waitUntilConnected();
      const publisher = await context.connect();
      const topic = context.unique("again");
      const inbox = new Inbox(subscriber);
      await subscriber.subscribe({ topicFilter: topic, qos: 1 });
      await publisher.publish({ topic, qos: 1, payload: "x" });
      const first = await inbox.first();
      const disconnection = next(subscriber, "disconnection");
      await context.cutNetwork();
      await disconnection;
      equal(first.acknowledge(), false, "whether it can be acknowledged now");
      const [, second] = await inbox.take(2);
      equal([second?.text(), second?.dup], ["x", true], "the second delivery");
      holds(second?.acknowledge() === true, "the second can be acknowledged");
    },
  },
  {
    name: "asks and answers",
    run: async (context) => {
      const [asking, answering] = [await context.connect(), await context.connect()];
      const topic = context.unique("square");
      const responder = await context.respond(
        answering,
        `${topic}/#`,
        (request) => ({ qos: 0, payload: String(Number(request.text()) ** 2) }),
        { qos: 1 },
      );
      const requester = context.createRequester(asking, { responseTopic: context.unique("answers") });
      const answers = await Promise.all(
        [1, 2, 3].map((number) => requester.request({ topic: `${topic}/n`, qos: 1, payload: String(number) })),
      );
      equal(
        answers.map((message) => message.text()),
        ["1", "4", "9"],
        "the answers",
      );
      requester.close();
      responder.close();
    },
  },
];
