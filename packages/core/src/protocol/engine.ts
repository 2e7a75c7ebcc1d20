/**
 * The MQTT 5 client as a state machine without I/O: it is told what happened (`handle…`) and asked what to do
 * (`poll…`). Time comes in as an argument, in monotonic milliseconds, and randomness as a function, so that one seed and
 * one script of inputs give the same run, byte for byte.
 *
 * The driver's loop is: one input, then `pollEvent` until it is dry and `pollStore`, and at the end of the turn
 * `pollTransmit` until it is dry, and `pollTimeout`.
 */

import { encodePingreq } from "../codec/packets/pingreq.js";
import { encodeSubscribe } from "../codec/packets/subscribe.js";
import type { ServerPacket } from "../codec/server-packets.js";
import { packetSize } from "../codec/packet-size.js";
import { publishSize, type OutboundPublishPacket } from "../codec/packets/publish.js";
import { encodeUnsubscribe, type UnsubscribePacket } from "../codec/packets/unsubscribe.js";
import {
  type ConnectionPhase,
  InvalidArgumentError,
  type MqttError,
  PeerError,
  ProtocolViolationError,
} from "../errors.js";
import type { StoreBatch } from "../ports/session-store.js";
import type { AuthenticationAnswer } from "./connection/authentication-step.js";
import { AuthenticationError, DisconnectedError } from "./errors/connection-errors.js";
import type { ConnectionAttempt } from "./connection/connection.js";
import type { EngineEvent } from "./engine-event.js";
import type { FailedBatch, Journal } from "./session/journal.js";
import { type EngineSettings, Lifecycle } from "./lifecycle/lifecycle.js";
import {
  type Operation,
  type OperationId,
  type OperationIdentity,
  type OutboundSubscribePacket,
  PublishOperation,
  type PublishRecord,
  RequestOperation,
} from "./session/operation.js";
import type { OperationStatistics } from "./session/operation-statistics.js";
import { checkProblemInformation } from "./connection/problem-information.js";

/** What the application says of one operation, beside the packet. */
export interface OperationRequest {
  /** From the call on; Infinity for no limit. */
  readonly timeoutMs: number;
  /** Whether `cancel` may be called for it. */
  readonly isCancellable: boolean;
}

export class Engine extends Lifecycle {
  readonly #journal: Journal | undefined;
  readonly #traffic = { bytesSent: 0, packetsSent: 0, bytesReceived: 0, packetsReceived: 0 };
  #lastOperationId: OperationId = 0;

  /** `random` gives numbers evenly spread over [0, 1). */
  constructor(settings: EngineSettings, random: () => number) {
    super(settings, random);
    this.#journal = settings.journal;
  }

  /** Whether the server sends the identifier of a subscription with its messages; false without a connection. */
  get subscriptionIdentifiersAvailable(): boolean {
    return this.attempt?.connection?.settings.subscriptionIdentifiersAvailable === true;
  }

