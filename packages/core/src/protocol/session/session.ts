/**
 * The session (section 4.1): the operations of the application, and the open exchanges in both directions. It outlives
 * connections. The lifecycle tells it when a connection is established, when it is gone, and when the client stops. The
 * session then decides the fate of each operation.
 */

import * as PacketType from "../../codec/packet-type.js";
import type { PubackPacket } from "../../codec/packets/puback.js";
import type { PubcompPacket } from "../../codec/packets/pubcomp.js";
import type { PublishPacket } from "../../codec/packets/publish.js";
import type { PubrecPacket } from "../../codec/packets/pubrec.js";
import type { PubrelPacket } from "../../codec/packets/pubrel.js";
import type { SubackPacket } from "../../codec/packets/suback.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import { PubrelReasonCode } from "../../codec/reason-codes.js";
import type { MqttError } from "../../errors.js";
import type { Connection } from "../connection/connection.js";
import type { EventQueue } from "../engine-event.js";
import { QueueFullError, SessionLostError } from "../errors/operation-errors.js";
import type { SessionTimers } from "../timers.js";
import { ReceivedAcknowledgements } from "./received-acknowledgements.js";
import { Inbound } from "./inbound.js";
import type { Journal, StoreErrorOf } from "./journal.js";
import { countOperations, type OperationCounts, type OperationStatistics } from "./operation-statistics.js";
import type { Lane, Operation, OperationId, PublishOperation } from "./operation.js";
import { Operations, type WhyOffline } from "./operations.js";
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
import { RedeliveryLimit } from "./redelivery-limit.js";
import { Resubscription, type ResubscriptionSettings } from "./subscriptions/resubscription.js";
import { Sender } from "./sender.js";
import { type QueueLimits, SendQueue } from "./send-queue.js";

/** The options of the session. */
export interface SessionSettings extends LossSettings, ResubscriptionSettings {
  readonly ackTimeoutMs: number;
  readonly queue: QueueLimits;
  /** The journal, if a store keeps the session. It stores a change before a packet that depends on it is written. */
  readonly journal?: Journal;
}

/** The packets of a server that concern the session. */
export type SessionPacket =
  PublishPacket | PubrelPacket | PubackPacket | PubrecPacket | PubcompPacket | SubackPacket | UnsubackPacket;

export class Session {
  readonly #settings: SessionSettings;
  readonly #journal: Journal | undefined;
  readonly #queue: SendQueue;
  readonly #redeliveryLimit: RedeliveryLimit;
  readonly #operations: Operations;
  readonly #sender: Sender;
  readonly #acknowledgements: ReceivedAcknowledgements;
  readonly #inbound: Inbound;
  readonly #resubscription: Resubscription;

  #connection: Connection | undefined;
  #connectionCount = 0;

