/**
 * What the application sends: from the call, through the queue, onto the wire.
 *
 * An operation is written at once where nothing is before it, and else waits in its lane of the queue. A publish with
 * QoS 1 or 2 belongs to the session once it has a packet id: it survives the connection and, on resumption, is sent
 * again before anything else.
 */

import { PacketType } from "../codec/packet-type.js";
import type { MqttError } from "../errors.js";
import { success } from "./codes.js";
import type { Connection } from "./connection.js";
import type { Journal, StoreErrorOf } from "./journal.js";
import {
  connectionLostError,
  lanesThatFail,
  type LossSettings,
  offlineError,
  outcomeOfGivingUp,
  type SessionFate,
  stoppedError,
} from "./loss-policy.js";
import { MessageExpiredError, OperationTimeoutError, QueueFullError } from "./operation-errors.js";
import { OperationList } from "./operation-list.js";
import { countOperations, type OperationCounts } from "./operation-statistics.js";
import type { OperationSettlement } from "./operation-settlement.js";
import type { Lane, Operation, OperationId, PublishOperation } from "./operation.js";
import { holdsId, type OutboundFlights } from "./outbound-flights.js";
import { OutboundQueue, type QueueLimits } from "./outbound-queue.js";
import { Redelivery } from "./redelivery.js";
import { Resubscription } from "./resubscription.js";
import { serverLimitProblem } from "./server-limits.js";

export interface OutboundSettings extends LossSettings {
  readonly ackTimeoutMs: number;
  readonly queue: QueueLimits;
}

const millisecondsPerSecond = 1_000;

const qos0Result = { qos: 0 } as const;

/** The parts that {@link Outbound} works with. */
export interface OutboundParts {
  readonly settings: OutboundSettings;
  readonly flights: OutboundFlights;
  readonly settlement: OperationSettlement;
  readonly journal: Journal | undefined;
}

export class Outbound {
  readonly #settings: OutboundSettings;
  readonly #flights: OutboundFlights;
  readonly #settlement: OperationSettlement;
  readonly #journal: Journal | undefined;
  readonly #queue: OutboundQueue;

  readonly #redelivery: Redelivery;

  /** Makes subscriptions again, before everything else that waits. */
  readonly resubscription: Resubscription;

  /** Written on this connection, in that order, with the acknowledgement to come. */
  readonly #awaiting = new OperationList<Operation>();

  /** QoS 0 publishes in the output buffer. */
  #unaccepted: PublishOperation[] = [];

  /** When the throttle lets the next operation pass; Infinity when it holds none back. */
  #delayedUntil = Infinity;

  #connection: Connection | undefined;

  constructor(parts: OutboundParts) {
    this.#settings = parts.settings;
    this.#flights = parts.flights;
    this.#settlement = parts.settlement;
    this.#journal = parts.journal;
    this.#queue = new OutboundQueue(parts.settings.queue);
    this.#redelivery = new Redelivery(parts);
    this.resubscription = new Resubscription(parts.flights, parts.settlement);
  }

  /** True when nothing waits to be sent or to be acknowledged. */
  get isIdle(): boolean {
    const next = this.#redelivery.first ?? this.resubscription.first ?? this.#queue.peek(true, true);
    return next === undefined && this.#unaccepted.length + this.#flights.count === 0;
  }

