/**
 * The operations that wait to be written. Those of the application have three lanes, because what holds one kind back does
 * not hold back the others: QoS 0 publishes, QoS 1 and 2 publishes (which the send quota may stop), and requests
 * (SUBSCRIBE and UNSUBSCRIBE). Ids count up, so the lowest id at the head of a lane was submitted first. Two more lanes go
 * before these, and the limits do not count them: publishes that are sent again, and subscriptions that are made again.
 */

import { OperationList } from "../collections/operation-list.js";
import type { Lane, Operation } from "./operation.js";

/** The policy for an operation that comes while the queue is full. */
export type QueueFullPolicy = "reject" | "dropOldest" | "dropOldestQos0";

/** The limits of the queue; only operations never written count. */
export interface QueueLimits {
  /** Default 100 000. */
  readonly maxOperations: number;
  /** Encoded size of all operations together; default 64 MiB. */
  readonly maxBytes: number;
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

  /** The limit that an operation of this size would break now, in words, or undefined. */
  problem(size: number): string | undefined {
    const { maxOperations, maxBytes } = this.#limits;
    const { qos0, acknowledged, requests } = this.#lanes;
    if (qos0.count + acknowledged.count + requests.count >= maxOperations) {
      return `queue.maxOperations is ${maxOperations}`;
    }
    const bytes = qos0.bytes + acknowledged.bytes + requests.bytes;
    return bytes + size > maxBytes ? `queue.maxBytes is ${maxBytes}, less than ${bytes} + ${size}` : undefined;
  }

  /** The publish that the policy gives up for a newer operation of this size, or undefined when none may go. */
  victimFor(size: number): Operation | undefined {
    const { whenFull, maxBytes } = this.#limits;
    const { qos0, acknowledged, requests } = this.#lanes;
    const dropsAnyQos = whenFull === "dropOldest";
    const lasting = requests.bytes + (dropsAnyQos ? 0 : acknowledged.bytes);
    if (whenFull === "reject" || lasting + size > maxBytes) {
      return undefined;
    }
    return dropsAnyQos ? older(qos0.first, acknowledged.first) : qos0.first;
  }

  /** Adds an operation behind the others of its lane, or where its id belongs when it was here before. */
  add(operation: Operation, lane: Lane = operation.lane): void {
    this.#lanes[lane].insertInOrder(operation);
  }

  /** The next operation, leaving out what the send quota holds back, or needs a packet id while none is free. */
  next(hasQuota: boolean, hasFreeId: boolean): Operation | undefined {
    const { redeliveries, resubscribes, qos0, acknowledged, requests } = this.#lanes;
    const redelivery = hasQuota ? redeliveries.first : undefined;
    if (redelivery && (hasFreeId || redelivery.packetId !== undefined)) {
      return redelivery;
    }
    const publish = hasQuota && hasFreeId ? older(qos0.first, acknowledged.first) : qos0.first;
    return hasFreeId ? (resubscribes.first ?? older(publish, requests.first)) : publish;
  }

  /** The operations of these lanes, in the order of submission; by default those that the application submitted. */
  all(lanes: readonly Lane[] = submitted): Operation[] {
    return lanes.flatMap((lane) => this.#lanes[lane].all()).sort((one, other) => one.id - other.id);
  }
}

function older(one: Operation | undefined, other: Operation | undefined): Operation | undefined {
  return !one || (other && other.id < one.id) ? other : one;
}
