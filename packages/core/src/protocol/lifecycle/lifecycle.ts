/**
 * The life of the client: wanted or not, connecting, connected, closing, waiting. It decides when to connect, what
 * counts as a connection, when one is over, and how long to wait for the next. What goes over the connection is the
 * engine's, which builds on it.
 *
 * Every attempt ends in exactly one `connectionSuccess` or `connectionFailure`, every success in exactly one
 * `disconnection`, and a stop in `stopped`, which comes last.
 */

import type { ConnackPacket } from "../../codec/packets/connack.js";
import { encodeConnect, type ConnectPacket } from "../../codec/packets/connect.js";
import { encodeDisconnect, type DisconnectPacket } from "../../codec/packets/disconnect.js";
import { DisconnectReasonCode } from "../../codec/reason-codes.js";
import type { MqttError } from "../../errors.js";
import {
  AuthenticationError,
  ConnectionError,
  describeReason,
  DisconnectedError,
} from "../errors/connection-errors.js";
import { type ClientState, nextState } from "./client-state.js";
import {
  type AttemptLimits,
  Connection,
  ConnectionAttempt,
  type ConnectionSettings,
} from "../connection/connection.js";
import type { EventQueue } from "../engine-event.js";
import { Fifo } from "../collections/fifo.js";
import {
  connackProblem,
  type ConnectRequest,
  type SessionBehavior,
  sessionAdoptedWarning,
  shortSessionWarning,
} from "../connection/connack-check.js";
import { stoppedError } from "../session/outcomes.js";
import { negotiate } from "../connection/negotiated-settings.js";
import { type ReconnectDecision, ReconnectSchedule, type ReconnectSettings } from "./reconnect-schedule.js";
import { disconnectWithinLimit } from "../connection/server-limits.js";
import { SessionContinuity } from "../connection/connect-packet.js";
import { Session, type SessionSettings } from "../session/session.js";

/** The options of the engine; durations in milliseconds. */
export interface EngineSettings extends ReconnectSettings, AttemptLimits, ConnectionSettings, SessionSettings {
  readonly sessionBehavior: SessionBehavior;
  readonly minConnectedTimeToResetReconnectDelayMs: number;
}

/** How a stop is to go. */
export interface StopRequest {
  readonly disconnect: DisconnectPacket;
  readonly timeoutMs: number;
  /** Whether accepted operations may finish first, as far as the time allows. */
  readonly drain: boolean;
}

/** A stop under way. */
interface Stop {
  readonly disconnect: DisconnectPacket;
  /** When it is over, whatever the server does. */
  deadline: number;
  isDraining: boolean;
}

/** How long an orderly close may take before the transport is cut off, in milliseconds. */
const closeTimeout = 1_000;

export abstract class Lifecycle {
  protected readonly events: EventQueue = new Fifo();
  protected readonly session: Session;

  /** The attempt at hand: under way, established, or being closed. */
  protected attempt: ConnectionAttempt | undefined;

  readonly #settings: EngineSettings;
  readonly #reconnect: ReconnectSchedule;
  readonly #continuity: SessionContinuity;

  #state: ClientState = "stopped";
  #attemptCount = 0;

  /** Why the attempt or connection came to its end: what was first. */
  #ending: MqttError | undefined;

  #stop: Stop | undefined;
  #startsAfterStop = false;

  /** `random` gives numbers evenly spread over [0, 1). */
  constructor(settings: EngineSettings, random: () => number) {
    this.#settings = settings;
    this.session = new Session(settings, this.events);
    this.#reconnect = new ReconnectSchedule(settings, random);
    this.#continuity = new SessionContinuity(settings.sessionBehavior, settings.topicAliasing.inboundMaximum);
  }

  get state(): ClientState {
    return this.#state;
  }

  /** Seconds that the session outlives its connection, as the last CONNECT has it; undefined before the first. */
  get sessionExpiryInterval(): number | undefined {
    return this.#continuity.sessionExpiryInterval;
  }

