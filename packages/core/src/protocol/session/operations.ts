/**
 * The operations under way: their deadlines, their packet identifiers and their ends.
 *
 * An operation ends twice. It is *settled* when its promise ends; it is *finished* when the protocol is done with it.
 * Five methods end one:
 *
 * - `settle`: the promise ends with success, or without an event if the caller already knows
 * - `fail`: the promise ends with an error
 * - `keep`: the promise ends with an error because the client stopped. The session keeps the message
 * - `finish`: the protocol is done with it: its packet identifier and its unit of the send quota are free again
 * - `abandon`: the promise ends early, by a timeout, an abort or a limit. An unwritten operation is finished as well. A
 *   written one keeps its packet identifier until the server answers
 *
 * All packets share one set of packet identifiers (section 2.2.1). They are assigned in turn, so that each is used
 * again as late as possible.
 */

import { packetIdCount } from "../../codec/limits.js";
import type { MqttError } from "../../errors.js";
import { DeadlineHeap } from "../collections/deadline-heap.js";
import { IdTable } from "../collections/id-table.js";
import { OperationList } from "../collections/operation-list.js";
import type { EngineEvent, EventQueue } from "../engine-event.js";
import { MessageExpiredError, OperationTimeoutError } from "../errors/operation-errors.js";
import type { Journal } from "./journal.js";
import type { Operation, OperationId, PublishOperation, RequestOperation } from "./operation.js";
import { outcomeOfGivingUp } from "./outcomes.js";
import type { PublishExchange } from "./publish-exchange.js";

/** Gives the reason why there is no connection; undefined when there is one, or nothing has failed yet. */
export type WhyOffline = () => MqttError | undefined;

export class Operations {
  readonly #events: EventQueue;
  readonly #journal: Journal | undefined;
  readonly #ackTimeoutMs: number;

  /** The operations that are not settled, by their timeout or the expiry of their message. */
  readonly #deadlines = new DeadlineHeap<Operation>();
  readonly #cancellable = new Map<OperationId, Operation>();

  readonly #byPacketId = new IdTable<Operation>();
  #lastPacketId = 0;
  #releaseCount = 0;

  /** The operations whose acknowledgement is awaited on this connection, in the order in which they were written. */
  readonly #awaiting = new OperationList<Operation>();

  constructor(events: EventQueue, journal: Journal | undefined, ackTimeoutMs: number) {
    this.#events = events;
    this.#journal = journal;
    this.#ackTimeoutMs = ackTimeoutMs;
  }

  /** The time of the next timeout of a call, or expiry of a message; Infinity for none. */
  get operationDeadline(): number {
    return this.#deadlines.first?.deadline ?? Infinity;
  }

  /** The time at which the next acknowledgement is overdue; Infinity for none. */
  get acknowledgementDeadline(): number {
    return this.#awaiting.first?.acknowledgementDeadline ?? Infinity;
  }

  /** Adds an operation, and watches its deadlines. */
  add(operation: Operation, isCancellable: boolean): void {
    this.#deadlines.add(operation);
    if (isCancellable) {
      this.#cancellable.set(operation.id, operation);
    }
  }

  /** Acts on the deadlines whose time has come. `whyOffline` gives the reason why there is no connection. */
  handleTimeout(now: number, whyOffline: WhyOffline): void {
    const deadlines = this.#deadlines;
    for (let due = deadlines.first; due && due.deadline <= now; due = deadlines.first) {
      this.#handleDue(now, due, whyOffline);
    }
    const awaiting = this.#awaiting;
    for (let due = awaiting.first; due && due.acknowledgementDeadline <= now; due = awaiting.first) {
      this.#timeOut(due, this.#ackTimeoutMs);
    }
  }

  /** Abandons an operation for the application, without an event. Returns true when nothing of it was written. */
  cancel(id: OperationId): boolean {
    const operation = this.#cancellable.get(id);
    if (!operation) {
      return false;
    }
    this.settle(operation);
    return this.#withdraw(operation);
  }

  /** Ends the promise of an operation, with this event or without one. Does nothing when it has ended before. */
  settle(operation: Operation, event?: EngineEvent): void {
    if (!operation.isSettled) {
      operation.isSettled = true;
      this.#deadlines.remove(operation);
      this.#cancellable.delete(operation.id);
      if (event) {
        this.#events.push(event);
      }
    }
  }

  /** Ends the promise of an operation with an error. Does nothing when it has ended before. */
  fail(operation: Operation, error: MqttError): void {
    const { id, lane, subject } = operation;
    // No caller waits for a subscription that is renewed, or for the end of one that was refused.
    const event: EngineEvent =
      lane === "resubscribes"
        ? { type: "warning", code: "NOT_RESUBSCRIBED", message: error.message }
        : { type: "operationFailed", id, subject, error };
    this.settle(operation, event);
  }

  /** Ends the promise of a publish with an error, though the session keeps its message. */
  keep(operation: PublishOperation, error: MqttError): void {
    this.settle(operation, { type: "operationKept", id: operation.id, error });
  }

  /** Ends the promise of an operation with an error. Withdraws the operation if it was never written. */
  abandon(operation: Operation, error: MqttError): void {
    this.fail(operation, error);
    this.#withdraw(operation);
  }

