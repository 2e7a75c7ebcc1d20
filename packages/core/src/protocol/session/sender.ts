/**
 * What the application sends: from the call, through the queue, onto the wire.
 *
 * An operation is written at once where nothing is before it, and else waits in its lane of the queue. A publish with
 * QoS 1 or 2 belongs to the session once it has a packet id: it survives the connection and, on resumption, is sent
 * again before anything else.
 */

import { encodeSubscribe } from "../../codec/packets/subscribe.js";
import { packetSize } from "../../codec/packet-size.js";
import * as PacketType from "../../codec/packet-type.js";
import { PubrelReasonCode } from "../../codec/reason-codes.js";
import { MqttError } from "../../errors.js";
import type { Connection } from "../connection/connection.js";
import { goesAlone, mayBlamePublish } from "./redelivery-limit.js";
import type { Journal, StoreErrorOf } from "./journal.js";
import {
  connectionLostError,
  lanesThatFail,
  type LossSettings,
  offlineError,
  outcomeAtStop,
  outcomeOfGivingUp,
  outcomeWithoutSession,
  type SessionFate,
  stoppedError,
} from "./outcomes.js";
import { QueueFullError, SessionLostError } from "../errors/operation-errors.js";
import { countOperations, type OperationCounts } from "./operation-statistics.js";
import {
  holdsId,
  type Lane,
  type Operation,
  type OperationId,
  type PublishOperation,
  RequestOperation,
} from "./operation.js";
import type { OutboundOperations } from "./operations.js";
import { OutboundQueue, type QueueLimits } from "./send-queue.js";
import type { RememberedSubscriptions, ResubscribeBehavior } from "./resubscription.js";
import { serverLimitProblem } from "../connection/server-limits.js";

export interface OutboundSettings extends LossSettings {
  readonly ackTimeoutMs: number;
  readonly queue: QueueLimits;
  readonly resubscribe: ResubscribeBehavior;
}

const millisecondsPerSecond = 1_000;

const qos0Result = { qos: 0 } as const;

/** The parts that {@link Outbound} works with. */
export interface OutboundParts {
  readonly settings: OutboundSettings;
  readonly operations: OutboundOperations;
  readonly journal: Journal | undefined;
  readonly subscriptions: RememberedSubscriptions;
}

export class Outbound {
  readonly #settings: OutboundSettings;
  readonly #operations: OutboundOperations;
  readonly #journal: Journal | undefined;
  readonly #subscriptions: RememberedSubscriptions;
  readonly #queue: OutboundQueue;

  /** The lanes that do not wait for a connection. */
  readonly #failingLanes: readonly Lane[];

  /** A suspect that was sent on this connection; nothing joins it until it has its answer. */
  #suspect: PublishOperation | undefined;

  /** QoS 0 publishes in the output buffer. */
  #unaccepted: PublishOperation[] = [];

  /** When the throttle lets the next operation pass; Infinity when it holds none back. */
  #delayedUntil = Infinity;

  /** True when subscriptions were to be made again, and the connection ended first. */
  #owesSubscriptions = false;

  /** These ids count down, since those of the application count up from 1. */
  #lastResubscribeId: OperationId = 0;

  #connection: Connection | undefined;

  constructor(parts: OutboundParts) {
    this.#settings = parts.settings;
    this.#operations = parts.operations;
    this.#journal = parts.journal;
    this.#subscriptions = parts.subscriptions;
    this.#failingLanes = lanesThatFail[parts.settings.offlineQueueBehavior];
    this.#queue = new OutboundQueue(parts.settings.queue);
  }

  /** True when nothing waits to be sent or to be acknowledged. */
  get isIdle(): boolean {
    return this.#queue.next(true, true) === undefined && this.#unaccepted.length + this.#operations.idCount === 0;
  }

