/**
 * How operations end for the application: exactly once each, by success, failure, deadline or cancellation. What the
 * protocol still has to do with an operation after that is not the concern of this module.
 */

import type { MqttError } from "../errors.js";
import { DeadlineHeap } from "./deadline-heap.js";
import type { EngineEvent, EventQueue } from "./engine-event.js";
import type { Operation, OperationId } from "./operation.js";

export class OperationSettlement {
  readonly #events: EventQueue;
  /** Of what is not settled: its timeout, or when its message expires. */
  readonly deadlines: DeadlineHeap<Operation> = new DeadlineHeap<Operation>();
  readonly #cancellable = new Map<OperationId, Operation>();

  constructor(events: EventQueue) {
    this.#events = events;
  }

  /** Watches over an operation from now on. */
  add(operation: Operation, isCancellable: boolean): void {
    this.deadlines.add(operation);
    if (isCancellable) {
      this.#cancellable.set(operation.id, operation);
    }
  }

  /** Settles an operation at the wish of the application, without an event; undefined for one that is over. */
  cancel(id: OperationId): Operation | undefined {
    const operation = this.#cancellable.get(id);
    if (operation !== undefined) {
      this.settle(operation);
    }
    return operation;
  }

  /** Ends an operation with an error, unless it has ended before. */
  fail(operation: Operation, error: MqttError): void {
    // Nobody waits for a subscription that is made again.
    const { message } = error;
    this.settle(
      operation,
      operation.lane === "resubscribes"
        ? { type: "warning", code: "NOT_RESUBSCRIBED", message }
        : { type: "operationFailed", id: operation.id, error },
    );
  }

  /** Ends an operation with this event or, where the caller knows, with none, unless it has ended before. */
  settle(operation: Operation, event?: EngineEvent): void {
    if (!operation.isSettled) {
      operation.isSettled = true;
      this.deadlines.remove(operation);
      this.#cancellable.delete(operation.id);
      if (event !== undefined) {
        this.#events.push(event);
      }
    }
  }
}
