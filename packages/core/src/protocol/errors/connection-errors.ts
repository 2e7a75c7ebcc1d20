/** The errors of attempts that failed and of connections that ended. */

import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { DisconnectPacket } from "../../codec/packets/disconnect.js";
import { printable } from "../../codec/printable-text.js";
import { describeReasonCode } from "../../codec/reason-code-names.js";
import { ConnectReasonCode } from "../../codec/reason-codes.js";
import { type ConnectionPhase, MqttError, type MqttErrorCode, PeerError, type PublishOutcome } from "../../errors.js";
import { isRetryable } from "../lifecycle/retry-policy.js";
import { messageOf } from "./thrown-values.js";

/** The codes of a {@link ConnectionError}. */
type ConnectionErrorCode = Extract<
  MqttErrorCode,
  "CONNECTION_FAILED" | "CONNECT_TIMEOUT" | "CONNACK_TIMEOUT" | "PING_TIMEOUT"
>;

/** The parts of a {@link ConnectionError}. */
export interface ConnectionFailure {
  /** The phase in which the error happened. */
  readonly phase: ConnectionPhase;
  /** The message of the error. */
  readonly message: string;
  /** The code of the error. Default: `CONNECTION_FAILED`. */
  readonly code?: ConnectionErrorCode;
  /** The error or value behind it. */
  readonly cause?: unknown;
  /** False when another attempt will not help soon. Default: true. */
  readonly retryable?: boolean;
  /** True when the server closed the connection, see {@link ConnectionError.closedByServer}. Default: false. */
  readonly closedByServer?: boolean;
}

/** The network or a layer below MQTT failed, or an answer of the server took too long. */
export class ConnectionError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "ConnectionError";

  /** The kind of the error. */
  declare readonly code: ConnectionErrorCode;

  /** The phase in which the error happened. */
  override readonly phase: ConnectionPhase;

  /** False when another attempt will not help soon. The client then waits the full `maxReconnectDelayMs`. */
  override readonly retryable: boolean;

  /**
   * True when the server closed the connection in order, with a TCP FIN or a WebSocket close frame, and sent no
   * DISCONNECT. False when the connection broke or timed out.
   */
  readonly closedByServer: boolean;

  /** Creates the error. */
  constructor(failure: ConnectionFailure) {
    super(failure.code ?? "CONNECTION_FAILED", failure.message, { cause: failure.cause });
    this.phase = failure.phase;
    this.retryable = failure.retryable ?? true;
    this.closedByServer = failure.closedByServer ?? false;
  }
}

/** Makes the error of a transport that was closed without an error. */
export function closedError(phase: ConnectionPhase): ConnectionError {
  const isUnanswered = phase === "connack";
  const hint =
    " without an answer to CONNECT: does it speak MQTT 5, and do scheme and port of the URL belong together?";
  return new ConnectionError({
    phase,
    message: isUnanswered ? `the server closed the connection${hint}` : "connection closed",
    closedByServer: true,
  });
}

/** The server refused the connection with a CONNACK. */
export class ConnectRejectedError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "ConnectRejectedError";

  /** The phase in which the error happened: always `connack`. */
  override readonly phase: ConnectionPhase = "connack";

  /** The server's CONNACK. */
  readonly connack: ConnackPacket;

  /** False when another attempt will not help soon. The client then waits the full `maxReconnectDelayMs`. */
  override readonly retryable: boolean;

  /** Creates the error. */
  constructor(connack: ConnackPacket) {
    const isVersion = connack.reasonCode === ConnectReasonCode.UnsupportedProtocolVersion;
    super(isVersion ? "UNSUPPORTED_PROTOCOL_VERSION" : "CONNECT_REJECTED", refused("CONNECT", connack));
    this.connack = connack;
    this.retryable = isRetryable(connack.reasonCode);
  }
}

/**
 * The party that ended a connection: the application (`user`), the client itself (`client`), or the server (`server`).
 */
export type DisconnectSource = "user" | "client" | "server";

/** The parts of a {@link DisconnectedError}. */
export interface Disconnection {
  /** The party that ended the connection. */
  readonly source: DisconnectSource;
  /** The message of the error. */
  readonly message: string;
  /** The server's DISCONNECT, if it sent one. */
  readonly disconnect?: DisconnectPacket | undefined;
  /** The error or value behind it. */
  readonly cause?: unknown;
  /** The code of the error. Default: `DISCONNECTED`. */
  readonly code?: "DISCONNECTED" | "OFFLINE";
  /** The state of the message, for the rejection of a publish. */
  readonly outcome?: PublishOutcome | undefined;
  /** The phase of the connection that ended; left out when there was none. */
  readonly phase?: ConnectionPhase | undefined;
}

/** The connection ended or the client stopped, or an operation does not wait for a connection (code `OFFLINE`). */
export class DisconnectedError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "DisconnectedError";

  /**
   * The party that ended the connection: the application (`user`), the client itself (`client`), or the server
   * (`server`).
   */
  readonly source: DisconnectSource;

  /** The server's DISCONNECT; undefined when it sent none. */
  readonly disconnect: DisconnectPacket | undefined;

  /** False when another attempt will not help soon. The client then waits the full `maxReconnectDelayMs`. */
  override readonly retryable: boolean;

  /** Creates the error. */
  constructor(disconnection: Disconnection) {
    const { cause, outcome, phase } = disconnection;
    super(disconnection.code ?? "DISCONNECTED", disconnection.message, { cause, outcome, phase });
    this.source = disconnection.source;
    this.disconnect = disconnection.disconnect;
    this.retryable = isRetryable(disconnection.disconnect?.reasonCode);
  }
}

