import { packetSize } from "../codec/packet-size.js";
import { encodePingreq } from "../codec/packets/pingreq.js";
import { type OutboundMessage, publishSize } from "../codec/packets/publish.js";
import { encodeSubscribe } from "../codec/packets/subscribe.js";
import { encodeUnsubscribe, type UnsubscribePacket } from "../codec/packets/unsubscribe.js";
import { type ConnectionPhase, InvalidArgumentError, type MqttError } from "../errors.js";
import type { StoreBatch } from "../ports/session-store.js";
import { Fifo } from "./collections/fifo.js";
import type { AuthenticationAnswer } from "./connection/authentication-step.js";
import type { ConnectRequest } from "./connection/connect-packet.js";
import type { EngineEvent, EventQueue } from "./engine-event.js";
import { AuthenticationError, DisconnectedError } from "./errors/connection-errors.js";
import type { ClientState } from "./lifecycle/client-state.js";
import { Lifecycle, type LifecycleSettings } from "./lifecycle/lifecycle.js";
import type { ReconnectDecision } from "./lifecycle/reconnect-schedule.js";
import type { StopRequest } from "./lifecycle/stop.js";
import { PacketReader } from "./packet-reader.js";
import type { FailedBatch, Journal } from "./session/journal.js";
import type { OperationStatistics } from "./session/operation-statistics.js";
import {
  type OperationId,
  type OperationIdentity,
  type OutboundSubscribePacket,
  PublishOperation,
  RequestOperation,
} from "./session/operation.js";
import { Session, type SessionSettings } from "./session/session.js";
import { nearest, type Timers } from "./timers.js";

/** The options of the engine; durations in milliseconds. */
export interface EngineSettings extends LifecycleSettings, SessionSettings {}

/** The options of one operation, beside its packet. */
export interface OperationRequest {
  /** From the call on; Infinity for no limit. */
  readonly timeoutMs: number;
  /** Whether `cancel` may be called for it. */
  readonly isCancellable: boolean;
}

/**
 * An MQTT 5 client as a state machine without I/O. One seed and one script of calls give the same run, byte for byte: time
 * comes in as an argument, in monotonic milliseconds, and randomness as a function.
 *
 * **Parts.** The engine owns a lifecycle (when there is a connection), a session (what becomes of operations and messages)
 * and a reader of packets (from bytes to the two of them). It adds nothing but the order of things.
 *
 * **Methods.** There are four kinds:
 *
 * - what the application wants: `start`, `stop`, `checkConnection`, `publish`, `subscribe`, `unsubscribe`,
 *   `reauthenticate`, `cancel`, `acknowledge`, `returnDelivery`, `forgetSubscriptions`
 * - `handle…`: something happened. None of them throws, whatever a server sends
 * - `poll…`: something is to do
 * - getters, which change nothing
 *
 * **Order.** After each input the driver calls `pollEvent` until it is dry, then `pollStore`. At the end of a turn of the
 * event loop, or before it when `isFull`, it calls `pollTransmit`, tells `handleWritten` what the transport took, and asks
 * again while `hasMore`. Then it plans a wake-up for `pollTimeout`. Nothing is lost when it calls one of them too often.
 *
 * **Time.** `now` never goes back. A wake-up may come late: deadlines are compared with `now`, so that a late one changes
 * nothing but the moment of the check. An attempt carries a number, and reports on an attempt that is over are dropped.
 */
export class Engine {
  readonly #events: EventQueue = new Fifo();
  readonly #session: Session;
  readonly #lifecycle: Lifecycle;
  readonly #reader: PacketReader;
  readonly #journal: Journal | undefined;
  #bytesSent = 0;
  #packetsSent = 0;
  #hasMore = false;
  #lastOperationId: OperationId = 0;

  /** `random` gives numbers evenly spread over [0, 1). */
  constructor(settings: EngineSettings, random: () => number) {
    this.#journal = settings.journal;
    this.#session = new Session(settings, this.#events);
    this.#lifecycle = new Lifecycle(settings, { session: this.#session, events: this.#events, random });
    this.#reader = new PacketReader(this.#lifecycle, this.#session);
  }

  get state(): ClientState {
    return this.#lifecycle.state;
  }

  /** Seconds that the session outlives its connection, as the last CONNECT has it; undefined before the first. */
  get sessionExpiryInterval(): number | undefined {
    return this.#lifecycle.sessionExpiryInterval;
  }

  /** Whether the server sends the identifier of a subscription with its messages; false without a connection. */
  get subscriptionIdentifiersAvailable(): boolean {
    return this.#lifecycle.attempt?.connection?.settings.subscriptionIdentifiersAvailable === true;
  }

  /** The operations under way and the traffic of all connections, counted at the call. */
  statistics(): OperationStatistics {
    const { bytesReceived, packetsReceived } = this.#reader;
    return {
      ...this.#session.statistics(),
      bytesSent: this.#bytesSent,
      packetsSent: this.#packetsSent,
      bytesReceived,
      packetsReceived,
    };
  }