  constructor(settings: SessionSettings, events: EventQueue) {
    const { ackTimeoutMs, journal } = settings;
    this.#settings = settings;
    this.#journal = journal;
    this.#queue = new SendQueue(settings.queue);
    this.#redeliveryLimit = new RedeliveryLimit(settings.maxRedeliveries);
    this.#operations = new Operations(events, journal, ackTimeoutMs);
    this.#resubscription = new Resubscription(settings, events);
    const parts = { operations: this.#operations, queue: this.#queue, redeliveryLimit: this.#redeliveryLimit };
    this.#sender = new Sender({ ...parts, journal });
    this.#acknowledgements = new ReceivedAcknowledgements({ ...parts, resubscription: this.#resubscription, events });
    this.#inbound = new Inbound(events, journal);
  }

  /** True when no operation waits to be sent or to be acknowledged. */
  get isIdle(): boolean {
    const isQueueEmpty = this.#queue.next(true, true) === undefined;
    return isQueueEmpty && this.#sender.unaccepted.length + this.#operations.idCount === 0;
  }

  get timers(): SessionTimers {
    return {
      operation: this.#operations.operationDeadline,
      acknowledgement: this.#operations.acknowledgementDeadline,
      throttle: this.#sender.throttleDeadline,
      delivery: this.#inbound.nextDeadline,
    };
  }

  statistics(): OperationCounts & Pick<OperationStatistics, "reconnectCount"> {
    const quota = this.#connection?.quota;
    const inFlight = this.#operations.inFlight();
    const unacked = inFlight.filter((operation) => isUnacked(operation, this.#connection));
    const others = [...inFlight, ...this.#queue.all(["redeliveries"]), ...this.#sender.unaccepted];
    const counts = countOperations(this.#queue.all(), unacked, others, quota?.used ?? 0);
    return { ...counts, reconnectCount: Math.max(0, this.#connectionCount - 1) };
  }

  /** Submits an operation: sends it, keeps it for later, or fails it. */
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
      this.#journal?.record({ type: "accepted", sequence: operation.id, publish: operation.message });
    }
    this.#queue.add(operation);
    this.#sender.sendNext(now);
    if (operation.kind === "publish" && lane === "qos0" && operation.list) {
      operation.ownPayload(); // it was not written at once
    }
  }

  /** Ends an operation for the application, without an event. Returns true when nothing of it was written. */
  cancel(id: OperationId): boolean {
    return this.#operations.cancel(id);
  }

  /** Sends all operations that may be sent now. */
  send(now: number): void {
    this.#sender.sendAll(now);
  }

  /** Takes in that the transport accepted the written bytes, and has room for more. */
  handleAccepted(): void {
    this.#sender.handleAccepted();
  }

  /** Hands a packet of this size to the part that handles it; throws the error of a server that broke a rule. */
  handlePacket(now: number, connection: Connection, packet: SessionPacket, size: number): void {
    if (packet.type === "publish") {
      this.#inbound.handlePublish(now, connection, packet, size);
    } else if (packet.type === "pubrel") {
      this.#inbound.handlePubrel(connection, packet);
    } else {
      this.#acknowledgements.handle(now, connection, packet);
    }
  }

  /** Acknowledges a delivered message. False when it was answered before, or lost with its connection or session. */
  acknowledge(deliveryId: number, reasonCode: number): boolean {
    return this.#inbound.acknowledge(deliveryId, reasonCode);
  }

  /** Returns a delivered message unacknowledged. True when the connection has to end for that. */
  returnDelivery(deliveryId: number): boolean {
    return this.#inbound.returnDelivery(deliveryId);
  }

  /** Forgets subscriptions: the client does not renew them. */
  forgetSubscriptions(topicFilters: readonly string[]): void {
    this.#resubscription.forget(topicFilters);
  }

  /** Takes in a new connection. Resumes open exchanges first (MQTT-4.4.0-1), or ends them if the session is lost. */
  handleConnected(now: number, connection: Connection): void {
    const { rejoinedSession } = connection.settings;
    this.#connectionCount += 1;
    this.#connection = connection;
    this.#sender.handleConnected(connection);
    if (rejoinedSession) {
      this.#resume(now, connection);
    } else {
      this.#inbound.handleSessionLost();
      this.#loseExchanges();
    }
    for (const operation of this.#resubscription.handleConnected(now, connection.settings)) {
      this.#queue.add(operation);
    }
    this.#inbound.handleConnected(connection);
  }

  /** Takes in that the connection is gone. Operations that cannot wait for another fail; others keep their place. */
  handleDisconnected(now: number, cause: MqttError): void {
    this.#connection = undefined;
    this.#inbound.handleDisconnected();
    const failing: Operation[] = [...this.#sender.handleDisconnected()];
    const unanswered: PublishOperation[] = [];
    // Start with the last one: each request then goes to the front of its lane.
    for (const operation of [...this.#queue.all(["resubscribes"]), ...this.#operations.inFlight().reverse()]) {
      operation.list?.remove(operation);
      if (operation.kind !== "publish") {
        operation.wasInterrupted ||= operation.packetId !== undefined;
        this.#operations.freeId(operation);
        this.#takeBack(operation);
      } else if (operation.exchange?.state === "published") {
        operation.exchange.interrupt();
        unanswered.push(operation);
      }
    }
    for (const operation of this.#redeliveryLimit.blamed(now, cause, unanswered)) {
      this.#blame(operation, cause);
    }
    const lanes = this.#failingLanes;
    if (lanes.includes("acknowledged")) {
      failing.push(...this.#operations.publishes().filter(({ wasSent }) => !wasSent));
    }
    for (const operation of [...failing, ...this.#queue.all(lanes)]) {
      this.#operations.abandon(operation, connectionLostError(operation, cause));
    }
  }

  /** Takes in that the client stopped. Promises end; written publishes stay in the session unless it is discarded. */
  handleStopped(fate: SessionFate, cause?: MqttError): void {
    if (fate === "discarded") {
      this.#inbound.handleSessionLost();
    }
    for (const operation of this.#queue.all()) {
      this.#operations.abandon(operation, stoppedError(outcomeOfGivingUp(operation), cause));
    }
    for (const operation of [...this.#queue.all(["redeliveries"]), ...this.#operations.publishes()]) {
      if (operation.kind === "publish") {
        const outcome = outcomeAtStop(operation, fate, this.#settings);
        const error = stoppedError(outcome, cause);
        if (outcome === "kept") {
          this.#operations.keep(operation, error);
        } else {
          this.#operations.fail(operation, error);
          if (fate === "lost") {
            this.#operations.finish(operation); // the next start gives it up
          }
        }
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

  /** Fails the operations that could not be stored. They were not written. */
  handleStoreFailed(errorOf: StoreErrorOf): void {
    const waiting = this.#queue.all(["redeliveries", "acknowledged"]);
    for (const operation of [...this.#operations.publishes(), ...waiting]) {
      const wasPublished = operation.kind === "publish" && operation.exchange?.wasPublished === true;
      const error = wasPublished ? undefined : errorOf(operation);
      if (error) {
        this.#operations.abandon(operation, error);
      }
    }
  }

  /** Acts on the deadlines whose time has come. `whyOffline` gives the reason why there is no connection. */
  handleTimeout(now: number, whyOffline: WhyOffline): void {
    this.#operations.handleTimeout(now, whyOffline);
    this.#inbound.handleTimeout(now);
  }

  /** The lanes that do not wait for a connection. */
  get #failingLanes(): readonly Lane[] {
    return lanesThatFail[this.#settings.offlineQueueBehavior];
  }

  /** Sends every PUBREL, even without send quota, then unacknowledged publishes as the quota allows (MQTT-4.6.0-1). */
  #resume(now: number, connection: Connection): void {
    for (const operation of this.#operations.publishes()) {
      const { exchange } = operation;
      if (exchange?.isReleased === true) {
        connection.quota.take(exchange);
        this.#operations.handleWritten(now, operation);
        connection.reply(PacketType.Pubrel, exchange.packetId, PubrelReasonCode.Success);
      } else {
        this.#queue.add(operation, "redeliveries");
      }
    }
  }

  /** Ends all exchanges: the server has no session (MQTT-3.2.2-5). Publishes are sent as new messages if allowed. */
  #loseExchanges(): void {
    const publishes = this.#operations.publishes();
    if (publishes.length > 0) {
      this.#journal?.record({ type: "discarded" });
    }
    for (const operation of publishes) {
      const isAbandoned = operation.exchange?.isAbandoned === true;
      const outcome = outcomeWithoutSession(operation, this.#settings);
      this.#operations.freeId(operation);
      if (isAbandoned || outcome !== "kept") {
        this.#operations.fail(operation, new SessionLostError(outcome));
      } else {
        this.#journal?.record({ type: "accepted", sequence: operation.id, publish: operation.message });
        this.#queue.add(operation, "redeliveries");
      }
    }
  }

  /** Takes back a request without an answer. It waits for the next connection, unless its promise is settled. */
  #takeBack(operation: Operation): void {
    if (operation.lane === "resubscribes") {
      this.#operations.settle(operation);
    } else if (!operation.isSettled) {
      this.#queue.add(operation);
    }
  }

  /** Counts the end of a connection against a publish without an answer, and fails it beyond the limit. */
  #blame(operation: PublishOperation, cause: MqttError): void {
    operation.hangUpCount += 1;
    const error = this.#redeliveryLimit.errorOf(operation, cause);
    if (error) {
      this.#operations.fail(operation, error);
      this.#operations.finish(operation);
    }
  }

  #makeRoom(operation: Operation): boolean {
    const { memory } = operation;
    for (let problem = this.#queue.problem(memory); problem !== undefined; problem = this.#queue.problem(memory)) {
      const victim = this.#queue.victimFor(memory) ?? operation;
      this.#operations.abandon(victim, new QueueFullError(problem));
      if (victim === operation) {
        return false;
      }
    }
    return true;
  }
}

/** Returns true for an operation that was sent and awaits its acknowledgement on this connection. */
function isUnacked(operation: Operation, connection: Connection | undefined): boolean {
  if (operation.kind === "request") {
    return true;
  }
  const { exchange } = operation;
  return exchange !== undefined && exchange.wasPublished && exchange.quota === connection?.quota;
}
