/**
 * The lifecycle of the client: stopped, connecting, connected, closing or waiting. Decides when to connect, when a
 * connection is established, when it is over, and how long to wait before the next attempt.
 *
 * Every attempt ends in exactly one `connectionSuccess` or `connectionFailure`, every success in exactly one
 * `disconnection`, and a stop in `stopped`, which comes last. Three methods end a connection or an attempt:
 *
 * - `leave`: for an error that this client found; tells the server if possible
 * - `#close`: in order; the bytes that the transport has still go out
 * - `#cutOff`: at once
 */

import type { ConnackPacket } from "../../codec/packets/connack.js";
import { type ConnectPacket, encodeConnect } from "../../codec/packets/connect.js";
import { type DisconnectPacket, encodeDisconnect } from "../../codec/packets/disconnect.js";
import { ConnectReasonCode, DisconnectReasonCode } from "../../codec/reason-codes.js";
import { type MqttError, PeerError } from "../../errors.js";
import { ConnectionAttempt, restingAttempt } from "../connection/attempt.js";
import { connackProblem, sessionAdoptedWarning, shortSessionWarning } from "../connection/connack-check.js";
import { ConnectPackets, type ConnectRequest } from "../connection/connect-packet.js";
import { Connection } from "../connection/connection.js";
import { disconnectWithinLimit } from "../connection/server-limits.js";
import type { EventQueue } from "../engine-event.js";
import { DisconnectedError, disconnectFor, serverDisconnectedError } from "../errors/connection-errors.js";
import { endedByStopError, notStartedError } from "../session/outcomes.js";
import type { Session } from "../session/session.js";
import type { LifecycleTimers } from "../timers.js";
import { type ClientState, type ClientStep, nextState } from "./client-state.js";
import type { LifecycleParts, LifecycleSettings } from "./lifecycle-settings.js";
import { type ReconnectAnswer, ReconnectSchedule } from "./reconnect-schedule.js";
import { RepeatedCloses } from "./repeated-closes.js";
import { Stop, type StopRequest } from "./stop.js";

/** The time limit of an orderly close. After it the transport is cut off. */
const closeTimeoutMs = 1_000;

export class Lifecycle {
  readonly #settings: LifecycleSettings;
  readonly #session: Session;
  readonly #events: EventQueue;
  readonly #reconnect: ReconnectSchedule;
  readonly #connectPackets: ConnectPackets;
  readonly #repeatedCloses: RepeatedCloses;

  #state: ClientState = "stopped";
  #attempt: ConnectionAttempt | undefined;
  #attemptCount = 0;

  /** The first error that ended the attempt or connection. */
  #ending: MqttError | undefined;

  #stop: Stop | undefined;
  #startsAfterStop = false;

  /** Set once nothing is left to do but to settle the operations and to emit `stopped`. */
  #finish: { readonly now: number; readonly error: MqttError | undefined } | undefined;