  /** Abandons a message that expired. A message that was written does not expire (MQTT-4.3.3-7). */
  abandonIfExpired(now: number, operation: PublishOperation): boolean {
    const isExpired = !operation.wasSent && operation.expiresAt <= now;
    if (isExpired) {
      this.abandon(operation, new MessageExpiredError(operation.message.messageExpiryInterval ?? 0));
    }
    return isExpired;
  }

  /** Ends an operation for the protocol, in any state. */
  finish(operation: Operation): void {
    operation.list?.remove(operation);
    if (operation.kind === "publish") {
      const { exchange } = operation;
      exchange?.quota?.release(exchange);
    }
    this.freeId(operation);
    if (operation.lane === "acknowledged") {
      this.#journal?.record({ type: "finished", sequence: operation.id });
    }
  }

  /** The number of operations that hold a packet identifier. */
  get idCount(): number {
    return this.#byPacketId.size;
  }

  get hasFreeId(): boolean {
    return this.#byPacketId.size < packetIdCount;
  }

  /** Gives the operation that holds this packet identifier. */
  get(packetId: number): Operation | undefined {
    return this.#byPacketId.get(packetId);
  }

  /**
   * Gives all operations that hold a packet identifier, in the order of resumption: publishes in the order of their
   * first write, then those past PUBREC in the order of their PUBRECs (MQTT-4.6.0-1, MQTT-4.6.0-4).
   */
  inFlight(): Operation[] {
    const operations: Operation[] = [];
    this.#byPacketId.forEach((operation) => {
      operations.push(operation);
    });
    return operations.sort((one, other) => releaseNumber(one) - releaseNumber(other) || one.id - other.id);
  }

  /** Gives the publishes that hold a packet identifier, in the order of resumption. */
  publishes(): PublishOperation[] {
    return this.inFlight().filter((operation) => operation.kind === "publish");
  }

  /** Begins the exchange of a publish with a free packet identifier. The caller checks `hasFreeId` first. */
  beginExchange(operation: PublishOperation): PublishExchange {
    const packetId = this.#takeId(operation);
    const exchange = operation.beginExchange(packetId);
    this.#journal?.record({ type: "sending", sequence: operation.id, packetId });
    return exchange;
  }

  /** Gives a request a free packet identifier. The caller checks `hasFreeId` first. */
  giveId(operation: RequestOperation): number {
    const packetId = this.#takeId(operation);
    operation.takeId(packetId);
    return packetId;
  }

  /** Takes in that an operation was written. Its acknowledgement is awaited from now on. */
  handleWritten(now: number, operation: Operation): void {
    operation.wasSent = true;
    operation.acknowledgementDeadline = now + this.#ackTimeoutMs;
    if (!operation.isSettled) {
      this.#awaiting.append(operation);
    }
  }

  /** Takes in the PUBREC of a publish. */
  release(operation: PublishOperation): void {
    this.#releaseCount += 1;
    operation.exchange?.release(this.#releaseCount);
    this.#journal?.record({ type: "released", sequence: operation.id });
  }

  /** Frees the packet identifier of an operation, if it has one. */
  freeId(operation: Operation): void {
    const { packetId } = operation;
    if (packetId !== undefined) {
      this.#byPacketId.delete(packetId);
      operation.dropId();
    }
  }

  /** Assigns a packet identifier that is not in use (MQTT-2.2.1-3). */
  #takeId(operation: Operation): number {
    do {
      this.#lastPacketId = (this.#lastPacketId % packetIdCount) + 1;
    } while (this.#byPacketId.get(this.#lastPacketId) !== undefined);
    this.#byPacketId.set(this.#lastPacketId, operation);
    return this.#lastPacketId;
  }

  #handleDue(now: number, operation: Operation, whyOffline: WhyOffline): void {
    if (operation.kind === "publish" && this.abandonIfExpired(now, operation)) {
      return;
    }
    if (operation.timeoutAt <= now) {
      this.#timeOut(operation, operation.timeoutMs, whyOffline);
    } else {
      this.#deadlines.remove(operation);
      operation.deadline = operation.timeoutAt;
      this.#deadlines.add(operation);
    }
  }

  #timeOut(operation: Operation, timeoutMs: number, whyOffline?: WhyOffline): void {
    const stage = operation.wasSent ? "sent" : "queued";
    const cause = operation.wasSent ? undefined : whyOffline?.();
    this.abandon(operation, new OperationTimeoutError(stage, timeoutMs, outcomeOfGivingUp(operation), cause));
  }

  /** Finishes an operation, unless it is written and has no answer yet: then it keeps its packet identifier until that. */
  #withdraw(operation: Operation): boolean {
    const { exchange } = operation.kind === "publish" ? operation : {};
    const isUnderWay = exchange ? exchange.wasPublished : operation.packetId !== undefined;
    if (!isUnderWay) {
      this.finish(operation);
      return true;
    }
    this.#awaiting.remove(operation);
    if (exchange) {
      exchange.isAbandoned = true;
    }
    return false;
  }
}

function releaseNumber(operation: Operation): number {
  return operation.kind === "publish" ? (operation.exchange?.releaseNumber ?? 0) : 0;
}