  statistics(): OperationCounts {
    const connection = this.#connection;
    const publishes = this.#flights.publishes();
    const unacked = publishes.filter(({ awaits, quota, writtenOn }) =>
      awaits === "pubcomp" ? quota === connection?.quota : writtenOn === connection?.attempt,
    );
    const places = {
      queued: this.#queue.all(),
      unacked: [...unacked, ...this.#flights.requests()],
      others: [...publishes, ...this.#redelivery.waiting(), ...this.#unaccepted],
    };
    return countOperations(places, connection?.quota.used ?? 0);
  }

  /** The time at which `handleTimeout` has work; Infinity when there is none in sight. */
  get nextDeadline(): number {
    const acknowledgementDeadline = this.#awaiting.first?.acknowledgementDeadline ?? Infinity;
    // What cannot be written when its time comes needs no wake-up, which would change nothing, and come again at once.
    const delayedUntil = this.#connection?.output.hasRoom === true ? this.#delayedUntil : Infinity;
    return Math.min(this.#settlement.deadlines.next, acknowledgementDeadline, delayedUntil);
  }

  /** Takes an operation over: writes it, keeps it for later, or fails it. */
  submit(now: number, operation: Operation, isCancellable: boolean): void {
    const { lane } = operation;
    this.#settlement.add(operation, isCancellable);
    if (this.#connection === undefined && this.#failingLanes.includes(lane)) {
      this.#settlement.fail(operation, offlineError(operation));
      return;
    }
    if (!this.#makeRoom(operation)) {
      return;
    }
    if (operation.kind === "publish" && lane === "acknowledged") {
      operation.ownPayload();
      this.#journal?.record({ type: "accepted", sequence: operation.id, publish: operation.packet });
    }
    this.#queue.add(operation);
    this.#sendNext(now);
    if (operation.kind === "publish" && lane === "qos0" && operation.list !== undefined) {
      operation.ownPayload();
    }
  }

  /** Ends an operation at the wish of the application; one not yet written is withdrawn. Emits no event. */
  cancel(id: OperationId): void {
    const operation = this.#settlement.cancel(id);
    if (operation !== undefined) {
      this.#giveUp(operation);
    }
  }

  /** Writes what may be written now. */
  pump(now: number): void {
    let hasSent = true;
    while (hasSent) {
      hasSent = this.#sendNext(now);
    }
  }

  /** The transport took what was written, and would take more. */
  handleAccepted(): void {
    if (this.#unaccepted.length > 0) {
      const accepted = this.#unaccepted;
      this.#unaccepted = [];
      for (const operation of accepted) {
        this.#settlement.settle(operation, { type: "publishCompleted", id: operation.id, result: qos0Result });
      }
    }
  }

  handleTimeout(now: number): void {
    const { deadlines } = this.#settlement;
    for (let due = deadlines.takeDue(now); due !== undefined; due = deadlines.takeDue(now)) {
      this.#handleDue(now, due);
    }
    let first = this.#awaiting.first;
    while (first !== undefined && first.acknowledgementDeadline <= now) {
      this.#timeOut(first, this.#settings.ackTimeoutMs);
      first = this.#awaiting.first;
    }
  }

  /** A connection is up: what the session left open goes first (MQTT-4.4.0-1), or is settled with the lost session. */
  handleConnected(now: number, connection: Connection): void {
    this.#connection = connection;
    if (connection.settings.rejoinedSession) {
      this.#resume(now, connection);
    } else {
      this.#redelivery.handleSessionLost();
    }
  }

  /** The connection is gone: what does not wait for the next one fails, the rest keeps its place. */
  handleDisconnected(cause: MqttError): void {
    this.#redelivery.handleDisconnected(this.#connection?.attempt, cause);
    this.#connection = undefined;
    this.#journal?.dropHeld();
    this.#awaiting.clear();
    const failing: Operation[] = this.#unaccepted;
    this.#unaccepted = [];
    // The last one first: each then goes to the front of its lane.
    for (const operation of this.#flights.requests().reverse()) {
      this.#flights.remove(operation);
      if (!operation.isSettled) {
        this.#queue.add(operation);
      }
    }
    const lanes = this.#failingLanes;
    if (lanes.includes("acknowledged")) {
      failing.push(...this.#flights.publishes().filter(({ wasWritten }) => !wasWritten));
    }
    for (const operation of [...failing, ...this.#queue.all(lanes)]) {
      this.#drop(operation, connectionLostError(operation, cause));
    }
  }

  /** The client stopped: nothing stays unsettled. */
  handleStopped(fate: SessionFate, cause?: MqttError): void {
    for (const operation of this.#queue.all()) {
      this.#drop(operation, stoppedError(outcomeOfGivingUp(operation), cause));
    }
    this.#redelivery.handleStopped(fate, cause);
  }

  /** Fails what could not be kept, and was therefore never written. */
  handleStoreFailed(errorOf: StoreErrorOf): void {
    for (const operation of [...this.#flights.publishes(), ...this.#redelivery.waiting(), ...this.#queue.all()]) {
      const error = operation.writtenOn > 0 ? undefined : errorOf(operation);
      if (error !== undefined) {
        this.#drop(operation, error);
      }
    }
  }

  /** The lanes that do not wait for a connection. */
  get #failingLanes(): readonly Lane[] {
    return lanesThatFail[this.#settings.offlineQueueBehavior];
  }

  /** The send quota and the packet ids hold back publishes that need them, and let the others pass (MQTT-3.3.4-8). */
  #nextSendable(connection: Connection): Operation | undefined {
    const resend = this.#redelivery.first;
    const hasFreeId = this.#flights.hasRoom;
    const mayPublish = connection.quota.hasRoom && !this.#redelivery.isHolding;
    const urgent = (mayPublish ? resend : undefined) ?? (hasFreeId ? this.resubscription.first : undefined);
    return urgent ?? this.#queue.peek(mayPublish && hasFreeId, hasFreeId);
  }

  /** Sends what is the next; false when nothing may go now. */
  #sendNext(now: number): boolean {
    const connection = this.#connection;
    this.#delayedUntil = Infinity;
    const operation = connection?.output.hasRoom === true ? this.#nextSendable(connection) : undefined;
    if (connection === undefined || operation === undefined) {
      return false;
    }
    const readyAt = connection.readyAt(now, operation);
    if (readyAt > now) {
      this.#delayedUntil = readyAt;
      return false;
    }
    operation.list?.remove(operation);
    this.#send(now, operation, connection);
    return true;
  }

  #send(now: number, operation: Operation, connection: Connection): void {
    const problem = serverLimitProblem(operation, connection.settings);
    if (problem !== undefined) {
      this.#drop(operation, problem);
    } else if (operation.kind === "publish") {
      this.#sendPublish(now, operation, connection);
    } else {
      this.#flights.add(operation);
      this.#markWritten(now, operation, connection);
      connection.write(operation);
    }
  }

  #sendPublish(now: number, operation: PublishOperation, connection: Connection): void {
    if (this.#dropIfExpired(now, operation)) {
      return;
    }
    if (!operation.wasWritten && operation.expiresAt !== Infinity) {
      operation.packet.messageExpiryInterval = Math.ceil((operation.expiresAt - now) / millisecondsPerSecond);
    }
    if (operation.lane === "qos0") {
      operation.wasWritten = true;
      connection.write(operation);
      this.#unaccepted.push(operation);
      return;
    }
    connection.quota.take(operation);
    if (!holdsId(operation)) {
      this.#flights.add(operation);
    }
    this.#redelivery.handleSending(operation);
    if (this.#journal?.isKept() === false) {
      this.#journal.hold((later) => {
        this.#write(later, operation, connection);
      });
    } else {
      this.#write(now, operation, connection);
    }
  }