  constructor(settings: LifecycleSettings, { session, events, random }: LifecycleParts) {
    this.#settings = settings;
    this.#session = session;
    this.#events = events;
    this.#reconnect = new ReconnectSchedule(settings, random);
    this.#repeatedCloses = new RepeatedCloses(events);
    this.#connectPackets = new ConnectPackets(settings, settings.topicAliasing.inboundMaximum);
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The current attempt: under way, established or closing. */
  get attempt(): ConnectionAttempt | undefined {
    return this.#attempt;
  }

  /** Gives the attempt with this number, unless it is over. Late reports of an old transport are therefore dropped. */
  attemptNumbered(attemptNumber: number): ConnectionAttempt | undefined {
    return this.#attempt?.number === attemptNumber ? this.#attempt : undefined;
  }

  /** The seconds that the session outlives its connection, from the last CONNECT; undefined before the first. */
  get sessionExpiryInterval(): number | undefined {
    return this.#connectPackets.sessionExpiryInterval;
  }

  /** The reason why there is no connection, as far as it is known. */
  get whyOffline(): MqttError | undefined {
    return this.#state === "stopped" ? notStartedError() : this.#reconnect.lastError;
  }

  /** True while the client handles the packets of the server. */
  get isReceiving(): boolean {
    return this.#state === "awaitingConnack" || this.#state === "connected";
  }

  get timers(): LifecycleTimers {
    return {
      ...(this.#attempt?.timers ?? restingAttempt),
      reconnect: this.#state === "waitingToReconnect" && !this.#finish ? this.#reconnect.nextDeadline : Infinity,
      stop: this.#stop?.deadline ?? Infinity,
    };
  }

  /** Starts to keep up a connection. During a stop, it takes effect after the stop. */
  start(now: number): void {
    if (this.#stop || this.#finish) {
      this.#startsAfterStop = true;
    } else if (this.#state === "stopped") {
      this.#connectPackets.start();
      this.#reconnect.start();
      this.#beginAttempt(now, "start");
    }
  }

  /** Stops keeping up a connection. During a stop, a further call can only hasten it. */
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

  /** Continues a stop under way, once no operation is left that it waits for. */
  advanceStop(now: number): void {
    if (!this.#stop || this.#isWanted || this.#finish) {
      return;
    }
    const error = endedByStopError(this.#attempt?.phase);
    if (this.#state === "connected") {
      this.#sendDisconnect(now, this.#stop.disconnect, error);
    } else if (this.#state === "waitingToReconnect") {
      this.#finish = { now, error: undefined };
    } else if (this.#state === "connecting" || this.#state === "awaitingConnack") {
      this.#cutOff(now, error);
    }
  }

  /** False when a stop is under way, and no operation is left that it waits for. */
  get #isWanted(): boolean {
    const isBusy = !this.#session.isIdle || this.#attempt?.authentication?.isIdle === false;
    return this.#stop === undefined || (this.#stop.isDraining && isBusy);
  }

  /** Checks now whether the connection still works. Without a connection, brings the next attempt forward. */
  checkConnection(now: number): void {
    if (this.#state === "connected") {
      this.#attempt?.connection?.keepAlive.requestPing();
    } else if (this.#state === "waitingToReconnect") {
      this.#reconnect.hasten(now);
    }
  }

  /** Answers `reconnectPlanned`. */
  handleReconnectDecision(now: number, attemptNumber: number, { decision, followsReference }: ReconnectAnswer): void {
    if (this.#state !== "waitingToReconnect" || attemptNumber !== this.#attemptCount || this.#finish) {
      return;
    }
    if (followsReference) {
      this.#reconnect.followReference(now);
    }
    if (decision === "stop") {
      this.#finish = { now, error: this.#ending };
    } else if (decision) {
      this.#reconnect.decide(now, decision);
    }
  }

  /** Answers `connectRequested`. `server` names the server that the session belongs to. */
  handleConnectReady(attemptNumber: number, request: ConnectRequest, server: string): void {
    const attempt = this.attemptNumbered(attemptNumber);
    if (!attempt || attempt.connect) {
      return;
    }
    const connect = this.#connectPackets.make(request, server);
    if (this.#connectPackets.mustWarn(connect)) {
      this.#events.push(shortSessionWarning(this.#settings.sessionBehavior));
    }
    attempt.expect(connect, this.#events);
    this.#events.push({ type: "openRequested", attempt: attempt.number });
  }

  /** Takes in that the transport can carry bytes. Sends CONNECT as the first packet (MQTT-3.1.0-1). */
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

  /** Takes in that the transport closed or did not open. */
  handleTransportClosed(now: number, attemptNumber: number, cause?: MqttError): void {
    this.leaveForPeerError(now); // it came first, so it is the reason for the end
    const attempt = this.attemptNumbered(attemptNumber);
    if (!attempt) {
      return;
    }
    this.#endAttempt(now, attempt.closedError(cause, this.#state === "connecting"));
  }

  /** Handles the first CONNACK; throws when it breaks a rule. One that ends an authentication is verified first. */
  handleConnack(now: number, attempt: ConnectionAttempt, connect: ConnectPacket, connack: ConnackPacket): void {
    const { authentication } = attempt;
    const problem = connackProblem(connect, connack);
    if (connack.reasonCode === ConnectReasonCode.Success) {
      this.#connectPackets.handleConnack(connect, connack);
    }
    if (problem) {
      attempt.connack = connack;
      if (problem instanceof PeerError) {
        throw problem;
      }
      this.#close(now, problem);
    } else if (!authentication) {
      this.acceptConnack(now, attempt, connect, connack);
    } else {
      authentication.handleConnack(now, connack);
      attempt.awaitServer(now);
    }
  }

  /** Establishes the connection. */
  acceptConnack(now: number, attempt: ConnectionAttempt, connect: ConnectPacket, connack: ConnackPacket): void {
    const { settings, isAdopted } = this.#connectPackets.accept(connect, connack);
    if (isAdopted) {
      this.#events.push(sessionAdoptedWarning);
    }
    this.#move("acceptConnack");
    attempt.phase = "connected";
    this.#reconnect.handleConnected();
    attempt.connection = new Connection(now, { connect, settings, output: attempt.output }, this.#settings);
    this.#events.push({ type: "connectionSuccess", connack, negotiatedSettings: settings });
    this.#session.handleConnected(now, attempt.connection);
  }

  /** Takes in that the server ended the connection, or refused it with DISCONNECT instead of CONNACK. */
  handleServerDisconnect(now: number, attempt: ConnectionAttempt, disconnect: DisconnectPacket): void {
    this.#close(now, serverDisconnectedError(disconnect, attempt.phase));
  }

  /** Ends the connection, or the attempt before CONNACK, for an error that this client found (section 4.13.1). */
  leave(now: number, error: MqttError, reasonCode: number = DisconnectReasonCode.ImplementationSpecificError): void {
    if (this.isReceiving) {
      this.#sendDisconnect(now, disconnectFor(error, reasonCode), error);
    }
  }

  /** Ends the connection if the server broke a rule. */
  leaveForPeerError(now: number): void {
    const error = this.#attempt?.peerError;
    if (error) {
      this.leave(now, error, error.reasonCode);
    }
  }

  /** Takes in that the output was handed to the transport. After DISCONNECT, closes the transport. */
  closeWhenWritten(now: number): void {
    if (this.#state === "disconnecting" && this.#attempt?.output.isEmpty === true) {
      this.#close(now, this.#ending);
    }
  }

  /** Acts on the timers whose time has come. */
  handleTimeout(now: number): void {
    const failure = this.#attempt?.authentication?.handleTimeout(now);
    if (failure) {
      this.leave(now, failure);
    }
    const error = this.#attempt?.overdueError(now);
    if (this.#stop && !this.#finish && now >= this.#stop.deadline) {
      this.#handleStopTimeout(now, this.#stop);
    } else if (error) {
      this.#cutOff(now, error);
    } else if (now >= this.timers.reconnect) {
      this.#beginAttempt(now, "reconnect");
    }
  }

  #handleStopTimeout(now: number, stop: Stop): void {
    if (stop.isDraining) {
      // Without DISCONNECT the server would publish the will. The next call follows at once, and cuts off the rest.
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
    const attempt = this.#attemptCount;
    const serverIndex = this.#reconnect.handleAttempt();
    this.#attempt = new ConnectionAttempt(attempt, now, this.#settings);
    this.#events.push({ type: "connectRequested", attempt, serverIndex });
    this.#events.push({ type: "attemptingConnect", attempt });
  }

  /** Sends DISCONNECT as the last packet, then closes. */
  #sendDisconnect(now: number, packet: DisconnectPacket, error: MqttError): void {
    const attempt = this.#attempt;
    if (!attempt) {
      return;
    }
    const disconnect = disconnectWithinLimit(packet, attempt.maximumPacketSizeToServer);
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

  /** Closes in order: the bytes that the transport has still go out. */
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

  /** Takes in that the attempt or connection is over. */
  #endAttempt(now: number, lastError: MqttError): void {
    const { authentication, connack, connection } = this.#attempt ?? {};
    const connectedMs = connection && now - connection.connectedAt;
    const error = this.#repeatedCloses.explain(now, this.#ending ?? lastError, connectedMs);
    this.#ending = error;
    authentication?.handleDisconnected(error);
    if (this.#state !== "closing") {
      this.#move("close");
    }
    this.#attempt = undefined;
    if (!connection) {
      this.#events.push({ type: "connectionFailure", error, connack });
    } else {
      this.#session.handleDisconnected(now, error);
      const { disconnect } = error instanceof DisconnectedError ? error : {};
      this.#events.push({ type: "disconnection", error, disconnect });
    }
    if (this.#isWanted) {
      this.#move("waitToReconnect");
      this.#reconnect.schedule(now, error, connectedMs);
      this.#events.push({ type: "reconnectPlanned", attempt: this.#attemptCount, error });
    } else {
      this.#finish = { now, error: undefined };
    }
  }

  /** True when `finishStop` has to be called, after all events so far were handled. */
  get isFinishing(): boolean {
    return this.#finish !== undefined;
  }

  /** Ends the stop. Operations that a listener of the last events submitted end with it. */
  finishStop(): void {
    if (!this.#finish) {
      return;
    }
    const { now, error } = this.#finish;
    const disconnect = this.#stop?.disconnect;
    this.#finish = undefined;
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
