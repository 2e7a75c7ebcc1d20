/**
 * The operations under way, and how they end. For the application each ends once, by success, failure, deadline or
 * cancellation. For the protocol it may go on: a packet identifier is held until the server answered, and publishes that
 * hold one are the outbound half of the session state (section 4.1).
 *
 * Identifiers are of one set for every kind of packet, as section 2.2.1 demands, and are handed out in turn, so that one
 * is used again as late as possible. Their order is the one that the protocol asks for on resumption: publishes as they
 * were first sent, and after them those past PUBREC, as their PUBRECs came.
 */

import { packetIdCount } from "../../codec/limits.js";
import type { MqttError } from "../../errors.js";
import { DeadlineHeap } from "../collections/deadline-heap.js";
import type { EngineEvent, EventQueue } from "../engine-event.js";
import { IdTable } from "../collections/id-table.js";
import type { Journal } from "./journal.js";
import { outcomeOfGivingUp } from "./outcomes.js";
import { MessageExpiredError, OperationTimeoutError } from "../errors/operation-errors.js";
import { OperationList } from "../collections/operation-list.js";
import { holdsId, type Operation, type OperationId, type PublishOperation } from "./operation.js";

export class OutboundOperations {
  readonly #events: EventQueue;
  readonly #journal: Journal | undefined;
  readonly #ackTimeoutMs: number;

  /** Of what is not settled: its timeout, or when its message expires. */
  readonly #deadlines = new DeadlineHeap<Operation>();
  readonly #cancellable = new Map<OperationId, Operation>();

  readonly #byPacketId = new IdTable<Operation>();
  #lastPacketId = 0;
  #releaseCount = 0;

  /** Written on this connection, in that order, with the acknowledgement to come. */
  readonly #awaiting = new OperationList<Operation>();

  constructor(events: EventQueue, journal: Journal | undefined, ackTimeoutMs: number) {
    this.#events = events;
    this.#journal = journal;
    this.#ackTimeoutMs = ackTimeoutMs;
  }

  /** The time at which `handleTimeout` has work; Infinity when there is none in sight. */
  get nextDeadline(): number {
    return Math.min(
      this.#deadlines.first?.deadline ?? Infinity,
      this.#awaiting.first?.acknowledgementDeadline ?? Infinity,
    );
  }

  /** Watches over an operation from now on. */
  add(operation: Operation, isCancellable: boolean): void {
    this.#deadlines.add(operation);
    if (isCancellable) {
      this.#cancellable.set(operation.id, operation);
    }
  }

  handleTimeout(now: number): void {
    const deadlines = this.#deadlines;
    for (let due = deadlines.first; due && due.deadline <= now; due = deadlines.first) {
      this.#handleDue(now, due);
    }
    const awaiting = this.#awaiting;
    for (let due = awaiting.first; due && due.acknowledgementDeadline <= now; due = awaiting.first) {
      this.#timeOut(due, this.#ackTimeoutMs);
    }
  }

  /** Ends an operation at the wish of the application; one not yet written is withdrawn. Emits no event. */
  cancel(id: OperationId): void {
    const operation = this.#cancellable.get(id);
    if (operation) {
      this.settle(operation);
      this.#giveUp(operation);
    }
  }

  /** Ends an operation with an error, unless it has ended before, and withdraws what was never written. */
  drop(operation: Operation, error: MqttError): void {
    this.fail(operation, error);
    this.#giveUp(operation);
  }

  /** What was written once does not expire (MQTT-4.3.3-7). */
  dropIfExpired(now: number, operation: PublishOperation): boolean {
    const isExpired = !operation.wasWritten && operation.expiresAt <= now;
    if (isExpired) {
      this.drop(operation, new MessageExpiredError(operation.packet.messageExpiryInterval ?? 0));
    }
    return isExpired;
  }