  /** True while what the server sends still counts. */
  protected get isReceiving(): boolean {
    return this.#state === "awaitingConnack" || this.#state === "connected";
  }

  /** When `handleTimeout` has work; Infinity when there is none in sight. */
  protected get nextDeadline(): number {
    const timed = this.#state === "waitingToReconnect" ? this.#reconnect : this.attempt;
    return Math.min(this.session.nextDeadline, this.#stop?.deadline ?? Infinity, timed?.nextDeadline ?? Infinity);
  }

  /** Wants a connection from now on. While a stop is under way it takes effect after it. */
  start(now: number): void {
    if (this.#stop) {
      this.#startsAfterStop = true;
    } else if (this.#state === "stopped") {
      this.#continuity.start();
      this.#reconnect.reset();
      this.#beginAttempt(now);
    }
  }

  /** Wants no connection from now on. A call while a stop is under way may only hasten it. */
  stop(now: number, request: StopRequest): void {
    this.#startsAfterStop = false;
    const { disconnect, drain, timeoutMs } = request;
    if (this.#state === "stopped") {
      this.session.handleStopped(this.#continuity.handleStopped(disconnect));
      return;
    }
    this.#stop ??= { disconnect, deadline: Infinity, isDraining: true };
    this.#stop.deadline = Math.min(this.#stop.deadline, now + timeoutMs);
    this.#stop.isDraining &&= drain;
    this.advanceStop(now);
  }

  /** Goes on with a stop under way, once nothing is left that it lets finish. */
  protected advanceStop(now: number): void {
    if (!this.#stop || this.#goesOn) {
      return;
    }
    const error = stoppedError();
    if (this.#state === "connected") {
      this.#disconnect(now, this.#stop.disconnect, error);
    } else if (this.#state === "waitingToReconnect") {
      this.#finishStop(now);
    } else if (this.#state === "connecting" || this.#state === "awaitingConnack") {
      this.#cutOff(now, error);
    }
  }

  /** False when a stop is under way, and nothing is left that it lets finish. */
  get #goesOn(): boolean {
    const isBusy = !this.session.outbound.isIdle || this.attempt?.authentication?.isIdle === false;
    return this.#stop === undefined || (this.#stop.isDraining && isBusy);
  }

  /** Finds out now whether the connection still stands; brings the next attempt forward when one is waited for. */
  checkConnection(now: number): void {
    if (this.#state === "connected") {
      this.attempt?.connection?.keepAlive.requestPing();
    } else if (this.#state === "waitingToReconnect") {
      this.#reconnect.hasten(now);
    }
  }

  /** Answers `reconnectPlanned`. */
  handleReconnectDecision(now: number, attemptNumber: number, decision: ReconnectDecision): void {
    if (this.#state !== "waitingToReconnect" || attemptNumber !== this.#attemptCount) {
      return;
    }
    if (decision === "stop") {
      this.#finishStop(now, this.#ending);
    } else {
      this.#reconnect.decide(now, decision);
    }
  }

  /** Answers `connectRequested`. */
  handleConnectReady(attemptNumber: number, request: ConnectRequest): void {
    const attempt = this.current(attemptNumber);
    if (!attempt || attempt.connect) {
      return;
    }
    const connect = this.#continuity.makeConnect(request);
    const warning = shortSessionWarning(connect, this.#settings.sessionBehavior);
    if (warning) {
      this.events.push(warning);
    }
    attempt.expect(connect, this.events);
    this.events.push({ type: "openRequested", attempt: attempt.number });
  }

  /** The transport can carry bytes: CONNECT goes out, and nothing before it (MQTT-3.1.0-1). */
  handleTransportOpened(now: number, attemptNumber: number): void {
    const attempt = this.current(attemptNumber);
    if (!attempt?.connect || this.#state !== "connecting") {
      return;
    }
    this.#move("awaitingConnack");
    attempt.phase = "connack";
    attempt.awaitServer(now);
    encodeConnect(attempt.output.writer, attempt.connect);
  }

  /** The transport is gone, or never came about. */
  handleTransportClosed(now: number, attemptNumber: number, cause?: MqttError): void {
    this.tellPeerError(now); // it came first, so it is why the connection ended
    const attempt = this.current(attemptNumber);
    if (!attempt) {
      return;
    }
    const { phase } = attempt;
    const error = cause ?? new ConnectionError({ phase, message: "connection closed" });
    if (this.#state === "connecting") {
      attempt.phase = error.phase ?? phase; // later on it does not know of CONNACK
    }
    this.#finish(now, error);
  }

  /** A CONNACK came, the first on this connection; one that ends an authentication is shown to the application first. */
  protected handleConnack(
    now: number,
    attempt: ConnectionAttempt,
    connect: ConnectPacket,
    connack: ConnackPacket,
  ): void {
    const { authentication } = attempt;
    const problem = connackProblem(connect, connack);
    if (problem) {
      attempt.connack = connack;
      this.#close(now, problem);
    } else if (!authentication) {
      this.accept(now, attempt, connect, connack);
    } else {
      authentication.handleConnack(now, connack);
      attempt.awaitServer(now);
    }
  }

  /** The connection stands. */
  protected accept(now: number, attempt: ConnectionAttempt, connect: ConnectPacket, connack: ConnackPacket): void {
    const negotiatedSettings = negotiate(connect, connack);
    if (negotiatedSettings.rejoinedSession && !this.#continuity.isKnown) {
      this.events.push(sessionAdoptedWarning);
    }
    this.#move("connected");
    attempt.phase = "connected";
    this.#continuity.handleConnected(connack, negotiatedSettings);
    this.#reconnect.handleConnected();
    attempt.connection = new Connection(now, attempt, negotiatedSettings, this.#settings);
    this.events.push({ type: "connectionSuccess", connack, negotiatedSettings });
    this.session.handleConnected(now, attempt.connection);
  }

  /** The server ended the connection, or refused it with DISCONNECT instead of CONNACK. */
  protected handleDisconnect(now: number, disconnect: DisconnectPacket): void {
    const message = `the server sent DISCONNECT: ${describeReason(disconnect)}`;
    this.#close(now, new DisconnectedError({ source: "server", message, disconnect }));
  }

  /** Leaves the server because of an error, its own for the most part: it is told where it can be (section 4.13.1). */
  protected disconnect(
    now: number,
    error: MqttError,
    reasonCode: number = DisconnectReasonCode.ImplementationSpecificError,
  ): void {
    if (this.#state === "connected") {
      // What an application's function for authentication says of its failure may be a secret.
      const reason = error instanceof AuthenticationError ? {} : { reasonString: error.message };
      this.#disconnect(now, { type: "disconnect", reasonCode, ...reason }, error);
    } else if (this.#state === "awaitingConnack") {
      this.#close(now, error);
    }
  }

  /** The output has been handed to the transport. */
  protected closeWhenWritten(now: number): void {
    if (this.#state === "disconnecting" && this.attempt?.output.isEmpty === true) {
      this.#close(now, this.#ending);
    }
  }

  /** The time that `nextDeadline` named has come. */
  handleTimeout(now: number): void {
    this.session.handleTimeout(now);
    const failure = this.attempt?.authentication?.handleTimeout(now);
    if (failure) {
      this.disconnect(now, failure);
    }
    const error = this.attempt?.overdueError(now);
    if (this.#stop && now >= this.#stop.deadline) {
      if (this.#stop.isDraining) {
        // DISCONNECT still goes out, or else the server publishes the will; the next call, at once, cuts off what is left.
        this.#stop.isDraining = false;
        this.advanceStop(now);
      } else {
        this.#cutOff(now, stoppedError());
      }
    } else if (error) {
      this.#cutOff(now, error);
    } else if (this.#state === "waitingToReconnect" && now >= this.#reconnect.nextDeadline) {
      this.#beginAttempt(now);
    }
  }

  /** Ends the connection for what the server did wrong, if it did. */
  protected tellPeerError(now: number): void {
    const error = this.attempt?.peerError;
    if (error) {
      this.disconnect(now, error, error.reasonCode);
    }
  }

  /** The attempt with this number, unless it is over: what an old transport still reports is dropped. */
  protected current(attemptNumber: number): ConnectionAttempt | undefined {
    return this.attempt?.number === attemptNumber ? this.attempt : undefined;
  }

  #move(next: ClientState): void {
    this.#state = nextState(this.#state, next);
  }

  #beginAttempt(now: number): void {
    this.#move("connecting");
    this.#attemptCount += 1;
    this.#ending = undefined;
    this.attempt = new ConnectionAttempt(this.#attemptCount, now, this.#settings);
    this.events.push({ type: "attemptingConnect", attempt: this.#attemptCount });
    this.events.push({ type: "connectRequested", attempt: this.#attemptCount });
  }

  /** Sends DISCONNECT as the last packet, then closes. */
  #disconnect(now: number, packet: DisconnectPacket, error: MqttError): void {
    const attempt = this.attempt;
    if (!attempt?.connection) {
      return;
    }
    const disconnect = disconnectWithinLimit(packet, attempt.connection.settings);
    if (!disconnect) {
      this.#close(now, error);
      return;
    }
    this.#move("disconnecting");
    this.#ending = error;
    encodeDisconnect(attempt.output.writer, disconnect);
    attempt.end(this.#stop?.deadline ?? now + closeTimeout);
    this.#continuity.handleDisconnect(packet);
  }

  /** Closes in order: what was handed to the transport still goes out. */
  #close(now: number, error?: MqttError): void {
    this.#move("closing");
    this.#ending ??= error;
    this.attempt?.end(now + closeTimeout);
    this.events.push({ type: "closeRequested", attempt: this.#attemptCount, isImmediate: false });
  }

  /** Ends the attempt or connection at once. */
  #cutOff(now: number, error: MqttError): void {
    this.events.push({ type: "closeRequested", attempt: this.#attemptCount, isImmediate: true });
    this.#finish(now, error);
  }

  /** The attempt or connection is over. */
  #finish(now: number, lastError: MqttError): void {
    const { authentication, connack, connection, phase } = this.attempt ?? {};
    const error = this.#ending ?? lastError;
    this.#ending = error;
    // Who raises an error, the codec for one, need not know how far the connection is.
    Object.assign(error, { phase, retryable: error.retryable ?? true });
    authentication?.handleDisconnected(error);
    if (this.#state !== "closing") {
      this.#move("closing");
    }
    this.attempt = undefined;
    if (!connection) {
      this.events.push({ type: "connectionFailure", error, connack });
    } else {
      this.session.handleDisconnected(error);
      const { disconnect } = error instanceof DisconnectedError ? error : {};
      this.events.push({ type: "disconnection", error, disconnect });
      if (now - connection.connectedAt >= this.#settings.minConnectedTimeToResetReconnectDelayMs) {
        this.#reconnect.reset();
      }
    }
    if (this.#goesOn) {
      this.#move("waitingToReconnect");
      this.#reconnect.schedule(now, error);
      this.events.push({ type: "reconnectPlanned", attempt: this.#attemptCount, error });
    } else {
      this.#finishStop(now);
    }
  }

  #finishStop(now: number, error?: MqttError): void {
    const disconnect = this.#stop?.disconnect;
    this.#stop = undefined;
    this.#move("stopped");
    this.session.handleStopped(this.#continuity.handleStopped(disconnect), error);
    this.events.push({ type: "stopped", error });
    if (this.#startsAfterStop) {
      this.#startsAfterStop = false;
      this.start(now);
    }
  }
}
