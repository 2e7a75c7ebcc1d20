/** All scenarios: the one description that runs on every transport and platform. */

import { connectionScenarios } from "./connection-scenarios.js";
import { messageScenarios } from "./message-scenarios.js";
import type { Scenario } from "./scenario.js";
import { receivingScenarios } from "./receiving-scenarios.js";
import { sessionScenarios } from "./session-scenarios.js";
import { subscriptionScenarios } from "./subscription-scenarios.js";

export const scenarios: readonly Scenario[] = [
  ...connectionScenarios,
  ...messageScenarios,
  ...subscriptionScenarios,
  ...receivingScenarios,
  ...sessionScenarios,
];
