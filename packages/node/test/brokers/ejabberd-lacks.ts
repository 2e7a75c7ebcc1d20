/** What ejabberd 23.01 lacks. `docs/brokers.md` says the same to readers. */

import type { Lack } from "./lack.js";

export const ejabberdLacks: readonly Lack[] = [
  {
    scenario: "gives a result for each filter of a subscribe",
    because: "it offers no shared subscriptions",
    failure: /^topicFilter must be not shared for this server/,
  },
  {
    scenario: "may unsubscribe what was not subscribed",
    because: "it answers 0x00 where no subscription existed, which 0x11 is for",
    failure: /\[\[true,0\]\] instead of \[\[true,17\]\]/,
  },
  {
    scenario: "holds the server back with a loop that does not go on",
    because: "it sends one message at QoS 1 or 2 at a time, whatever the Receive Maximum",
    failure: /^nothing more happened$/,
  },
  {
    scenario: "loses nothing at QoS 1 when the broker restarts",
    because: "its sessions are in memory only, and with them goes what a subscriber has not received",
    failure: /^nothing more happened$/,
    dependsOnMoment: true,
  },
  {
    scenario: "loses nothing at QoS 2, and doubles nothing, when the broker restarts",
    because: "its sessions are in memory only, and a QoS 2 message under way cannot be told to be new without one",
    failure: /^(the server lost the session|nothing more happened)$/,
    dependsOnMoment: true,
  },
];
