/**
 * Operations that were accepted and not yet written. Three lanes, because what holds one kind back does not hold back
 * the others: QoS 0 publishes, publishes to be acknowledged (which the send quota may stop), and requests (SUBSCRIBE
 * and UNSUBSCRIBE). Ids count up, so the order of submission is that of the lowest id at the head of a lane.
 */

import { OperationList } from "./operation-list.js";
import type { Lane, Operation } from "./operation.js";

/** What happens when an operation comes and the queue is full. */
export type QueueFullPolicy = "reject" | "dropOldest" | "dropOldestQos0";

/** The limits of the queue; only operations never written count. */
export interface QueueLimits {
  /** Default 100 000. */
  readonly maxOperations: number;
  /** Encoded size of all operations together; default 64 MiB. */
  readonly maxBytes: number;
  readonly whenFull: QueueFullPolicy;
}

const allLanes: readonly Lane[] = ["qos0", "acknowledged", "requests"];

export class OutboundQueue {
  readonly #limits: QueueLimits;
  readonly #lanes = {
    qos0: new OperationList<Operation>(),
    acknowledged: new OperationList<Operation>(),
    requests: new OperationList<Operation>(),
  };

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** The limit that an operation of this size would break now, in words, or undefined. */
  problem(size: number): string | undefined {
    const { maxOperations, maxBytes } = this.#limits;
    const { qos0, acknowledged, requests } = this.#lanes;
    if (qos0.count + acknowledged.count + requests.count >= maxOperations) {
      return `queue.maxOperations is ${String(maxOperations)}`;
    }
    const bytes = qos0.bytes + acknowledged.bytes + requests.bytes;
    return bytes + size > maxBytes
      ? `queue.maxBytes is ${String(maxBytes)}, less than ${String(bytes)} + ${String(size)}`
      : undefined;
  }

  /** The publish that the policy gives up for a newer operation of this size, or undefined when none may go. */
  victimFor(size: number): Operation | undefined {
    const { whenFull, maxBytes } = this.#limits;
    const { acknowledged, requests } = this.#lanes;
    const dropsAnyQos = whenFull === "dropOldest";
    const lasting = requests.bytes + (dropsAnyQos ? 0 : acknowledged.bytes);
    if (whenFull === "reject" || lasting + size > maxBytes) {
      return undefined;
    }
    return this.peek(dropsAnyQos, false);
  }

  /** Adds an operation behind the others of its lane, or where its id belongs when it was here before. */
  add(operation: Operation): void {
    this.#lanes[operation.lane].insertInOrder(operation);
  }

  /** The next operation in the order of submission, leaving out the kinds that may not be sent now. */
  peek(canAcknowledge: boolean, canRequest: boolean): Operation | undefined {
    const { qos0, acknowledged, requests } = this.#lanes;
    const next = canAcknowledge ? older(qos0.first, acknowledged.first) : qos0.first;
    return canRequest ? older(next, requests.first) : next;
  }

  /** The operations of these lanes, in the order of submission. */
  all(lanes: readonly Lane[] = allLanes): Operation[] {
    return lanes.flatMap((lane) => this.#lanes[lane].all()).sort((one, other) => one.id - other.id);
  }
}

function older(one: Operation | undefined, other: Operation | undefined): Operation | undefined {
  return one === undefined || (other !== undefined && other.id < one.id) ? other : one;
}
