/**
 * What the application sends: from the call, through the queue, onto the wire.
 *
 * An operation is written at once where nothing is before it, and else waits in its lane of the queue. A publish with
 * QoS 1 or 2 belongs to the session once it has a packet id: it survives the connection and, on resumption, is sent
 * again before anything else.
 */

import { encodeSubscribe } from "../codec/client-codec.js";
import { packetSizeWithId } from "../codec/packet-size.js";
import { PacketType } from "../codec/packet-type.js";
import type { SubscribePacket } from "../codec/packets/subscribe.js";
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
import { type Lane, type Operation, type OperationId, type PublishOperation, SubscribeOperation } from "./operation.js";
import { holdsId, type OutboundFlights } from "./outbound-flights.js";
import { OutboundQueue, type QueueLimits } from "./outbound-queue.js";
import { Redelivery } from "./redelivery.js";
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

  /** The lanes that do not wait for a connection. */
  readonly #failingLanes: readonly Lane[];

  /** Written on this connection, in that order, with the acknowledgement to come. */
  readonly #awaiting = new OperationList<Operation>();

  /** QoS 0 publishes in the output buffer. */
  #unaccepted: PublishOperation[] = [];

  /** When the throttle lets the next operation pass; Infinity when it holds none back. */
  #delayedUntil = Infinity;

  /** These ids count down, since those of the application count up from 1. */
  #lastResubscribeId: OperationId = 0;

  #connection: Connection | undefined;

  constructor(parts: OutboundParts) {
    this.#settings = parts.settings;
    this.#flights = parts.flights;
    this.#settlement = parts.settlement;
    this.#journal = parts.journal;
    this.#failingLanes = lanesThatFail[parts.settings.offlineQueueBehavior];
    this.#queue = new OutboundQueue(parts.settings.queue);
    this.#redelivery = new Redelivery(parts, this.#queue);
  }

  /** True when nothing waits to be sent or to be acknowledged. */
  get isIdle(): boolean {
    return this.#queue.next(true, true) === undefined && this.#unaccepted.length + this.#flights.count === 0;
  }

  statistics(): OperationCounts {
    const connection = this.#connection;
    const flights = this.#flights.all();
    const places = {
      queued: this.#queue.all(),
      unacked: flights.filter(
        ({ kind, quota, writtenOn }) => kind !== "publish" || (quota === connection?.quota && writtenOn > 0),
      ),
      others: [...flights, ...this.#queue.all(["redeliveries"]), ...this.#unaccepted],
    };
    return countOperations(places, connection?.quota.used ?? 0);
  }

  /** The time at which `handleTimeout` has work; Infinity when there is none in sight. */
  get nextDeadline(): number {
    const deadline = this.#settlement.deadlines.first?.deadline ?? Infinity;
    const acknowledgementDeadline = this.#awaiting.first?.acknowledgementDeadline ?? Infinity;
    // What cannot be written when its time comes needs no wake-up, which would change nothing, and come again at once.
    const delayedUntil = this.#connection?.output.hasRoom === true ? this.#delayedUntil : Infinity;
    return Math.min(deadline, acknowledgementDeadline, delayedUntil);
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
      this.#journal?.record({ type: "accepted", sequence: operation.id, publish: operation.packet });
    }
    this.#queue.add(operation);
    this.#sendNext(now);
    if (operation.kind === "publish" && (lane === "acknowledged" || operation.list !== undefined)) {
      operation.ownPayload(); // it will be written, maybe again, when the caller no longer waits
    }
  }

  /** Makes subscriptions again, before everything that the application submitted. */
  resubscribe(now: number, packets: readonly SubscribePacket[]): void {
    for (const packet of [...packets].reverse()) {
      this.#lastResubscribeId -= 1;
      const size = packetSizeWithId(encodeSubscribe, packet);
      const identity = { id: this.#lastResubscribeId, size, timeoutMs: Infinity, now };
      this.#queue.add(new SubscribeOperation(identity, packet, "resubscribes"));
    }
  }

  /** Takes back the SUBSCRIBEs of `resubscribe`, which belong to one connection. True when any had not come to its end. */
  withdrawResubscribes(): boolean {
    const unfinished = [...this.#flights.all(), ...this.#queue.all(["resubscribes"])].filter(
      ({ lane }) => lane === "resubscribes",
    );
    for (const operation of unfinished) {
      this.#settlement.settle(operation);
      this.#flights.finish(operation);
    }
    return unfinished.length > 0;
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
    for (let due = deadlines.first; due !== undefined && due.deadline <= now; due = deadlines.first) {
      this.#handleDue(now, due);
    }
    const awaiting = this.#awaiting;
    for (let due = awaiting.first; due !== undefined && due.acknowledgementDeadline <= now; due = awaiting.first) {
      this.#timeOut(due, this.#settings.ackTimeoutMs);
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
    const failing: Operation[] = this.#unaccepted;
    this.#unaccepted = [];
    // The last one first: each request then goes to the front of its lane.
    for (const operation of this.#flights.all().reverse()) {
      operation.list?.remove(operation);
      if (operation.kind !== "publish") {
        this.#flights.remove(operation);
        if (!operation.isSettled) {
          this.#queue.add(operation);
        }
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
    for (const operation of [...this.#flights.publishes(), ...this.#queue.all(["redeliveries", "acknowledged"])]) {
      const error = operation.writtenOn > 0 ? undefined : errorOf(operation);
      if (error !== undefined) {
        this.#drop(operation, error);
      }
    }
  }

  /** Sends what is the next; false when nothing may go now. */
  #sendNext(now: number): boolean {
    const connection = this.#connection;
    this.#delayedUntil = Infinity;
    if (connection?.output.hasRoom !== true) {
      return false;
    }
    // Where the send quota holds publishes back, all others pass (MQTT-3.3.4-8).
    const hasQuota = connection.quota.hasRoom && !this.#redelivery.isHolding;
    const operation = this.#queue.next(hasQuota, this.#flights.hasRoom);
    if (operation === undefined) {
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
      this.#write(now, operation, connection);
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
        const hasEnded = connection.output.isEnded || operation.awaits === "pubcomp" || !holdsId(operation);
        if (!hasEnded) {
          this.#write(later, operation, connection);
        }
      });
    } else {
      this.#write(now, operation, connection);
    }
  }

  /** Writes what is to be acknowledged. */
  #write(now: number, operation: Operation, connection: Connection): void {
    if (operation.kind === "publish") {
      // MQTT-3.3.1-1: DUP says that this session has sent it before; MQTT-4.3.2-2, MQTT-4.3.3-2: else it is clear.
      operation.packet.dup = operation.writtenOn > 0;
    }
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
      } else {
        this.#queue.add(operation, "redeliveries");
      }
    }
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
      this.#settlement.deadlines.remove(operation);
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
