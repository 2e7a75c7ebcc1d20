/** What a client has under way, counted when it is asked for, and what went over its connections. */

import type { Operation } from "./operation.js";

/** What went over all connections of a client since it was made. */
export interface TrafficStatistics {
  /** Handed to the transport. */
  readonly bytesSent: number;
  readonly packetsSent: number;
  readonly bytesReceived: number;
  readonly packetsReceived: number;
}

/**
 * The operations of a client and its traffic, at one moment. Sizes are those of encoded packets in bytes, with the topic
 * in full.
 */
export interface OperationStatistics extends TrafficStatistics {
  /** Submitted and not finished. One that timed out or was aborted is finished once the protocol is done with it. */
  readonly incompleteOperationCount: number;
  readonly incompleteOperationSize: number;
  /** Of these: sent on this connection, and waiting for the acknowledgement that finishes them. */
  readonly unackedOperationCount: number;
  readonly unackedOperationSize: number;
  /** Of the incomplete: in the queue, which the option `queue` limits. */
  readonly queuedOperationCount: number;
  readonly queuedOperationSize: number;
  /** Units of the server's Receive Maximum that are in use on this connection (section 4.9). */
  readonly sendQuotaInUse: number;
  /** Connections made after the first. */
  readonly reconnectCount: number;
}

/** The part of {@link OperationStatistics} that is about operations. */
export type OperationCounts = Omit<OperationStatistics, keyof TrafficStatistics | "reconnectCount">;

/**
 * Counts operations; the engine's own do not count, since nobody submitted them. `others` are those that are neither
 * queued nor unacked; it may name others again.
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

/** Count and size. */
function total(operations: Iterable<Operation>): readonly [number, number] {
  const submitted = [...operations].filter(({ lane }) => lane !== "resubscribes");
  return [submitted.length, submitted.reduce((sum, { size }) => sum + size, 0)];
}
