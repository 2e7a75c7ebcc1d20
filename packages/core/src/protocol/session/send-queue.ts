/**
 * The operations that wait to be written.
 *
 * The operations of the application have three lanes: QoS 0 publishes, QoS 1 and 2 publishes, and requests (SUBSCRIBE
 * and UNSUBSCRIBE). An obstacle to one lane, such as the send quota, does not delay the others. Ids count up, so the
 * lowest id at the head of a lane was submitted first.
 *
 * Two more lanes go before these: publishes that are sent again, and subscriptions that are renewed. The limits do not
 * count them.
 */

import { OperationList } from "../collections/operation-list.js";
import type { Lane, Operation } from "./operation.js";

/**
 * The policy for an operation that comes while the queue is full.
 *
 * - `reject`: rejects the new operation
 * - `dropOldest`: drops the oldest publish that was not sent yet
 * - `dropOldestQos0`: drops the oldest QoS 0 publish that was not sent yet
 *
 * A dropped publish rejects with a `QueueFullError`. If no publish can be dropped, the new operation is rejected.
 */
export type QueueFullPolicy = "reject" | "dropOldest" | "dropOldestQos0";

/** The limits of the queue. Only operations that were never written count. */
export interface QueueLimits {
  /** The largest number of operations. */
  readonly maxOperations: number;
  /** The largest memory of all operations together, in bytes: their packets, and what they cost beside them. */
  readonly maxBytes: number;
  /** The policy for an operation beyond the limits. */
  readonly whenFull: QueueFullPolicy;
}

const submitted: readonly Lane[] = ["qos0", "acknowledged", "requests"];

export class SendQueue {
  readonly #limits: QueueLimits;
  readonly #lanes = {
    redeliveries: new OperationList<Operation>(),
    resubscribes: new OperationList<Operation>(),
    qos0: new OperationList<Operation>(),
    acknowledged: new OperationList<Operation>(),
    requests: new OperationList<Operation>(),
  };

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Gives the limit that an operation which takes this memory would exceed now, in words, or undefined. */
  problem(memory: number): string | undefined {
    const { maxOperations, maxBytes } = this.#limits;
    const { qos0, acknowledged, requests } = this.#lanes;
    if (qos0.count + acknowledged.count + requests.count >= maxOperations) {
      return `queue.maxOperations is ${maxOperations}`;
    }
    const bytes = qos0.bytes + acknowledged.bytes + requests.bytes;
    return bytes + memory > maxBytes ? `queue.maxBytes is ${maxBytes}, less than ${bytes} + ${memory}` : undefined;
  }

  /**
   * Gives the publish that the policy drops for a newer operation which takes this memory, or undefined when none may be
   * dropped.
   */
  victimFor(memory: number): Operation | undefined {
    const { whenFull, maxBytes } = this.#limits;
    const { qos0, acknowledged, requests } = this.#lanes;
    const dropsAnyQos = whenFull === "dropOldest";
    const lasting = requests.bytes + (dropsAnyQos ? 0 : acknowledged.bytes);
    if (whenFull === "reject" || lasting + memory > maxBytes) {
      return undefined;
    }
    return dropsAnyQos ? older(qos0.first, acknowledged.first) : qos0.first;
  }

  /** Adds an operation at the end of its lane. An operation that was here before goes back to the place of its id. */
  add(operation: Operation, lane: Lane = operation.lane): void {
    this.#lanes[lane].insertInOrder(operation);
  }

  /** Gives the next operation. Skips publishes that need send quota or a packet id while there is none. */
  next(hasQuota: boolean, hasFreeId: boolean): Operation | undefined {
    const { redeliveries, resubscribes, qos0, acknowledged, requests } = this.#lanes;
    const redelivery = hasQuota ? redeliveries.first : undefined;
    if (redelivery && (hasFreeId || redelivery.packetId !== undefined)) {
      return redelivery;
    }
    const publish = hasQuota && hasFreeId ? older(qos0.first, acknowledged.first) : qos0.first;
    return hasFreeId ? (resubscribes.first ?? older(publish, requests.first)) : publish;
  }

  /** Gives the operations of these lanes in the order of submission. Default: the lanes of the application. */
  all(lanes: readonly Lane[] = submitted): Operation[] {
    return lanes.flatMap((lane) => this.#lanes[lane].all()).sort((one, other) => one.id - other.id);
  }
}

function older(one: Operation | undefined, other: Operation | undefined): Operation | undefined {
  return !one || (other && other.id < one.id) ? other : one;
}