  /** When each timer is due; Infinity for one that is not armed. */
  get timers(): Timers {
    return {
      ...this.#lifecycle.timers,
      ...this.#session.timers,
      store: this.#journal?.nextDeadline ?? Infinity,
    };
  }

  /** True when `pollEvent` has something. */
  get hasEvents(): boolean {
    return this.#events.first !== undefined;
  }

  /** True when 64 KiB are ready: a flush should not wait for the end of the turn. */
  get isFull(): boolean {
    return this.#lifecycle.attempt?.output.isFull ?? false;
  }

  /** True when `pollTransmit` has more: it stopped at 64 KiB, or what was written made way for something. */
  get hasMore(): boolean {
    return this.#hasMore || this.#lifecycle.attempt?.output.isEmpty === false;
  }

  /** Wants a connection from now on. While a stop is under way it takes effect after it. */
  start(now: number): void {
    this.#lifecycle.start(now);
  }

  /** Wants no connection from now on. A call while a stop is under way may only hasten it. */
  stop(now: number, request: StopRequest): void {
    this.#lifecycle.stop(now, request);
  }

  /** Finds out now whether the connection still stands; brings the next attempt forward when one is waited for. */
  checkConnection(now: number): void {
    this.#lifecycle.checkConnection(now);
  }

  /** Takes a message over. The message must not change afterwards; the memory of its payload may, up to 64 KiB. */
  publish(now: number, packet: OutboundMessage, request: OperationRequest): OperationId {
    const { topicAlias, ...rest } = packet;
    // The alias is left out where it would make the packet too large, so that the size is that of the packet without it.
    const message = topicAlias === undefined ? packet : rest;
    const identity = this.#identify(now, publishSize(message), request);
    this.#session.submit(now, new PublishOperation(identity, message, topicAlias), request.isCancellable);
    return identity.id;
  }

  /** Takes a subscribe over. The packet must not change afterwards. */
  subscribe(now: number, packet: OutboundSubscribePacket, request: OperationRequest): OperationId {
    // The size is the same with any packet identifier.
    const identity = this.#identify(now, packetSize(encodeSubscribe, packet), request);
    this.#session.submit(now, new RequestOperation(identity, packet), request.isCancellable);
    return identity.id;
  }

  /** Takes an unsubscribe over. The packet must not change afterwards. */
  unsubscribe(now: number, packet: UnsubscribePacket, request: OperationRequest): OperationId {
    const identity = this.#identify(now, packetSize(encodeUnsubscribe, packet), request);
    this.forgetSubscriptions(packet.topicFilters);
    this.#session.submit(now, new RequestOperation(identity, packet), request.isCancellable);
    return identity.id;
  }

  /** Authenticates again on the connection there is (section 4.12.1), where CONNECT had a method (MQTT-4.12.0-7). */
  reauthenticate(now: number, timeoutMs: number): OperationId {
    const id = this.#nextOperationId();
    const error =
      this.state !== "connected"
        ? new DisconnectedError({ source: "client", code: "OFFLINE", message: "no connection" })
        : this.#lifecycle.attempt?.authentication
          ? this.#lifecycle.attempt.authentication.begin(now, id, timeoutMs)
          : new InvalidArgumentError({ field: "authentication", limit: "given" });
    if (error) {
      this.#events.push({ type: "operationFailed", id, error });
    }
    return id;
  }

  /** Ends an operation for the application, without an event. What was written stays with the protocol. */
  cancel(id: OperationId): void {
    this.#session.cancel(id);
    this.#lifecycle.attempt?.authentication?.cancel(id);
  }

  /** Answers a delivered message; false when that is void: answered before, or lost with its connection or session. */
  acknowledge(deliveryId: number, reasonCode: number): boolean {
    return this.#session.acknowledge(deliveryId, reasonCode);
  }

  /**
   * Gives a delivered message back unacknowledged: the connection ends with this error, so that a resumed session
   * delivers the message again. Nothing happens for one that is void, as in `acknowledge`.
   */
  returnDelivery(now: number, deliveryId: number, error: MqttError): void {
    if (this.#session.returnDelivery(deliveryId)) {
      this.#lifecycle.leave(now, error);
    }
  }

  /** Forgets subscriptions that nobody wants back: they are not made again. */
  forgetSubscriptions(topicFilters: readonly string[]): void {
    this.#session.forgetSubscriptions(topicFilters);
  }

  /** Answers `connectRequested`. */
  handleConnectReady(attemptNumber: number, request: ConnectRequest): void {
    this.#lifecycle.handleConnectReady(attemptNumber, request);
  }

  /** The attempt has come to the next layer below MQTT. */
  handlePhase(attemptNumber: number, phase: ConnectionPhase): void {
    const attempt = this.#lifecycle.attemptNumbered(attemptNumber);
    if (attempt) {
      attempt.phase = phase;
    }
  }