/** Describes a failure and, if its cause is an error, the reason. An application's function may throw any value. */
export function describeFailure(what: string, cause: unknown): string {
  const message = messageOf(cause);
  return message === undefined ? what : `${what}: ${message}`;
}

/** The parts of an {@link AuthenticationError}. */
export interface AuthenticationFailure {
  /** The phase in which the error happened. */
  readonly phase: ConnectionPhase;
  /** The message of the error. */
  readonly message: string;
  /** The reason code of the server's DISCONNECT, if the server refused. */
  readonly reasonCode?: number;
  /** The error or value behind it. */
  readonly cause?: unknown;
}

/**
 * The enhanced authentication failed: the server refused it, or a function of the application threw.
 *
 * See [section 4.12](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901256).
 */
export class AuthenticationError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "AuthenticationError";

  /** The phase in which the error happened. */
  override readonly phase: ConnectionPhase;

  /** The reason code of the server's DISCONNECT; undefined when it was not the server that refused. */
  readonly reasonCode: number | undefined;

  /** False when another attempt will not help soon. The client then waits the full `maxReconnectDelayMs`. */
  override readonly retryable: boolean;

  /** Creates the error. */
  constructor(failure: AuthenticationFailure) {
    super("AUTHENTICATION_FAILED", failure.message, { cause: failure.cause });
    this.phase = failure.phase;
    this.reasonCode = failure.reasonCode;
    this.retryable = isRetryable(failure.reasonCode);
  }
}

/** Makes the error of an operation whose connection ended for this cause. */
export function unfinishedError(what: string, cause: MqttError, outcome?: PublishOutcome): DisconnectedError {
  const { source = "client", disconnect } = cause instanceof DisconnectedError ? cause : {};
  return new DisconnectedError({
    source,
    message: `${what} was not finished: ${cause.message}`,
    disconnect,
    cause,
    outcome,
    phase: cause.phase,
  });
}

/**
 * Makes the error of an attempt from the error of its transport. A transport does not know MQTT: it says `connected` as
 * soon as it carries bytes. The phase is therefore that of the attempt.
 */
export function transportError(error: MqttError, phase: ConnectionPhase): MqttError {
  const { message, retryable = true } = error;
  if (error instanceof PeerError) {
    return error.inPhase(phase);
  }
  if (error.phase === phase || (error.phase !== undefined && error.phase !== "connected")) {
    return error;
  }
  if (!(error instanceof ConnectionError)) {
    return new ConnectionError({ phase, message, retryable, cause: error });
  }
  const { code, cause, closedByServer } = error;
  return new ConnectionError({ phase, code, message, retryable, cause, closedByServer });
}

/** Makes the DISCONNECT with which this client ends a connection for an error that it found. */
export function disconnectFor(error: MqttError, reasonCode: number): DisconnectPacket {
  // The error message of the application's authentication function may contain a secret.
  const reason = error instanceof AuthenticationError ? {} : { reasonString: error.message };
  return { type: "disconnect", reasonCode, ...reason };
}

/** Makes the error of a re-authentication whose connection ended for this cause. */
export function authenticationEndedError(cause: MqttError): MqttError {
  const reasonCode = refusalOf(cause)?.reasonCode;
  return reasonCode === ConnectReasonCode.NotAuthorized || reasonCode === ConnectReasonCode.BadAuthenticationMethod
    ? new AuthenticationError({ phase: cause.phase ?? "connected", message: cause.message, reasonCode, cause })
    : unfinishedError("authentication", cause);
}

/** The fields of a packet that report success or failure. */
interface Reasons {
  readonly reasonCode?: number;
  readonly reasonCodes?: readonly number[];
  readonly reasonString?: string | undefined;
}

/** Describes the reason codes of a packet by name and number, and quotes its reason string. */
export function describeReason(packet: Reasons): string {
  const { reasonCode = 0, reasonCodes = [reasonCode], reasonString } = packet;
  const codes = reasonCodes.map(describeReasonCode).join(", ");
  return `${codes}${reasonString === undefined ? "" : `, "${printable(reasonString)}"`}`;
}

/** Makes the error of a connection or an attempt that the server ended with a DISCONNECT. */
export function serverDisconnectedError(disconnect: DisconnectPacket, phase: ConnectionPhase): DisconnectedError {
  const message = `the server sent DISCONNECT: ${describeReason(disconnect)}`;
  return new DisconnectedError({ source: "server", message, disconnect, phase });
}

/** Makes the message of an error for a packet that the server refused. */
export function refused(what: string, answer: Reasons): string {
  return `the server refused ${what}: ${describeReason(answer)}`;
}

/** Gives the packet with which the server refused or ended a connection, if there is one. */
export function refusalOf(error: MqttError): ConnackPacket | DisconnectPacket | undefined {
  if (error instanceof ConnectRejectedError) {
    return error.connack;
  }
  return error instanceof DisconnectedError ? error.disconnect : undefined;
}
