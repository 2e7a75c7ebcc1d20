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
import { clientStoppedWarning, type EngineEvent, type EventQueue } from "./engine-event.js";
import { AuthenticationError, DisconnectedError } from "./errors/connection-errors.js";
import type { ClientState } from "./lifecycle/client-state.js";
import { Lifecycle } from "./lifecycle/lifecycle.js";
import type { LifecycleSettings } from "./lifecycle/lifecycle-settings.js";
import type { ReconnectAnswer } from "./lifecycle/reconnect-schedule.js";
import type { StopRequest } from "./lifecycle/stop.js";
import { PacketReader } from "./packet-reader.js";
import type { FailedBatch, Journal } from "./session/journal.js";
import type { EngineStatistics } from "./session/operation-statistics.js";
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

/** The options of one operation, apart from its packet. */
export interface OperationRequest {
  /** The time limit from the call on; Infinity for no limit. */
  readonly timeoutMs: number;
  /** True when `cancel` may be called for it. */
  readonly isCancellable: boolean;
}

/**
 * An MQTT 5 client as a state machine without I/O. The same seed and the same calls give the same run, byte for byte.
 * Time is an argument, in monotonic milliseconds. Randomness is a function.
 *
 * **Parts.** The engine owns a lifecycle (attempts and connections), a session (operations and messages) and a packet
 * reader (passes the packets to the other two). The engine itself only adds the order of the calls.
 *
 * **Methods.** There are four kinds:
 *
 * - calls of the application: `start`, `stop`, `checkConnection`, `publish`, `subscribe`, `unsubscribe`,
 *   `reauthenticate`, `cancel`, `acknowledge`, `returnDelivery`, `forgetSubscriptions`
 * - `handle…`: take in that something happened. They never throw, no matter what a server sends
 * - `poll…`: give the next thing to do
 * - getters, which change nothing
 *
 * **Order.** After each input the driver calls `pollEvent` until it gives nothing, then `pollStore`. At the end of a
 * turn of the event loop, or earlier when `isFull`, it calls `pollTransmit`, then `handleWritten` once the transport
 * took the bytes, and repeats this while `hasMore`. Then it plans a wake-up for `pollTimeout`. Extra calls do no harm.
 *
 * **Time.** `now` never goes back. A wake-up may come late: the engine compares deadlines with `now`, so a late wake-up
 * only delays the check. Each attempt has a number. The engine drops reports on an attempt that is over.
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
  /** True once an operation on the stopped client was warned of. */
  #hasWarned = false;
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

  /**
   * The reason why there is no connection: the last connection error, or that the client is not started. Undefined with
   * a connection, and before the first attempt has ended.
   */
  get whyOffline(): MqttError | undefined {
    return this.#lifecycle.whyOffline;
  }

  /** The seconds that the session outlives its connection, from the last CONNECT; undefined before the first. */
  get sessionExpiryInterval(): number | undefined {
    return this.#lifecycle.sessionExpiryInterval;
  }

  /** True when the server supports subscription identifiers; false without a connection. */
  get subscriptionIdentifiersAvailable(): boolean {
    return this.#lifecycle.attempt?.connection?.settings.subscriptionIdentifiersAvailable === true;
  }

  /** Counts the operations under way and the traffic of all connections. */
  statistics(): EngineStatistics {
    const { bytesReceived, packetsReceived } = this.#reader;
    return {
      ...this.#session.statistics(),
      bytesSent: this.#bytesSent,
      packetsSent: this.#packetsSent,
      bytesReceived,
      packetsReceived,
    };
  }

  /** The time of each timer; Infinity for one that is not armed. */
  get timers(): Timers {
    return {
      ...this.#lifecycle.timers,
      ...this.#session.timers,
      store: this.#journal?.nextDeadline ?? Infinity,
    };
  }

  /** True when `pollEvent` has an event. */
  get hasEvents(): boolean {
    return this.#events.first !== undefined || this.#lifecycle.isFinishing;
  }

  /** True when 64 KiB are ready: a flush should not wait for the end of the turn. */
  get isFull(): boolean {
    return this.#lifecycle.attempt?.output.isFull ?? false;
  }

  /** True when `pollTransmit` has more: it stopped at 64 KiB, or the write made room for another packet. */
  get hasMore(): boolean {
    return this.#hasMore || this.#lifecycle.attempt?.output.isEmpty === false;
  }

  /** Starts to keep up a connection. During a stop, it takes effect after the stop. */
  start(now: number): void {
    this.#hasWarned = false;
    this.#lifecycle.start(now);
  }

  /** Stops keeping up a connection. During a stop, a further call can only hasten it. */
  stop(now: number, request: StopRequest): void {
    this.#lifecycle.stop(now, request);
  }

  /** Checks now whether the connection still works. Without a connection, brings the next attempt forward. */
  checkConnection(now: number): void {
    this.#lifecycle.checkConnection(now);
  }

  /** Submits a message. It must not change afterwards. At QoS 0 the memory of its payload may, up to 64 KiB. */
  publish(now: number, packet: OutboundMessage, request: OperationRequest): OperationId {
    let message = packet;
    let topicAlias: number | undefined;
    if (packet.topicAlias !== undefined) {
      // An alias that makes the packet too large is left out, so it does not count for the size. Only here: a copy of
      // each message would cost a tenth of the time that it takes to publish.
      ({ topicAlias, ...message } = packet);
    }
    const identity = this.#identify(now, publishSize(message), request);
    this.#session.submit(now, new PublishOperation(identity, message, topicAlias), request.isCancellable);
    return identity.id;
  }

  /** Submits a subscribe. The packet must not change afterwards. */
  subscribe(now: number, packet: OutboundSubscribePacket, request: OperationRequest): OperationId {
    // The size is the same with any packet identifier.
    const identity = this.#identify(now, packetSize(encodeSubscribe, packet), request);
    this.#session.submit(now, new RequestOperation(identity, packet), request.isCancellable);
    return identity.id;
  }

  /** Submits an unsubscribe. The packet must not change afterwards. */
  unsubscribe(now: number, packet: UnsubscribePacket, request: OperationRequest): OperationId {
    const identity = this.#identify(now, packetSize(encodeUnsubscribe, packet), request);
    this.forgetSubscriptions(packet.topicFilters);
    this.#session.submit(now, new RequestOperation(identity, packet), request.isCancellable);
    return identity.id;
  }

  /** Authenticates again on this connection (section 4.12.1), if CONNECT named a method (MQTT-4.12.0-7). */
  reauthenticate(now: number, timeoutMs: number): OperationId {
    const id = this.#nextOperationId();
    const error =
      this.state !== "connected"
        ? new DisconnectedError({
            source: "client",
            code: "OFFLINE",
            message: "no connection: await waitUntilConnected() first",
          })
        : this.#lifecycle.attempt?.authentication
          ? this.#lifecycle.attempt.authentication.begin(now, id, timeoutMs)
          : new InvalidArgumentError({ field: "authentication", limit: "given" });
    if (error) {
      this.#events.push({ type: "operationFailed", id, subject: { operation: "reauthenticate" }, error });
    }
    return id;
  }

  /**
   * Ends an operation for the application, without an event. The protocol still finishes a written operation. Returns
   * true when nothing of the operation was written.
   */
  cancel(id: OperationId): boolean {
    this.#lifecycle.attempt?.authentication?.cancel(id);
    return this.#session.cancel(id);
  }

  /** Acknowledges a delivered message. False when it was answered before, or lost with its connection or session. */
  acknowledge(deliveryId: number, reasonCode: number): boolean {
    return this.#session.acknowledge(deliveryId, reasonCode);
  }

  /**
   * Returns a delivered message unacknowledged. The connection ends with this error, so that a resumed session delivers
   * the message again. Does nothing when `acknowledge` would give false.
   */
  returnDelivery(now: number, deliveryId: number, error: MqttError): void {
    if (this.#session.returnDelivery(deliveryId)) {
      this.#lifecycle.leave(now, error);
    }
  }

  /** Forgets subscriptions: the client does not renew them. */
  forgetSubscriptions(topicFilters: readonly string[]): void {
    this.#session.forgetSubscriptions(topicFilters);
  }

  /**
   * Answers `connectRequested`. `server` is a name of the server of the attempt: the session of one server is not asked
   * for at another, unless `serversShareSessions` is set.
   */
  handleConnectReady(attemptNumber: number, request: ConnectRequest, server: string): void {
    this.#lifecycle.handleConnectReady(attemptNumber, request, server);
  }

  /** Takes in that the attempt has reached the next layer below MQTT. */
  handlePhase(attemptNumber: number, phase: ConnectionPhase): void {
    const attempt = this.#lifecycle.attemptNumbered(attemptNumber);
    if (attempt) {
      attempt.phase = phase;
    }
  }

  /** Takes in that the transport can carry bytes. */
  handleTransportOpened(now: number, attemptNumber: number): void {
    this.#lifecycle.handleTransportOpened(now, attemptNumber);
  }

  /** Takes in that the transport closed or did not open. */
  handleTransportClosed(now: number, attemptNumber: number, cause?: MqttError): void {
    this.#lifecycle.handleTransportClosed(now, attemptNumber, cause);
  }

  /** Takes in received bytes. Any bytes give packets, or one failure of the connection. */
  handleBytes(now: number, attemptNumber: number, chunk: Uint8Array): void {
    const attempt = this.#lifecycle.attemptNumbered(attemptNumber);
    if (attempt) {
      this.#reader.handleBytes(now, attempt, chunk);
    }
  }

  /** Takes in that the transport took the bytes, or fell below its high-water mark. Above it, it is not writable. */
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

  /**
   * Takes in that bytes of an unfinished transfer moved: the network took them of a write that `handleWritten` will end,
   * or they arrived in a message that `handleBytes` will get whole.
   */
  handleProgress(now: number, attemptNumber: number, direction: "sent" | "received", byteCount: number): void {
    const keepAlive = this.#lifecycle.attemptNumbered(attemptNumber)?.connection?.keepAlive;
    if (direction === "sent") {
      keepAlive?.handleSending(now, byteCount);
    } else {
      keepAlive?.handleReceiving(now, byteCount);
    }
  }

  /** Answers `authenticationRequested`. Drops an answer that comes too late. */
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
  handleReconnectDecision(now: number, attemptNumber: number, answer: ReconnectAnswer): void {
    this.#lifecycle.handleReconnectDecision(now, attemptNumber, answer);
  }

  /** Takes in that a batch of `pollStore` is stored. The packets that depend on it may be written. */
  handleStored(now: number, batchNumber: number): void {
    this.#journal?.handleStored(now, batchNumber);
  }

  /** Takes in that a batch could not be stored. Its publishes fail; they were not written. */
  handleStoreFailed(now: number, batch: FailedBatch): void {
    this.#journal?.handleStoreFailed(now, batch, (errorOf) => {
      this.#session.handleStoreFailed(errorOf);
    });
  }

  /** Takes in that the time of `pollTimeout` has come. */
  handleTimeout(now: number): void {
    this.#journal?.handleTimeout(now);
    this.#session.handleTimeout(now, () => this.whyOffline);
    this.#lifecycle.handleTimeout(now);
  }

  /** Gives the next event, or undefined. */
  pollEvent(): EngineEvent | undefined {
    const event = this.#events.poll();
    if (event || !this.#lifecycle.isFinishing) {
      return event;
    }
    // Only now: what a listener of the last events submits must end with the stop too.
    this.#lifecycle.finishStop();
    return this.#events.poll();
  }

  /** Gives the next batch to store, or undefined. */
  pollStore(): StoreBatch | undefined {
    return this.#journal?.poll();
  }

  /** Gives the bytes for the transport, as one write; undefined when there are none or they must wait. */
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

  /** Gives the time for the next call of `handleTimeout`; undefined for none. */
  pollTimeout(): number | undefined {
    const next = nearest(this.timers);
    return next === Infinity ? undefined : next;
  }

  #identify(now: number, size: number, request: OperationRequest): OperationIdentity {
    if (this.state === "stopped" && !this.#hasWarned) {
      this.#hasWarned = true;
      this.#events.push(clientStoppedWarning);
    }
    return { id: this.#nextOperationId(), size, timeoutMs: request.timeoutMs, now };
  }

  #nextOperationId(): OperationId {
    this.#lastOperationId += 1;
    return this.#lastOperationId;
  }
}
