/** The operations and the traffic of a client, counted at the call. */

import type { Operation } from "./operation.js";

/** The traffic of all connections since the client was created. */
export interface TrafficStatistics {
  /** The bytes that were handed to the transport. */
  readonly bytesSent: number;
  /** The packets that were handed to the transport. */
  readonly packetsSent: number;
  /** The bytes that were received. */
  readonly bytesReceived: number;
  /** The packets that were received. */
  readonly packetsReceived: number;
}

/**
 * The operations and the traffic of a client at one moment. Sizes are the sizes of the encoded packets, with the full
 * topic, in bytes.
 */
export interface OperationStatistics extends TrafficStatistics {
  /**
   * The number of operations that were submitted and are not finished. After a timeout or an abort an operation counts
   * until the protocol is done with it.
   */
  readonly incompleteOperationCount: number;
  /** The size of the incomplete operations, in bytes. */
  readonly incompleteOperationSize: number;
  /** The number of incomplete operations that were sent on this connection and wait for their last acknowledgement. */
  readonly unackedOperationCount: number;
  /** The size of the unacknowledged operations, in bytes. */
  readonly unackedOperationSize: number;
  /** The number of incomplete operations in the queue, which the option `queue` limits. */
  readonly queuedOperationCount: number;
  /** The size of the queued operations, in bytes. */
  readonly queuedOperationSize: number;
  /**
   * The part of the server's Receive Maximum that is in use on this connection, in messages.
   *
   * See [section 4.9](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901251).
   */
  readonly sendQuotaInUse: number;
  /** The number of connections after the first. */
  readonly reconnectCount: number;
  /** The number of operations that failed since the client was created: one for each event `operationFailed`. */
  readonly failedOperationCount: number;
  /**
   * The number of messages that were dropped since the client was created: those of the warnings `NO_CONSUMER`,
   * `UNCLAIMED_MESSAGE` and `SLOW_CONSUMER`. A message counts for each consumer that it was dropped for.
   */
  readonly droppedMessageCount: number;
}

/** The part of {@link OperationStatistics} that the engine counts. */
export type EngineStatistics = Omit<OperationStatistics, "failedOperationCount" | "droppedMessageCount">;

/** The part of {@link OperationStatistics} about operations. */
export type OperationCounts = Omit<EngineStatistics, keyof TrafficStatistics | "reconnectCount">;

/**
 * Counts operations. Operations of the engine itself do not count: the application did not submit them. `others` are
 * neither queued nor unacknowledged; operations of the first two lists may appear there again.
 */
export function countOperations(
  queued: readonly Operation[],
  unacked: readonly Operation[],
  others: readonly Operation[],
  sendQuotaInUse: number,
): OperationCounts {
  const [incompleteOperationCount, incompleteOperationSize] = total(new Set([...queued, ...unacked, ...others]));
  const [unackedOperationCount, unackedOperationSize] = total(unacked);
  const [queuedOperationCount, queuedOperationSize] = total(queued);
  return {
    incompleteOperationCount,
    incompleteOperationSize,
    unackedOperationCount,
    unackedOperationSize,
    queuedOperationCount,
    queuedOperationSize,
    sendQuotaInUse,
  };
}

/** Gives the number of operations and their size. */
function total(operations: Iterable<Operation>): readonly [number, number] {
  const submitted = [...operations].filter(({ lane }) => lane !== "resubscribes");
  return [submitted.length, submitted.reduce((sum, { size }) => sum + size, 0)];
}
