/**
 * Operations that were accepted and not yet written. Three lanes, because what holds one kind back does not hold back
 * the others: QoS 0 publishes, publishes to be acknowledged (which the send quota may stop), and requests (SUBSCRIBE
 * and UNSUBSCRIBE). Ids count up, so the order of submission is that of the lowest id at the head of a lane.
 */

import type { QueuedKinds } from "./loss-policy.js";
import { OperationList } from "./operation-list.js";
import type { Operation } from "./operation.js";

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

export class OutboundQueue {
  readonly #limits: QueueLimits;
  readonly #qos0 = new OperationList<Operation>();
  readonly #acknowledged = new OperationList<Operation>();
  readonly #requests = new OperationList<Operation>();
  #bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#qos0.count + this.#acknowledged.count + this.#requests.count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True when an operation of this size has a place, be it after others are dropped. */
  canHold(size: number): boolean {
    return size <= this.#limits.maxBytes;
  }

  /** The limit that an operation of this size would break now, in words, or undefined. */
  problem(size: number): string | undefined {
    const { maxOperations, maxBytes } = this.#limits;
    if (this.count >= maxOperations) {
      return `${String(maxOperations)} operations wait (queue.maxOperations)`;
    }
    if (this.#bytes + size > maxBytes) {
      return `${String(this.#bytes)} of ${String(maxBytes)} bytes wait (queue.maxBytes), this one has ${String(size)}`;
    }
    return undefined;
  }

  /** Takes out the publish that the policy gives up for a newer operation, or undefined when none may go. */
  dropOldest(): Operation | undefined {
    const victim = this.#victim();
    if (victim !== undefined) {
      this.remove(victim);
    }
    return victim;
  }

  #victim(): Operation | undefined {
    switch (this.#limits.whenFull) {
      case "reject":
        return undefined;
      case "dropOldestQos0":
        return this.#qos0.first;
      case "dropOldest":
        return older(this.#qos0.first, this.#acknowledged.first);
    }
  }

  /** Adds an operation behind the others of its lane, or where its id belongs when it was here before. */
  add(operation: Operation): void {
    this.#laneOf(operation).insertInOrder(operation);
    this.#bytes += operation.size;
  }

  remove(operation: Operation): void {
    if (this.holds(operation)) {
      this.#laneOf(operation).remove(operation);
      this.#bytes -= operation.size;
    }
  }

  holds(operation: Operation): boolean {
    return operation.list !== undefined && operation.list === this.#laneOf(operation);
  }

  /** The next operation in the order of submission, leaving out the kinds that may not be sent now. */
  peek(canAcknowledge: boolean, canRequest: boolean): Operation | undefined {
    let next = this.#qos0.first;
    if (canAcknowledge) {
      next = older(next, this.#acknowledged.first);
    }
    if (canRequest) {
      next = older(next, this.#requests.first);
    }
    return next;
  }

  /** All operations, lane by lane. */
  all(): Operation[] {
    return [...this.#qos0.all(), ...this.#acknowledged.all(), ...this.#requests.all()];
  }

  /** Takes out all operations of the kinds named, in the order of submission. */
  drain(kinds: QueuedKinds): Operation[] {
    const drained = [
      ...(kinds.qos0 ? this.#qos0.drain() : []),
      ...(kinds.acknowledged ? this.#acknowledged.drain() : []),
      ...(kinds.requests ? this.#requests.drain() : []),
    ].sort((one, other) => one.id - other.id);
    for (const operation of drained) {
      this.#bytes -= operation.size;
    }
    return drained;
  }

  #laneOf(operation: Operation): OperationList<Operation> {
    if (operation.kind !== "publish") {
      return this.#requests;
    }
    return operation.packet.qos === 0 ? this.#qos0 : this.#acknowledged;
  }
}

function older(one: Operation | undefined, other: Operation | undefined): Operation | undefined {
  if (one === undefined || other === undefined) {
    return one ?? other;
  }
  return one.id < other.id ? one : other;
}