  /** What is under way, and what went over the connections; counted at the call. */
  statistics(): OperationStatistics {
    return { ...this.session.statistics(), ...this.#traffic };
  }

  /** True when `pollEvent` has something. */
  get hasEvents(): boolean {
    return this.events.first !== undefined;
  }

  /** True when a flush should not wait for the end of the turn: 64 KiB are ready. */
  get isFull(): boolean {
    return this.attempt?.output.isFull ?? false;
  }

  /** Takes a message over. The packet is the engine's own from then on. */
  publish(now: number, packet: OutboundPublishPacket, request: OperationRequest): OperationId {
    const record: PublishRecord = packet;
    const { topicAlias } = record;
    if (topicAlias !== undefined) {
      delete record.topicAlias; // it is left out where it would make the packet too large
    }
    const identity = this.#identify(now, publishSize(record), request);
    return this.#submit(now, new PublishOperation(identity, record, topicAlias), request);
  }

  /** Takes a subscribe over. The packet is the engine's own from then on. */
  subscribe(now: number, packet: OutboundSubscribePacket, request: OperationRequest): OperationId {
    // The size is the same with any packet identifier.
    const identity = this.#identify(now, packetSize(encodeSubscribe, packet), request);
    return this.#submit(now, new RequestOperation(identity, packet), request);
  }

  /** Takes an unsubscribe over. The packet is the engine's own from then on. */
  unsubscribe(now: number, packet: UnsubscribePacket, request: OperationRequest): OperationId {
    const identity = this.#identify(now, packetSize(encodeUnsubscribe, packet), request);
    this.forgetSubscriptions(packet.topicFilters);
    return this.#submit(now, new RequestOperation(identity, packet), request);
  }

  /** Authenticates again on the connection there is (section 4.12.1), where CONNECT had a method (MQTT-4.12.0-7). */
  reauthenticate(now: number, timeoutMs: number): OperationId {
    const id = this.#nextOperationId();
    const error =
      this.state !== "connected"
        ? new DisconnectedError({ source: "client", code: "OFFLINE", message: "no connection" })
        : this.attempt?.authentication
          ? this.attempt.authentication.begin(now, id, timeoutMs)
          : new InvalidArgumentError({ field: "authentication", limit: "given" });
    if (error) {
      this.events.push({ type: "operationFailed", id, error });
    }
    return id;
  }

  /** Ends an operation for the application, without an event. What was written stays with the protocol. */
  cancel(id: OperationId): void {
    this.session.operations.cancel(id);
    this.attempt?.authentication?.cancel(id);
  }

  /** Answers a delivered message; false when that is void: answered before, or lost with its connection or session. */
  acknowledge(deliveryId: number, reasonCode: number): boolean {
    return this.session.inbound.acknowledge(deliveryId, reasonCode);
  }

  /**
   * Gives a delivered message back unacknowledged: the connection ends with this error, so that a resumed session
   * delivers the message again. Nothing happens for one that is void, as in `acknowledge`.
   */
  abandon(now: number, deliveryId: number, error: MqttError): void {
    if (this.session.inbound.abandon(deliveryId)) {
      this.disconnect(now, error);
    }
  }

  /** Subscriptions that nobody wants back: they are not made again. */
  forgetSubscriptions(topicFilters: readonly string[]): void {
    this.session.subscriptions.forget(topicFilters);
  }

  /** Answers `authenticationRequested`; what comes too late is dropped. */
  handleAuthentication(now: number, attemptNumber: number, stepNumber: number, answer: AuthenticationAnswer): void {
    const attempt = this.current(attemptNumber);
    if (!attempt?.authentication || !this.isReceiving) {
      return;
    }
    const limit = attempt.connection?.settings.maximumPacketSizeToServer;
    const outcome = attempt.authentication.handleAnswer(stepNumber, answer, limit);
    if (outcome instanceof AuthenticationError) {
      this.disconnect(now, outcome);
    } else if (outcome && attempt.connect) {
      this.accept(now, attempt, attempt.connect, outcome);
      this.#readPackets(now, attempt);
    }
  }

  /** The attempt has come to the next layer below MQTT. */
  handlePhase(attemptNumber: number, phase: ConnectionPhase): void {
    const attempt = this.current(attemptNumber);
    if (attempt) {
      attempt.phase = phase;
    }
  }

  /** Bytes arrived. Whatever they are, they give packets or one failure of the connection. */
  handleBytes(now: number, attemptNumber: number, chunk: Uint8Array): void {
    const attempt = this.current(attemptNumber);
    if (!attempt || attempt.peerError || !this.isReceiving) {
      return;
    }
    this.#traffic.bytesReceived += chunk.byteLength;
    const error = attempt.receive(chunk);
    if (error) {
      this.disconnect(now, error);
    }
    this.#readPackets(now, attempt);
  }

  #readPackets(now: number, attempt: ConnectionAttempt): void {
    try {
      while (this.isReceiving && attempt.authentication?.isVerifyingConnack !== true) {
        const packet = attempt.decoder?.next();
        if (!packet) {
          attempt.connection?.keepAlive.handleReceived(now, attempt.decoder?.isInsidePacket === true);
          return;
        }
        this.#traffic.packetsReceived += 1;
        this.#handlePacket(now, attempt, packet);
      }
    } catch (error) {
      if (!(error instanceof PeerError)) {
        throw error;
      }
      attempt.peerError = error;
    }
  }