  /** Writes a publish of QoS 1 or 2 whose records are kept. */
  #write(now: number, operation: PublishOperation, connection: Connection): void {
    if (connection.output.isEnded || operation.awaits === "pubcomp" || !holdsId(operation)) {
      return; // ended while it waited for the store
    }
    // MQTT-3.3.1-1: DUP says that this session has sent it before; MQTT-4.3.2-2, MQTT-4.3.3-2: else it is clear.
    operation.packet.dup = operation.writtenOn > 0;
    this.#markWritten(now, operation, connection);
    connection.write(operation);
  }

  #markWritten(now: number, operation: Operation, connection: Connection): void {
    operation.wasWritten = true;
    operation.writtenOn = connection.attempt;
    operation.acknowledgementDeadline = now + this.#settings.ackTimeoutMs;
    if (!operation.isSettled) {
      this.#awaiting.append(operation);
    }
  }

  /** First every PUBREL, whatever the quota, then the unacknowledged publishes as the quota allows (MQTT-4.6.0-1). */
  #resume(now: number, connection: Connection): void {
    for (const operation of this.#flights.publishes()) {
      if (operation.awaits === "pubcomp") {
        connection.quota.take(operation);
        this.#markWritten(now, operation, connection);
        connection.reply(PacketType.Pubrel, operation.packet.packetId ?? 0, success);
      }
    }
    this.#redelivery.handleResumed();
  }

  #makeRoom(operation: Operation): boolean {
    const { size } = operation;
    for (let problem = this.#queue.problem(size); problem !== undefined; problem = this.#queue.problem(size)) {
      const victim = this.#queue.victimFor(size) ?? operation;
      this.#drop(victim, new QueueFullError(problem));
      if (victim === operation) {
        return false;
      }
    }
    return true;
  }

  #handleDue(now: number, operation: Operation): void {
    if (operation.kind === "publish" && this.#dropIfExpired(now, operation)) {
      return;
    }
    if (operation.timeoutAt <= now) {
      this.#timeOut(operation, operation.timeoutMs);
    } else {
      operation.deadline = operation.timeoutAt;
      this.#settlement.deadlines.add(operation);
    }
  }

  /** What was written once does not expire (MQTT-4.3.3-7). */
  #dropIfExpired(now: number, operation: PublishOperation): boolean {
    const isExpired = !operation.wasWritten && operation.expiresAt <= now;
    if (isExpired) {
      this.#drop(operation, new MessageExpiredError(operation.packet.messageExpiryInterval ?? 0));
    }
    return isExpired;
  }

  #timeOut(operation: Operation, timeoutMs: number): void {
    const stage = operation.wasWritten ? "sent" : "queued";
    this.#drop(operation, new OperationTimeoutError(stage, timeoutMs, outcomeOfGivingUp(operation)));
  }

  #drop(operation: Operation, error: MqttError): void {
    this.#settlement.fail(operation, error);
    this.#giveUp(operation);
  }

  /** Withdraws what was never written; what was keeps its id until its acknowledgement, or until that is lost. */
  #giveUp(operation: Operation): void {
    if (operation.writtenOn > 0 && holdsId(operation)) {
      operation.isGivenUp = true;
      this.#awaiting.remove(operation);
    } else {
      this.#flights.finish(operation);
    }
  }
}
