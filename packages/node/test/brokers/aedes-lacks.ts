/** What aedes 2.0.0-beta.1 lacks. `docs/brokers.md` says the same to readers. */

import type { Lack } from "./lack.js";

const forgetsPublishers =
  "it has no session for a client without subscriptions, and a QoS 2 message under way cannot be told to be new without one";

export const aedesLacks: readonly Lack[] = [
  {
    scenario: "says when nobody was subscribed",
    because: "it answers 0x00 where nobody was subscribed, which 0x10 is for",
    failure: /: 0 instead of 16$/,
  },
  {
    scenario: "gives a result for each filter of a subscribe",
    because: "it offers no shared subscriptions",
    failure: /^topicFilter must be not shared for this server/,
  },
  {
    scenario: "holds the server back with a loop that does not go on",
    because: "it sends all that it has, whatever the Receive Maximum",
    failure: /50 instead of 10$/,
  },
  {
    scenario: "gets a message again that it did not acknowledge before the connection broke",
    // MQTT-3.3.1-1 asks for it.
    because: "it delivers the message again without the DUP flag",
    failure: /\["x",false\] instead of \["x",true\]/,
  },
  {
    scenario: "loses nothing at QoS 2, and doubles nothing, when the network breaks",
    because: forgetsPublishers,
    failure: /^the server lost the session$/,
    dependsOnMoment: true,
  },
  {
    scenario: "loses nothing at QoS 2, and doubles nothing, when the broker restarts",
    because: forgetsPublishers,
    failure: /^the server lost the session$/,
    dependsOnMoment: true,
  },
];
