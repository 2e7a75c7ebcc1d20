/** Subscribing, unsubscribing, and what the server keeps for later subscribers. */

import { equal } from "./assertions.js";
import { Inbox } from "./inbox.js";
import type { Scenario } from "./scenario.js";

export const subscriptionScenarios: readonly Scenario[] = [
  {
    name: "gives a result for each filter of a subscribe",
    run: async (context) => {
      const client = await context.connect();
      const base = context.unique("filters");
      const { results, allGranted } = await client.subscribe({
        subscriptions: [
          { topicFilter: `${base}/+`, qos: 0 },
          { topicFilter: `${base}/#`, qos: 1 },
          { topicFilter: `$share/group/${base}`, qos: 2 },
        ],
      });
      equal(
        results.map((result) => [result.topicFilter, result.ok && result.grantedQos]),
        [
          [`${base}/+`, 0],
          [`${base}/#`, 1],
          [`$share/group/${base}`, 2],
        ],
        "the results",
      );
      equal(allGranted, true, "all were granted");
    },
  },
  {
    name: "receives nothing more once it has unsubscribed",
    run: async (context) => {
      const client = await context.connect();
      const inbox = new Inbox(client);
      const [ended, kept] = [context.unique("ended"), context.unique("kept")];
      await client.subscribe({ subscriptions: [{ topicFilter: ended }, { topicFilter: kept }] });
      await client.publish({ topic: ended, payload: "before" });
      await inbox.take(1);
      const { allEnded, results } = await client.unsubscribe(ended);
      equal([allEnded, results.map(({ reasonCode }) => reasonCode)], [true, [0]], "the results");
      await client.publish({ topic: ended, payload: "after" });
      await client.publish({ topic: kept, payload: "last" });
      const messages = await inbox.take(2);
      equal(
        messages.map((message) => message.text()),
        ["before", "last"],
        "what was received",
      );
    },
  },
  {
    name: "may unsubscribe what was not subscribed",
    run: async (context) => {
      const client = await context.connect();
      const { results } = await client.unsubscribe([context.unique("never")]);
      equal(
        results.map(({ ok, reasonCode }) => [ok, reasonCode]),
        [[true, 0x11]],
        "the results",
      );
    },
  },
  {
    name: "does not hear itself with noLocal",
    run: async (context) => {
      const [client, other] = [await context.connect(), await context.connect()];
      const inbox = new Inbox(client);
      const topic = context.unique("local");
      await client.subscribe({ topicFilter: topic, noLocal: true, qos: 1 });
      await client.publish({ topic, payload: "own", qos: 1 });
      await other.publish({ topic, payload: "other", qos: 1 });
      equal((await inbox.first()).text(), "other", "the first message");
    },
  },
  {
    name: "gets what was retained, and nothing once that was cleared",
    run: async (context) => {
      const [publisher, early, late] = [await context.connect(), await context.connect(), await context.connect()];
      const [topic, marker] = [context.unique("retained"), context.unique("marker")];
      await publisher.publish({ topic, qos: 1, retain: true, payload: "kept" });
      const earlyInbox = new Inbox(early);
      await early.subscribe({ topicFilter: topic, qos: 1 });
      const message = await earlyInbox.first();
      equal([message.text(), message.retain], ["kept", true], "the retained message");
      await publisher.publish({ topic, qos: 1, retain: true });
      const lateInbox = new Inbox(late);
      await late.subscribe({ subscriptions: [{ topicFilter: topic }, { topicFilter: marker }] });
      await publisher.publish({ topic: marker, payload: "marker" });
      equal((await lateInbox.first()).text(), "marker", "the first message after clearing");
    },
  },
];