  /** The transport took what `pollTransmit` gave, or fell below its high-water mark; above that it is not writable. */
  handleWritten(now: number, attemptNumber: number, isWritable: boolean): void {
    const attempt = this.current(attemptNumber);
    if (!attempt) {
      return;
    }
    attempt.connection?.keepAlive.handleSent(now, !isWritable);
    attempt.output.setBlocked(!isWritable);
    if (isWritable) {
      this.session.outbound.handleAccepted();
    }
    this.closeWhenWritten(now);
  }

  /** A batch of `pollStore` is kept: what rests on it may be written. */
  handleStored(now: number, batchNumber: number): void {
    this.#journal?.handleStored(now, batchNumber);
  }

  /** A batch could not be kept: its publishes fail, without having been written. */
  handleStoreFailed(now: number, batch: FailedBatch): void {
    this.#journal?.handleStoreFailed(now, batch, (errorOf) => {
      this.session.outbound.handleStoreFailed(errorOf);
    });
  }

  /** The time that `pollTimeout` named has come. */
  override handleTimeout(now: number): void {
    this.#journal?.handleTimeout(now);
    super.handleTimeout(now);
  }

  /** The next thing to act on or to pass on, or undefined. */
  pollEvent(): EngineEvent | undefined {
    return this.events.poll();
  }

  /** The next batch to store, or undefined. */
  pollStore(): StoreBatch | undefined {
    return this.#journal?.poll();
  }

  /** Bytes for the transport, as one write; undefined when there are none or they must wait. */
  pollTransmit(now: number): readonly Uint8Array[] | undefined {
    this.tellPeerError(now);
    this.advanceStop(now);
    const output = this.attempt?.output;
    const keepAlive = this.attempt?.connection?.keepAlive;
    if (!output || this.state === "closing") {
      return undefined;
    }
    if (output.hasRoom && keepAlive?.isPingDue(now) === true) {
      encodePingreq(output.writer);
      keepAlive.handlePingSent(now);
    }
    this.attempt?.authentication?.write(now, output);
    this.session.outbound.pump(now);
    const { length: byteCount, packetCount } = output.writer;
    const chunks = output.take();
    if (chunks) {
      this.#traffic.bytesSent += byteCount;
      this.#traffic.packetsSent += packetCount;
      this.attempt?.connection?.throttle.handleSent(byteCount);
    }
    return chunks;
  }

  /** When `handleTimeout` wants to be called; undefined for not at all. */
  pollTimeout(): number | undefined {
    const next = Math.min(this.nextDeadline, this.#journal?.nextDeadline ?? Infinity);
    return next === Infinity ? undefined : next;
  }

  #submit(now: number, operation: Operation, request: OperationRequest): OperationId {
    this.session.outbound.submit(now, operation, request.isCancellable);
    return operation.id;
  }

  #nextOperationId(): OperationId {
    this.#lastOperationId += 1;
    return this.#lastOperationId;
  }

  #identify(now: number, size: number, request: OperationRequest): OperationIdentity {
    return { id: this.#nextOperationId(), size, timeoutMs: request.timeoutMs, now };
  }

  #handlePacket(now: number, attempt: ConnectionAttempt, packet: ServerPacket): void {
    const { authentication, connect, connection } = attempt;
    if (connect?.requestProblemInformation === false) {
      checkProblemInformation(packet);
    }
    if (packet.type === "disconnect") {
      this.handleDisconnect(now, packet);
    } else if (packet.type === "auth") {
      if (!authentication) {
        throw new ProtocolViolationError("AUTH without a method in CONNECT", "MQTT-4.12.0-6");
      }
      authentication.handleAuth(now, packet);
      attempt.awaitServer(now);
    } else if (connection) {
      this.session.handlePacket(now, connection, packet);
    } else if (packet.type === "connack" && connect) {
      this.handleConnack(now, attempt, connect, packet);
    } else {
      throw new ProtocolViolationError(`${packet.type} before CONNACK`, "MQTT-3.2.0-1");
    }
  }
}
