/**
 * The life of the client: wanted or not, connecting, connected, closing, waiting. Decides when to connect, when a connection
 * stands, when it is over, and how long to wait for the next.
 *
 * Every attempt ends in exactly one `connectionSuccess` or `connectionFailure`, every success in exactly one
 * `disconnection`, and a stop in `stopped`, which comes last. Three methods end a connection or an attempt:
 *
 * - `leave`: for an error that this side found; the server is told where it can be
 * - `#close`: in order, so that what was handed to the transport still goes out
 * - `#cutOff`: at once
 */

import type { ConnackPacket } from "../../codec/packets/connack.js";
import { type ConnectPacket, encodeConnect } from "../../codec/packets/connect.js";
import { type DisconnectPacket, encodeDisconnect } from "../../codec/packets/disconnect.js";
import { DisconnectReasonCode } from "../../codec/reason-codes.js";
import type { MqttError } from "../../errors.js";
import { type AttemptLimits, ConnectionAttempt, restingAttempt } from "../connection/attempt.js";
import { connackProblem, sessionAdoptedWarning, shortSessionWarning } from "../connection/connack-check.js";
import { ConnectPackets, type ConnectRequest, type SessionBehavior } from "../connection/connect-packet.js";
import { Connection, type ConnectionSettings } from "../connection/connection.js";
import { negotiate } from "../connection/negotiated-settings.js";
import { disconnectWithinLimit } from "../connection/server-limits.js";
import type { EventQueue } from "../engine-event.js";
import {
  AuthenticationError,
  ConnectionError,
  describeReason,
  DisconnectedError,
  transportError,
} from "../errors/connection-errors.js";
import { endedByStopError } from "../session/outcomes.js";
import type { Session } from "../session/session.js";
import type { LifecycleTimers } from "../timers.js";
import { type ClientState, type ClientStep, nextState } from "./client-state.js";
import { type ReconnectDecision, ReconnectSchedule, type ReconnectSettings } from "./reconnect-schedule.js";
import { Stop, type StopRequest } from "./stop.js";

/** The options of the lifecycle; durations in milliseconds. */
export interface LifecycleSettings extends ReconnectSettings, AttemptLimits, ConnectionSettings {
  readonly sessionBehavior: SessionBehavior;
  readonly minConnectedTimeToResetReconnectDelayMs: number;
}

/** The parts that a {@link Lifecycle} works with. */
interface LifecycleParts {
  readonly session: Session;
  readonly events: EventQueue;
  /** Gives numbers evenly spread over [0, 1). */
  readonly random: () => number;
}

/** How long an orderly close may take before the transport is cut off. */
const closeTimeoutMs = 1_000;

export class Lifecycle {
  readonly #settings: LifecycleSettings;
  readonly #session: Session;
  readonly #events: EventQueue;
  readonly #reconnect: ReconnectSchedule;
  readonly #connectPackets: ConnectPackets;

  #state: ClientState = "stopped";
  #attempt: ConnectionAttempt | undefined;
  #attemptCount = 0;

  /** The error with which the attempt or connection came to its end: the first one. */
  #ending: MqttError | undefined;

  #stop: Stop | undefined;
  #startsAfterStop = false;