  /** Ends an operation with an error, unless it has ended before. */
  fail(operation: Operation, error: MqttError): void {
    const { id, lane } = operation;
    // Nobody waits for a subscription that is made again.
    const event: EngineEvent =
      lane === "resubscribes"
        ? { type: "warning", code: "NOT_RESUBSCRIBED", message: error.message }
        : { type: "operationFailed", id, error };
    this.settle(operation, event);
  }

  /** Ends an operation with this event or, where the caller knows, with none, unless it has ended before. */
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

  /** The number of operations that hold a packet id. */
  get idCount(): number {
    return this.#byPacketId.size;
  }

  get hasFreeId(): boolean {
    return this.#byPacketId.size < packetIdCount;
  }

  /** The operation that holds a packet id. */
  get(packetId: number): Operation | undefined {
    return this.#byPacketId.get(packetId);
  }

  /** All that hold a packet id, in the order of resumption. */
  inFlight(): Operation[] {
    const operations: Operation[] = [];
    this.#byPacketId.forEach((operation) => {
      operations.push(operation);
    });
    return operations.sort((one, other) => one.releasedAs - other.releasedAs || one.id - other.id);
  }

  /** The publishes that hold a packet id. */
  publishes(): PublishOperation[] {
    return this.inFlight().filter((operation) => operation.kind === "publish");
  }

  /** Gives an operation a packet id that is not in use (MQTT-2.2.1-3); the caller has asked `hasFreeId`. */
  giveId(operation: Operation): void {
    do {
      this.#lastPacketId = (this.#lastPacketId % packetIdCount) + 1;
    } while (this.#byPacketId.get(this.#lastPacketId) !== undefined);
    operation.packet.packetId = this.#lastPacketId;
    this.#byPacketId.set(this.#lastPacketId, operation);
    if (operation.kind === "publish") {
      this.#journal?.record({ type: "sending", sequence: operation.id, packetId: this.#lastPacketId });
    }
  }

  /** Takes note that an operation is written: its acknowledgement is awaited from now on. */
  handleWritten(now: number, operation: Operation, attempt: number): void {
    operation.wasWritten = true;
    operation.writtenOn = attempt;
    operation.acknowledgementDeadline = now + this.#ackTimeoutMs;
    if (!operation.isSettled) {
      this.#awaiting.append(operation);
    }
  }

  /** Moves a publish on: its PUBREC came. */
  release(operation: PublishOperation): void {
    operation.awaits = "pubcomp";
    this.#releaseCount += 1;
    operation.releasedAs = this.#releaseCount;
    this.#journal?.record({ type: "released", sequence: operation.id });
  }

  /** Ends an operation for the protocol too, wherever it stands. */
  finish(operation: Operation): void {
    operation.list?.remove(operation);
    this.freeId(operation);
    operation.quota?.release(operation);
    if (operation.lane === "acknowledged") {
      this.#journal?.record({ type: "finished", sequence: operation.id });
    }
  }

  /** Takes its packet id from an operation; one without an id is left alone. */
  freeId(operation: Operation): void {
    if (holdsId(operation)) {
      this.#byPacketId.delete(operation.packet.packetId ?? 0);
      operation.packet.packetId = 0;
    }
  }

  #handleDue(now: number, operation: Operation): void {
    if (operation.kind === "publish" && this.dropIfExpired(now, operation)) {
      return;
    }
    if (operation.timeoutAt <= now) {
      this.#timeOut(operation, operation.timeoutMs);
    } else {
      this.#deadlines.remove(operation);
      operation.deadline = operation.timeoutAt;
      this.#deadlines.add(operation);
    }
  }

  #timeOut(operation: Operation, timeoutMs: number): void {
    const stage = operation.wasWritten ? "sent" : "queued";
    this.drop(operation, new OperationTimeoutError(stage, timeoutMs, outcomeOfGivingUp(operation)));
  }

  /** Withdraws what was never written; what was keeps its id until its acknowledgement, or until that is lost. */
  #giveUp(operation: Operation): void {
    if (operation.writtenOn > 0 && holdsId(operation)) {
      operation.isGivenUp = true;
      this.#awaiting.remove(operation);
    } else {
      this.finish(operation);
    }
  }
}