  /** The transport can carry bytes. */
  handleTransportOpened(now: number, attemptNumber: number): void {
    this.#lifecycle.handleTransportOpened(now, attemptNumber);
  }

  /** The transport is gone, or never came about. */
  handleTransportClosed(now: number, attemptNumber: number, cause?: MqttError): void {
    this.#lifecycle.handleTransportClosed(now, attemptNumber, cause);
  }

  /** Bytes arrived. Whatever they are, they give packets or one failure of the connection. */
  handleBytes(now: number, attemptNumber: number, chunk: Uint8Array): void {
    const attempt = this.#lifecycle.attemptNumbered(attemptNumber);
    if (attempt) {
      this.#reader.handleBytes(now, attempt, chunk);
    }
  }

  /** The transport took what `pollTransmit` gave, or fell below its high-water mark; above that it is not writable. */
  handleWritten(now: number, attemptNumber: number, isWritable: boolean): void {
    const attempt = this.#lifecycle.attemptNumbered(attemptNumber);
    if (!attempt) {
      return;
    }
    attempt.connection?.keepAlive.handleSent(now, !isWritable);
    attempt.output.setBlocked(!isWritable);
    if (isWritable) {
      this.#session.handleAccepted();
    }
    this.#lifecycle.closeWhenWritten(now);
    this.#lifecycle.advanceStop(now);
  }

  /** Answers `authenticationRequested`; an answer that comes too late is dropped. */
  handleAuthentication(now: number, attemptNumber: number, stepNumber: number, answer: AuthenticationAnswer): void {
    const attempt = this.#lifecycle.attemptNumbered(attemptNumber);
    if (!attempt?.authentication || !this.#lifecycle.isReceiving) {
      return;
    }
    const limit = attempt.connection?.settings.maximumPacketSizeToServer;
    const outcome = attempt.authentication.handleAnswer(stepNumber, answer, limit);
    if (outcome instanceof AuthenticationError) {
      this.#lifecycle.leave(now, outcome);
    } else if (outcome && attempt.connect) {
      this.#lifecycle.acceptConnack(now, attempt, attempt.connect, outcome);
      this.#reader.readPackets(now, attempt);
    }
  }

  /** Answers `reconnectPlanned`. */
  handleReconnectDecision(now: number, attemptNumber: number, decision: ReconnectDecision): void {
    this.#lifecycle.handleReconnectDecision(now, attemptNumber, decision);
  }

  /** A batch of `pollStore` is kept: what rests on it may be written. */
  handleStored(now: number, batchNumber: number): void {
    this.#journal?.handleStored(now, batchNumber);
  }

  /** A batch could not be kept: its publishes fail, without having been written. */
  handleStoreFailed(now: number, batch: FailedBatch): void {
    this.#journal?.handleStoreFailed(now, batch, (errorOf) => {
      this.#session.handleStoreFailed(errorOf);
    });
  }

  /** The time that `pollTimeout` named has come. */
  handleTimeout(now: number): void {
    this.#journal?.handleTimeout(now);
    this.#session.handleTimeout(now);
    this.#lifecycle.handleTimeout(now);
  }

  /** The next thing to act on or to pass on, or undefined. */
  pollEvent(): EngineEvent | undefined {
    return this.#events.poll();
  }

  /** The next batch to store, or undefined. */
  pollStore(): StoreBatch | undefined {
    return this.#journal?.poll();
  }

  /** Bytes for the transport, as one write; undefined when there are none or they must wait. */
  pollTransmit(now: number): readonly Uint8Array[] | undefined {
    this.#hasMore = false;
    this.#lifecycle.leaveForPeerError(now);
    this.#lifecycle.advanceStop(now);
    const { attempt } = this.#lifecycle;
    if (!attempt || this.state === "closing") {
      return undefined;
    }
    const { authentication, connection, output } = attempt;
    if (output.hasRoom && connection?.keepAlive.isPingDue(now) === true) {
      encodePingreq(output.writer);
      connection.keepAlive.handlePingSent(now);
    }
    authentication?.write(now, output);
    this.#session.send(now);
    this.#hasMore = output.isFull;
    const { length, packetCount } = output.writer;
    const chunks = output.take();
    if (chunks) {
      this.#bytesSent += length;
      this.#packetsSent += packetCount;
      connection?.throttle.handleSent(length);
    }
    return chunks;
  }

  /** When `handleTimeout` wants to be called; undefined for not at all. */
  pollTimeout(): number | undefined {
    const next = nearest(this.timers);
    return next === Infinity ? undefined : next;
  }

  #identify(now: number, size: number, request: OperationRequest): OperationIdentity {
    return { id: this.#nextOperationId(), size, timeoutMs: request.timeoutMs, now };
  }

  #nextOperationId(): OperationId {
    this.#lastOperationId += 1;
    return this.#lastOperationId;
  }
}
