/**
 * What the application sends: from the call, through the queue, onto the wire.
 *
 * An operation is written at once where nothing is before it, and else waits in its lane of the queue. A publish with
 * QoS 1 or 2 belongs to the session once it has a packet id: it survives the connection and, on resumption, is sent
 * again before anything else.
 */

import { PacketType } from "../codec/packet-type.js";
import { PubrelReasonCode } from "../codec/reason-codes.js";
import type { MqttError, PublishOutcome } from "../errors.js";
import type { StoreChange } from "../ports/session-store.js";
import type { Connection } from "./connection.js";
import {
  connectionLostError,
  failsOffline,
  kindsThatFailOffline,
  type LossSettings,
  offlineError,
  outcomeOfGivingUp,
  type SessionFate,
} from "./loss-policy.js";
import { MessageExpiredError, OperationTimeoutError, QueueFullError, SessionStoreError } from "./operation-errors.js";
import { OperationList } from "./operation-list.js";
import { countOperations, type OperationCounts } from "./operation-statistics.js";
import type { OperationSettlement } from "./operation-settlement.js";
import type { Operation, OperationId, PublishOperation } from "./operation.js";
import type { OutboundFlights } from "./outbound-flights.js";
import { OutboundQueue, type QueueLimits } from "./outbound-queue.js";
import { Redelivery } from "./redelivery.js";
import { Resubscription } from "./resubscription.js";
import { serverLimitProblem } from "./server-limits.js";
import type { SessionJournal } from "./session-journal.js";
import type { TransmitGate } from "./transmit-gate.js";

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
  readonly journal: SessionJournal;
  readonly gate: TransmitGate;
}

export class Outbound {
  readonly #settings: OutboundSettings;
  readonly #flights: OutboundFlights;
  readonly #settlement: OperationSettlement;
  readonly #journal: SessionJournal;
  readonly #gate: TransmitGate;
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
    this.#gate = parts.gate;
    this.#queue = new OutboundQueue(parts.settings.queue);
    this.#redelivery = new Redelivery(parts);
    this.resubscription = new Resubscription(parts.flights, this.#queue, parts.settlement);
  }

  /** True when nothing waits to be sent or to be acknowledged. */
  get isIdle(): boolean {
    const waiting = this.#queue.count + this.#unaccepted.length + this.#flights.count;
    return waiting === 0 && this.#redelivery.first === undefined;
  }