  statistics(): OperationCounts {
    const connection = this.#connection;
    const inFlight = this.#operations.inFlight();
    const unacked = inFlight.filter(
      ({ kind, quota, writtenOn }) => kind !== "publish" || (quota === connection?.quota && writtenOn > 0),
    );
    const others = [...inFlight, ...this.#queue.all(["redeliveries"]), ...this.#unaccepted];
    return countOperations(this.#queue.all(), unacked, others, connection?.quota.used ?? 0);
  }

  /** The time at which something is to do; Infinity when there is none in sight. */
  get nextDeadline(): number {
    // What cannot be written when its time comes needs no wake-up, which would change nothing, and come again at once.
    const delayedUntil = this.#connection?.output.hasRoom === true ? this.#delayedUntil : Infinity;
    return Math.min(this.#operations.nextDeadline, delayedUntil);
  }

  /** Takes an operation over: writes it, keeps it for later, or fails it. */
  submit(now: number, operation: Operation, isCancellable: boolean): void {
    const { lane } = operation;
    this.#operations.add(operation, isCancellable);
    if (!this.#connection && this.#failingLanes.includes(lane)) {
      this.#operations.fail(operation, offlineError(operation));
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
    if (operation.kind === "publish" && (lane === "acknowledged" || operation.list)) {
      operation.ownPayload(); // it will be written, maybe again, when the caller no longer waits
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
        this.#operations.settle(operation, { type: "publishCompleted", id: operation.id, result: qos0Result });
      }
    }
  }

  /** A connection is up: what the session left open goes first (MQTT-4.4.0-1), or is settled with the lost session. */
  handleConnected(now: number, connection: Connection): void {
    this.#connection = connection;
    if (connection.settings.rejoinedSession) {
      this.#resume(now, connection);
    } else {
      this.#handleSessionLost();
    }
    const { resubscribe } = this.#settings;
    const isLost = this.#owesSubscriptions || !connection.settings.rejoinedSession;
    if (resubscribe === "always" || (isLost && resubscribe === "onSessionLost")) {
      this.#resubscribe(now);
    }
  }

  /** The connection is gone: what does not wait for the next one fails, the rest keeps its place. */
  handleDisconnected(cause: MqttError): void {
    const attempt = mayBlamePublish(cause) ? this.#connection?.attempt : undefined;
    this.#connection = undefined;
    this.#suspect = undefined;
    this.#journal?.dropHeld();
    const failing: Operation[] = this.#unaccepted;
    this.#unaccepted = [];
    const resubscribes = this.#queue.all(["resubscribes"]);
    this.#owesSubscriptions = false;
    // The last one first: each request then goes to the front of its lane.
    for (const operation of [...resubscribes, ...this.#operations.inFlight().reverse()]) {
      operation.list?.remove(operation);
      if (operation.kind !== "publish") {
        this.#operations.freeId(operation);
        this.#takeBack(operation);
      } else if (operation.writtenOn === attempt && operation.awaits !== "pubcomp") {
        this.#blame(operation, cause);
      }
    }
    const lanes = this.#failingLanes;
    if (lanes.includes("acknowledged")) {
      failing.push(...this.#operations.publishes().filter(({ wasWritten }) => !wasWritten));
    }
    for (const operation of [...failing, ...this.#queue.all(lanes)]) {
      this.#operations.drop(operation, connectionLostError(operation, cause));
    }
  }

  /** The client stopped: the promises end, what was written stays with the session unless that is discarded. */
  handleStopped(fate: SessionFate, cause?: MqttError): void {
    for (const operation of this.#queue.all()) {
      this.#operations.drop(operation, stoppedError(outcomeOfGivingUp(operation), cause));
    }
    for (const operation of [...this.#queue.all(["redeliveries"]), ...this.#operations.publishes()]) {
      if (operation.kind === "publish") {
        const outcome = outcomeAtStop(operation, fate, this.#settings);
        this.#operations.fail(operation, stoppedError(outcome, cause));
      }
      if (fate === "discarded") {
        operation.list?.remove(operation);
        this.#operations.freeId(operation);
      }
    }
    if (fate === "discarded") {
      this.#journal?.record({ type: "discarded" });
    }
  }

  /** Fails what could not be kept, and was therefore never written. */
  handleStoreFailed(errorOf: StoreErrorOf): void {
    for (const operation of [...this.#operations.publishes(), ...this.#queue.all(["redeliveries", "acknowledged"])]) {
      const error = operation.writtenOn > 0 ? undefined : errorOf(operation);
      if (error) {
        this.#operations.drop(operation, error);
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
    const suspect = this.#suspect;
    const isHeldUp = suspect !== undefined && suspect.awaits !== "pubcomp" && holdsId(suspect);
    const hasQuota = connection.quota.hasRoom && !isHeldUp;
    const operation = this.#queue.next(hasQuota, this.#operations.hasFreeId);
    if (!operation) {
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
    if (problem) {
      this.#operations.drop(operation, problem);
    } else if (operation.kind === "publish") {
      this.#sendPublish(now, operation, connection);
    } else {
      this.#operations.giveId(operation);
      this.#write(now, operation, connection);
    }
  }

  #sendPublish(now: number, operation: PublishOperation, connection: Connection): void {
    if (this.#operations.dropIfExpired(now, operation)) {
      return;
    }
    const { messageExpiryInterval } = operation.packet;
    if (!operation.wasWritten && messageExpiryInterval !== undefined) {
      const left = Math.ceil((operation.expiresAt - now) / millisecondsPerSecond);
      // A clock has fractions, and the difference may be a trace more than what was added.
      operation.packet.messageExpiryInterval = Math.min(messageExpiryInterval, left);
    }
    if (operation.lane === "qos0") {
      operation.wasWritten = true;
      connection.write(operation);
      this.#unaccepted.push(operation);
      return;
    }
    connection.quota.take(operation);
    if (!holdsId(operation)) {
      this.#operations.giveId(operation);
    }
    if (goesAlone(operation.hangUpCount, this.#settings.maxRedeliveries)) {
      this.#suspect = operation;
    }
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
    this.#operations.handleWritten(now, operation, connection.attempt);
    connection.write(operation);
  }

  /** The server has no session: ids and PUBRELs are void (MQTT-3.2.2-5), publishes go out as new where they may. */
  #handleSessionLost(): void {
    const publishes = this.#operations.publishes();
    if (publishes.length > 0) {
      this.#journal?.record({ type: "discarded" });
    }
    for (const operation of publishes) {
      this.#operations.freeId(operation);
      const outcome = outcomeWithoutSession(operation, this.#settings);
      if (operation.isGivenUp || outcome !== "kept") {
        this.#operations.fail(operation, new SessionLostError(outcome));
      } else {
        operation.writtenOn = 0;
        this.#journal?.record({ type: "accepted", sequence: operation.id, publish: operation.packet });
        this.#queue.add(operation, "redeliveries");
      }
    }
  }

  /** A request that the connection left unanswered waits for the next one, where somebody waits for it. */
  #takeBack(operation: Operation): void {
    if (operation.lane === "resubscribes") {
      this.#owesSubscriptions = true;
      this.#operations.settle(operation);
    } else if (!operation.isSettled) {
      this.#queue.add(operation);
    }
  }

  /** The server hung up on a publish that it had not answered, maybe for its sake. */
  #blame(operation: PublishOperation, cause: MqttError): void {
    operation.hangUpCount += 1;
    if (operation.hangUpCount > this.#settings.maxRedeliveries) {
      const message = `the server hung up on it ${operation.hangUpCount} times`;
      this.#operations.fail(operation, new MqttError("REDELIVERY_LIMIT", message, { cause, outcome: "unknown" }));
      this.#operations.finish(operation);
    }
  }

  /** Makes subscriptions again, before everything that the application submitted. They belong to one connection. */
  #resubscribe(now: number): void {
    // The last one first, since ids count down.
    for (const packet of this.#subscriptions.packets().reverse()) {
      this.#lastResubscribeId -= 1;
      const size = packetSize(encodeSubscribe, packet);
      const identity = { id: this.#lastResubscribeId, size, timeoutMs: Infinity, now };
      this.#queue.add(new RequestOperation(identity, packet, "resubscribes"));
    }
  }

  /** First every PUBREL, whatever the quota, then the unacknowledged publishes as the quota allows (MQTT-4.6.0-1). */
  #resume(now: number, connection: Connection): void {
    for (const operation of this.#operations.publishes()) {
      if (operation.awaits === "pubcomp") {
        connection.quota.take(operation);
        this.#operations.handleWritten(now, operation, connection.attempt);
        connection.reply(PacketType.Pubrel, operation.packet.packetId ?? 0, PubrelReasonCode.Success);
      } else {
        this.#queue.add(operation, "redeliveries");
      }
    }
  }

  #makeRoom(operation: Operation): boolean {
    const { size } = operation;
    for (let problem = this.#queue.problem(size); problem !== undefined; problem = this.#queue.problem(size)) {
      const victim = this.#queue.victimFor(size) ?? operation;
      this.#operations.drop(victim, new QueueFullError(problem));
      if (victim === operation) {
        return false;
      }
    }
    return true;
  }
}