  constructor(settings: LifecycleSettings, { session, events, random }: LifecycleParts) {
    this.#settings = settings;
    this.#session = session;
    this.#events = events;
    this.#reconnect = new ReconnectSchedule(settings, random);
    this.#connectPackets = new ConnectPackets(settings.sessionBehavior, settings.topicAliasing.inboundMaximum);
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The attempt at hand: under way, established, or being closed. */
  get attempt(): ConnectionAttempt | undefined {
    return this.#attempt;
  }

  /** The attempt with this number, unless it is over: what an old transport still reports is dropped. */
  attemptNumbered(attemptNumber: number): ConnectionAttempt | undefined {
    return this.#attempt?.number === attemptNumber ? this.#attempt : undefined;
  }

  /** Seconds that the session outlives its connection, as the last CONNECT has it; undefined before the first. */
  get sessionExpiryInterval(): number | undefined {
    return this.#connectPackets.sessionExpiryInterval;
  }

  /** True while the packets of the server still count. */
  get isReceiving(): boolean {
    return this.#state === "awaitingConnack" || this.#state === "connected";
  }

  get timers(): LifecycleTimers {
    return {
      ...(this.#attempt?.timers ?? restingAttempt),
      reconnect: this.#state === "waitingToReconnect" ? this.#reconnect.nextDeadline : Infinity,
      stop: this.#stop?.deadline ?? Infinity,
    };
  }

  /** Wants a connection from now on. While a stop is under way it takes effect after it. */
  start(now: number): void {
    if (this.#stop) {
      this.#startsAfterStop = true;
    } else if (this.#state === "stopped") {
      this.#connectPackets.start();
      this.#reconnect.reset();
      this.#beginAttempt(now, "start");
    }
  }

  /** Wants no connection from now on. A call while a stop is under way may only hasten it. */
  stop(now: number, request: StopRequest): void {
    this.#startsAfterStop = false;
    if (this.#state === "stopped") {
      this.#session.handleStopped(this.#connectPackets.handleStopped(request.disconnect));
      return;
    }
    if (this.#stop) {
      this.#stop.hasten(now, request);
    } else {
      this.#stop = new Stop(now, request);
    }
    this.advanceStop(now);
  }

  /** Goes on with a stop under way, once nothing is left that it lets finish. */
  advanceStop(now: number): void {
    if (!this.#stop || this.#isWanted) {
      return;
    }
    const error = endedByStopError(this.#attempt?.phase);
    if (this.#state === "connected") {
      this.#sendDisconnect(now, this.#stop.disconnect, error);
    } else if (this.#state === "waitingToReconnect") {
      this.#finishStop(now);
    } else if (this.#state === "connecting" || this.#state === "awaitingConnack") {
      this.#cutOff(now, error);
    }
  }

  /** False when a stop is under way, and nothing is left that it lets finish. */
  get #isWanted(): boolean {
    const isBusy = !this.#session.isIdle || this.#attempt?.authentication?.isIdle === false;
    return this.#stop === undefined || (this.#stop.isDraining && isBusy);
  }

  /** Finds out now whether the connection still stands; brings the next attempt forward when one is waited for. */
  checkConnection(now: number): void {
    if (this.#state === "connected") {
      this.#attempt?.connection?.keepAlive.requestPing();
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
    const attempt = this.attemptNumbered(attemptNumber);
    if (!attempt || attempt.connect) {
      return;
    }
    const connect = this.#connectPackets.make(request);
    const warning = shortSessionWarning(connect, this.#settings.sessionBehavior);
    if (warning) {
      this.#events.push(warning);
    }
    attempt.expect(connect, this.#events);
    this.#events.push({ type: "openRequested", attempt: attempt.number });
  }

  /** The transport can carry bytes: CONNECT goes out, and nothing before it (MQTT-3.1.0-1). */
  handleTransportOpened(now: number, attemptNumber: number): void {
    const attempt = this.attemptNumbered(attemptNumber);
    if (!attempt?.connect || this.#state !== "connecting") {
      return;
    }
    this.#move("sendConnect");
    attempt.phase = "connack";
    attempt.awaitServer(now);
    encodeConnect(attempt.output.writer, attempt.connect);
  }

  /** The transport is gone, or never came about. */
  handleTransportClosed(now: number, attemptNumber: number, cause?: MqttError): void {
    this.leaveForPeerError(now); // it came first, so it is why the connection ended
    const attempt = this.attemptNumbered(attemptNumber);
    if (!attempt) {
      return;
    }
    if (cause && this.#state === "connecting") {
      attempt.phase = cause.phase ?? attempt.phase; // later on it does not know of CONNACK
    }
    const { phase } = attempt;
    const error = cause ? transportError(cause, phase) : new ConnectionError({ phase, message: "connection closed" });
    this.#endAttempt(now, error);
  }

  /** A CONNACK came, the first on this connection; one that ends an authentication is shown to the application first. */
  handleConnack(now: number, attempt: ConnectionAttempt, connect: ConnectPacket, connack: ConnackPacket): void {
    const { authentication } = attempt;
    const problem = connackProblem(connect, connack);
    if (problem) {
      attempt.connack = connack;
      this.#close(now, problem);
    } else if (!authentication) {
      this.acceptConnack(now, attempt, connect, connack);
    } else {
      authentication.handleConnack(now, connack);
      attempt.awaitServer(now);
    }
  }

  /** The connection stands. */
  acceptConnack(now: number, attempt: ConnectionAttempt, connect: ConnectPacket, connack: ConnackPacket): void {
    const negotiatedSettings = negotiate(connect, connack);
    if (negotiatedSettings.rejoinedSession && !this.#connectPackets.isSessionKnown) {
      this.#events.push(sessionAdoptedWarning);
    }
    this.#move("acceptConnack");
    attempt.phase = "connected";
    this.#connectPackets.handleConnected(connack, negotiatedSettings);
    this.#reconnect.handleConnected();
    const handshake = { connect, settings: negotiatedSettings, output: attempt.output };
    attempt.connection = new Connection(now, handshake, this.#settings);
    this.#events.push({ type: "connectionSuccess", connack, negotiatedSettings });
    this.#session.handleConnected(now, attempt.connection);
  }

  /** The server ended the connection, or refused it with DISCONNECT instead of CONNACK. */
  handleServerDisconnect(now: number, attempt: ConnectionAttempt, disconnect: DisconnectPacket): void {
    const message = `the server sent DISCONNECT: ${describeReason(disconnect)}`;
    this.#close(now, new DisconnectedError({ source: "server", message, disconnect, phase: attempt.phase }));
  }

  /** Ends the connection for an error that this side found; the server is told where it can be (section 4.13.1). */
  leave(now: number, error: MqttError, reasonCode: number = DisconnectReasonCode.ImplementationSpecificError): void {
    if (this.#state === "connected") {
      // What an application's function for authentication says of its failure may be a secret.
      const reason = error instanceof AuthenticationError ? {} : { reasonString: error.message };
      this.#sendDisconnect(now, { type: "disconnect", reasonCode, ...reason }, error);
    } else if (this.#state === "awaitingConnack") {
      this.#close(now, error);
    }
  }

  /** Ends the connection for a rule that the server broke, if it did. */
  leaveForPeerError(now: number): void {
    const error = this.#attempt?.peerError;
    if (error) {
      this.leave(now, error, error.reasonCode);
    }
  }

  /** The output was handed to the transport: behind DISCONNECT the transport is closed. */
  closeWhenWritten(now: number): void {
    if (this.#state === "disconnecting" && this.#attempt?.output.isEmpty === true) {
      this.#close(now, this.#ending);
    }
  }

  /** The time of a timer has come. */
  handleTimeout(now: number): void {
    const failure = this.#attempt?.authentication?.handleTimeout(now);
    if (failure) {
      this.leave(now, failure);
    }
    const error = this.#attempt?.overdueError(now);
    if (this.#stop && now >= this.#stop.deadline) {
      this.#handleStopTimeout(now, this.#stop);
    } else if (error) {
      this.#cutOff(now, error);
    } else if (now >= this.timers.reconnect) {
      this.#beginAttempt(now, "reconnect");
    }
  }

  #handleStopTimeout(now: number, stop: Stop): void {
    if (stop.isDraining) {
      // DISCONNECT still goes out, or else the server publishes the will; the next call, at once, cuts off what is left.
      stop.endDraining();
      this.advanceStop(now);
    } else {
      this.#cutOff(now, endedByStopError(this.#attempt?.phase));
    }
  }

  #move(step: ClientStep): void {
    this.#state = nextState(this.#state, step);
  }

  #beginAttempt(now: number, step: "start" | "reconnect"): void {
    this.#move(step);
    this.#attemptCount += 1;
    this.#ending = undefined;
    this.#attempt = new ConnectionAttempt(this.#attemptCount, now, this.#settings);
    this.#events.push({ type: "attemptingConnect", attempt: this.#attemptCount });
    this.#events.push({ type: "connectRequested", attempt: this.#attemptCount });
  }

  /** Sends DISCONNECT as the last packet, then closes. */
  #sendDisconnect(now: number, packet: DisconnectPacket, error: MqttError): void {
    const attempt = this.#attempt;
    if (!attempt?.connection) {
      return;
    }
    const disconnect = disconnectWithinLimit(packet, attempt.connection.settings);
    if (!disconnect) {
      this.#close(now, error);
      return;
    }
    this.#move("sendDisconnect");
    this.#ending = error;
    encodeDisconnect(attempt.output.writer, disconnect);
    attempt.end(this.#stop?.deadline ?? now + closeTimeoutMs);
    this.#connectPackets.handleDisconnect(packet);
  }

  /** Closes in order: what was handed to the transport still goes out. */
  #close(now: number, error?: MqttError): void {
    this.#move("close");
    this.#ending ??= error;
    this.#attempt?.end(now + closeTimeoutMs);
    this.#events.push({ type: "closeRequested", attempt: this.#attemptCount, isImmediate: false });
  }

  /** Ends the attempt or connection at once. */
  #cutOff(now: number, error: MqttError): void {
    this.#events.push({ type: "closeRequested", attempt: this.#attemptCount, isImmediate: true });
    this.#endAttempt(now, error);
  }

  /** The attempt or connection is over. */
  #endAttempt(now: number, lastError: MqttError): void {
    const { authentication, connack, connection } = this.#attempt ?? {};
    const error = this.#ending ?? lastError;
    this.#ending = error;
    authentication?.handleDisconnected(error);
    if (this.#state !== "closing") {
      this.#move("close");
    }
    this.#attempt = undefined;
    if (!connection) {
      this.#events.push({ type: "connectionFailure", error, connack });
    } else {
      this.#session.handleDisconnected(error);
      const { disconnect } = error instanceof DisconnectedError ? error : {};
      this.#events.push({ type: "disconnection", error, disconnect });
      if (now - connection.connectedAt >= this.#settings.minConnectedTimeToResetReconnectDelayMs) {
        this.#reconnect.reset();
      }
    }
    if (this.#isWanted) {
      this.#move("waitToReconnect");
      this.#reconnect.schedule(now, error);
      this.#events.push({ type: "reconnectPlanned", attempt: this.#attemptCount, error });
    } else {
      this.#finishStop(now);
    }
  }

  #finishStop(now: number, error?: MqttError): void {
    const disconnect = this.#stop?.disconnect;
    this.#stop = undefined;
    this.#move("finishStop");
    this.#session.handleStopped(this.#connectPackets.handleStopped(disconnect), error);
    this.#events.push({ type: "stopped", error });
    if (this.#startsAfterStop) {
      this.#startsAfterStop = false;
      this.start(now);
    }
  }
}