  statistics(): OperationCounts {
    const queued = this.#queue.all();
    const unacked = this.#flights.unacked(this.#connection?.attempt);
    const others = [...this.#flights.publishes(), ...this.#redelivery.waiting(), ...this.#unaccepted];
    return countOperations({ queued, unacked, others }, this.#connection?.quota.used ?? 0);
  }

  /** The time at which `handleTimeout` has work; Infinity when there is none in sight. */
  get nextDeadline(): number {
    const acknowledgementDeadline = this.#awaiting.first?.acknowledgementDeadline ?? Infinity;
    return Math.min(this.#settlement.nextDeadline, acknowledgementDeadline, this.#delayedUntil);
  }

  /** Takes an operation over: writes it, keeps it for later, or fails it. */
  submit(now: number, operation: Operation, isCancellable: boolean): void {
    this.#settlement.admit(operation, isCancellable);
    if (this.#connection === undefined && failsOffline(operation, this.#settings.offlineQueueBehavior)) {
      this.#settlement.fail(operation, offlineError(operation));
      return;
    }
    if (!this.#makeRoom(operation)) {
      return;
    }
    const canSendNow = this.#connection !== undefined && this.#canSendNow(now, operation, this.#connection);
    if (operation.kind === "publish" && (operation.packet.qos > 0 || !canSendNow)) {
      operation.ownPayload();
    }
    if (operation.kind === "publish" && operation.packet.qos > 0) {
      this.#journal.record({ type: "accepted", sequence: operation.id, publish: operation.packet });
    }
    if (canSendNow && this.#connection !== undefined) {
      this.#send(now, operation, this.#connection);
    } else {
      this.#queue.add(operation);
    }
  }

  /** Ends an operation at the wish of the application; one not yet written is withdrawn. Emits no event. */
  cancel(id: OperationId): void {
    const operation = this.#settlement.findCancellable(id);
    if (operation !== undefined) {
      this.#settlement.settle(operation);
      this.#giveUp(operation);
    }
  }

  /** Writes what may be written now. */
  pump(now: number): void {
    const connection = this.#connection;
    this.#delayedUntil = Infinity;
    while (connection?.output.hasRoom === true) {
      const operation = this.#nextSendable(connection);
      if (operation === undefined) {
        return;
      }
      const readyAt = connection.readyAt(now, operation);
      if (readyAt > now) {
        this.#delayedUntil = readyAt;
        return;
      }
      this.#takeOut(operation);
      this.#send(now, operation, connection);
    }
  }

  /** The transport took what was written, and would take more. */
  handleAccepted(): void {
    if (this.#unaccepted.length > 0) {
      const accepted = this.#unaccepted;
      this.#unaccepted = [];
      for (const operation of accepted) {
        this.#settlement.complete(operation, { type: "publishCompleted", id: operation.id, result: qos0Result });
      }
    }
  }

  handleTimeout(now: number): void {
    for (let due = this.#settlement.takeDue(now); due !== undefined; due = this.#settlement.takeDue(now)) {
      this.#handleDue(now, due);
    }
    let first = this.#awaiting.first;
    while (first !== undefined && first.acknowledgementDeadline <= now) {
      this.#awaiting.remove(first);
      this.#timeOut(first, this.#settings.ackTimeoutMs);
      first = this.#awaiting.first;
    }
  }

  /** A connection is up: what the session left open goes first (MQTT-4.4.0-1), or is settled with the lost session. */
  handleConnected(now: number, connection: Connection): void {
    this.#connection = connection;
    this.#gate.open(connection.output, (writtenAt, operation) => {
      this.#write(writtenAt, operation, connection);
    });
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
    this.#gate.close();
    this.#awaiting.drain();
    for (const operation of this.#unaccepted) {
      this.#settlement.fail(operation, connectionLostError(operation, cause));
    }
    this.#unaccepted = [];
    const failingKinds = kindsThatFailOffline(this.#settings.offlineQueueBehavior);
    for (const operation of this.#flights.clearRequests().reverse()) {
      operation.packet.packetId = 0;
      if (!operation.isSettled) {
        this.#queue.add(operation);
      }
    }
    const unwritten = [...this.#flights.publishing.values()].filter(({ wasWritten }) => !wasWritten);
    for (const operation of [...(failingKinds.acknowledged ? unwritten : []), ...this.#queue.drain(failingKinds)]) {
      this.#drop(operation, connectionLostError(operation, cause));
    }
  }

  /** The client stopped: nothing stays unsettled. */
  handleStopped(fate: SessionFate, makeError: (outcome: PublishOutcome | undefined) => MqttError): void {
    for (const operation of this.#queue.drain({ qos0: true, acknowledged: true, requests: true })) {
      this.#drop(operation, makeError(operation.kind === "publish" ? "notSent" : undefined));
    }
    this.#redelivery.handleStopped(fate, makeError);
  }

  /** Fails what could not be kept, and was therefore never written. */
  handleStoreFailed(changes: readonly StoreChange[], cause: unknown): void {
    const lost = new Set(changes.flatMap((change) => ("sequence" in change ? [change.sequence] : [])));
    const candidates = [...this.#flights.publishing.values(), ...this.#redelivery.waiting(), ...this.#queue.all()];
    for (const operation of candidates) {
      if (lost.has(operation.id) && operation.writtenOn === 0) {
        const outcome = outcomeOfGivingUp(operation);
        this.#drop(operation, new SessionStoreError("the message could not be stored", { cause, outcome }));
      }
    }
  }

  #canSendNow(now: number, operation: Operation, connection: Connection): boolean {
    if (
      connection.readyAt(now, operation) > now ||
      !connection.output.hasRoom ||
      this.#queue.count > 0 ||
      this.#nextResend(connection) !== undefined
    ) {
      return false;
    }
    if (operation.kind === "publish" && operation.packet.qos === 0) {
      return true;
    }
    return operation.kind === "publish" ? this.#canSendNewPublish(connection) : this.#flights.hasFreeId;
  }

  #canSendNewPublish(connection: Connection): boolean {
    return this.#redelivery.first === undefined && this.#hasQuota(connection) && this.#flights.hasFreeId;
  }

  /** The send quota and the packet ids hold back publishes that need them, and let the others pass (MQTT-3.3.4-8). */
  #nextSendable(connection: Connection): Operation | undefined {
    return (
      this.#nextResend(connection) ?? this.#queue.peek(this.#canSendNewPublish(connection), this.#flights.hasFreeId)
    );
  }

  /** What goes before everything else, as far as the quota allows. */
  #nextResend(connection: Connection): Operation | undefined {
    return this.#hasQuota(connection) ? this.#redelivery.first : undefined;
  }

  #hasQuota(connection: Connection): boolean {
    return connection.quota.isAvailable && !this.#redelivery.isHolding;
  }

