import type { Mqtt5ClientBase } from "../../src/client/client.js";

/** The counts that operations which wait for the next start are in. */
const kept = new Set(["incompleteOperationCount", "queuedOperationCount"]);

/** Looks for work in the statistics of a client that has nothing to do, but for `keptCount` operations at most. */
export function busyStatistics(client: Mqtt5ClientBase, when: string, keptCount = 0): string[] {
  const { incompleteOperationCount, unackedOperationCount, queuedOperationCount, sendQuotaInUse } = client.statistics();
  const counts = { incompleteOperationCount, unackedOperationCount, queuedOperationCount, sendQuotaInUse };
  return Object.entries(counts)
    .filter(([name, count]) => count > (kept.has(name) ? keptCount : 0))
    .map(([name, count]) => `${name} is ${count} ${when}`);
}
