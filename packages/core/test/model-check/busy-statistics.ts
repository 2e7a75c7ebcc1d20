import type { Mqtt5ClientBase } from "../../src/client/client.js";

/** The statistics of a client that has nothing to do. */
export function busyStatistics(client: Mqtt5ClientBase, when: string): string[] {
  const { incompleteOperationCount, unackedOperationCount, queuedOperationCount, sendQuotaInUse } = client.statistics();
  const counts = { incompleteOperationCount, unackedOperationCount, queuedOperationCount, sendQuotaInUse };
  return Object.entries(counts)
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => `${name} is ${count} ${when}`);
}