  #takeOut(operation: Operation): void {
    if (this.#queue.holds(operation)) {
      this.#queue.remove(operation);
    } else {
      operation.list?.remove(operation);
    }
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
    if (!operation.wasWritten && operation.expiresAt !== Infinity) {
      if (operation.expiresAt <= now) {
        this.#drop(operation, new MessageExpiredError(operation.packet.messageExpiryInterval ?? 0));
        return;
      }
      operation.packet.messageExpiryInterval = Math.ceil((operation.expiresAt - now) / millisecondsPerSecond);
    }
    if (operation.packet.qos === 0) {
      operation.wasWritten = true;
      connection.write(operation);
      this.#unaccepted.push(operation);
      return;
    }
    connection.quota.take();
    operation.holdsQuotaOn = connection.attempt;
    if (!this.#flights.holds(operation)) {
      const packetId = this.#flights.add(operation);
      this.#journal.record({ type: "sending", sequence: operation.id, packetId });
    }
    this.#redelivery.handleSending(operation);
    this.#gate.publish(now, operation);
  }

  /** Writes a publish of QoS 1 or 2 whose records are kept. */
  #write(now: number, operation: PublishOperation, connection: Connection): void {
    if (connection.output.isEnded || this.#flights.publishing.get(operation.packet.packetId ?? 0) !== operation) {
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
    for (const [packetId, operation] of this.#flights.releasing) {
      connection.quota.take();
      operation.holdsQuotaOn = connection.attempt;
      this.#markWritten(now, operation, connection);
      this.#gate.reply(PacketType.Pubrel, packetId, PubrelReasonCode.Success);
    }
    this.#redelivery.handleResumed();
  }

  #makeRoom(operation: Operation): boolean {
    for (;;) {
      const problem = this.#queue.problem(operation.size);
      if (problem === undefined) {
        return true;
      }
      const victim = this.#queue.canHold(operation.size) ? this.#queue.dropOldest() : undefined;
      this.#drop(victim ?? operation, new QueueFullError(problem));
      if (victim === undefined) {
        return false;
      }
    }
  }

  #handleDue(now: number, operation: Operation): void {
    if (operation.kind === "publish" && !operation.wasWritten && operation.expiresAt <= now) {
      this.#drop(operation, new MessageExpiredError(operation.packet.messageExpiryInterval ?? 0));
    } else if (operation.timeoutAt <= now) {
      this.#timeOut(operation, operation.timeoutMs);
    } else {
      this.#settlement.defer(operation, operation.timeoutAt);
    }
  }

  #timeOut(operation: Operation, timeoutMs: number): void {
    const stage = operation.wasWritten ? "sent" : "queued";
    this.#drop(operation, new OperationTimeoutError(stage, timeoutMs, outcomeOfGivingUp(operation)));
  }

  #drop(operation: Operation, error: MqttError): void {
    this.#settlement.fail(operation, error);
    this.#giveUp(operation);
  }

  /** Withdraws what was never written; what was stays in the session until its acknowledgement, or until that is lost. */
  #giveUp(operation: Operation): void {
    if (operation.kind === "publish" && operation.packet.qos > 0) {
      operation.isGivenUp = true;
      if (operation.writtenOn > 0) {
        this.#awaiting.remove(operation);
        return;
      }
      if (operation.holdsQuotaOn === this.#connection?.attempt) {
        this.#connection.quota.giveBack();
      }
      this.#flights.remove(operation);
      this.#journal.record({ type: "finished", sequence: operation.id });
    }
    this.#takeOut(operation);
  }
}
