/** The errors of connections: the ones that never came about, and the ones that ended. */

import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { DisconnectPacket } from "../../codec/packets/disconnect.js";
import { ConnectReasonCode } from "../../codec/reason-codes.js";
import { type ConnectionPhase, MqttError, type MqttErrorCode, PeerError, type PublishOutcome } from "../../errors.js";
import { isRetryable } from "../lifecycle/retry-policy.js";

/** The codes of a {@link ConnectionError}. */
type ConnectionErrorCode = Extract<
  MqttErrorCode,
  "CONNECTION_FAILED" | "CONNECT_TIMEOUT" | "CONNACK_TIMEOUT" | "PING_TIMEOUT"
>;

/** What a {@link ConnectionError} is made of. */
export interface ConnectionFailure {
  readonly phase: ConnectionPhase;
  readonly message: string;
  readonly code?: ConnectionErrorCode;
  readonly cause?: unknown;
  /** False where another attempt cannot help soon; default true. */
  readonly retryable?: boolean;
}

/** A connection could not be made, or broke, below MQTT or for want of an answer. */
export class ConnectionError extends MqttError {
  override readonly name: string = "ConnectionError";
  declare readonly code: ConnectionErrorCode;

  /** How far the connection had come. */
  override readonly phase: ConnectionPhase;

  /** False where another attempt cannot help soon: the next one then waits the full `maxReconnectDelayMs`. */
  override readonly retryable: boolean;

  constructor(failure: ConnectionFailure) {
    super(failure.code ?? "CONNECTION_FAILED", failure.message, { cause: failure.cause });
    this.phase = failure.phase;
    this.retryable = failure.retryable ?? true;
  }
}

/** The server answered CONNECT with a refusal. */
export class ConnectRejectedError extends MqttError {
  override readonly name: string = "ConnectRejectedError";
  override readonly phase: ConnectionPhase = "connack";

  /** The server's CONNACK. */
  readonly connack: ConnackPacket;

  /** False where another attempt cannot help soon: the next one then waits the full `maxReconnectDelayMs`. */
  override readonly retryable: boolean;

  constructor(connack: ConnackPacket) {
    const isVersion = connack.reasonCode === ConnectReasonCode.UnsupportedProtocolVersion;
    super(
      isVersion ? "UNSUPPORTED_PROTOCOL_VERSION" : "CONNECT_REJECTED",
      `${isVersion ? "unsupported protocol version: " : ""}${refused("CONNECT", connack)}`,
    );
    this.connack = connack;
    this.retryable = isRetryable(connack.reasonCode);
  }
}

/** Who ended a connection. */
export type DisconnectSource = "user" | "client" | "server";

/** What a {@link DisconnectedError} is made of. */
export interface Disconnection {
  readonly source: DisconnectSource;
  readonly message: string;
  /** The DISCONNECT with which the server ended it. */
  readonly disconnect?: DisconnectPacket | undefined;
  readonly cause?: unknown;
  readonly code?: "DISCONNECTED" | "OFFLINE";
  readonly outcome?: PublishOutcome | undefined;
  /** How far the connection had come; left out where there was none. */
  readonly phase?: ConnectionPhase | undefined;
}

/** The connection was ended on purpose, or there is none and an operation does not wait for one. */
export class DisconnectedError extends MqttError {
  override readonly name: string = "DisconnectedError";
  readonly source: DisconnectSource;
  readonly disconnect: DisconnectPacket | undefined;

  /** False where another attempt cannot help soon: the next one then waits the full `maxReconnectDelayMs`. */
  override readonly retryable: boolean;

  constructor(disconnection: Disconnection) {
    const { cause, outcome, phase } = disconnection;
    super(disconnection.code ?? "DISCONNECTED", disconnection.message, { cause, outcome, phase });
    this.source = disconnection.source;
    this.disconnect = disconnection.disconnect;
    this.retryable = isRetryable(disconnection.disconnect?.reasonCode);
  }
}

/** Says what failed and, where that is an error, for what. A function of the application's may throw anything. */
export function describeFailure(what: string, cause: unknown): string {
  return cause instanceof Error ? `${what}: ${cause.message}` : what;
}

/** What an {@link AuthenticationError} is made of. */
export interface AuthenticationFailure {
  readonly phase: ConnectionPhase;
  readonly message: string;
  readonly reasonCode?: number;
  readonly cause?: unknown;
}

/** An enhanced authentication failed (section 4.12): the server refused it, or one of the application's functions did. */
export class AuthenticationError extends MqttError {
  override readonly name: string = "AuthenticationError";
  override readonly phase: ConnectionPhase;

  /** That of the DISCONNECT with which the server refused; undefined where it was not the server. */
  readonly reasonCode: number | undefined;

  /** False where another attempt cannot help soon. */
  override readonly retryable: boolean;

  constructor(failure: AuthenticationFailure) {
    super("AUTHENTICATION_FAILED", failure.message, { cause: failure.cause });
    this.phase = failure.phase;
    this.reasonCode = failure.reasonCode;
    this.retryable = isRetryable(failure.reasonCode);
  }
}

/** For what was not finished when its connection ended for this cause. */
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
 * The error of a transport, for an attempt that had come to this phase. A transport knows the layers below MQTT, and of
 * CONNACK nothing: it says `connected` once it carries bytes.
 */
export function transportError(error: MqttError, phase: ConnectionPhase): MqttError {
  const { message, retryable = true } = error;
  if (error instanceof PeerError) {
    return error.inPhase(phase);
  }
  if (error.phase === phase || (error.phase !== undefined && error.phase !== "connected")) {
    return error;
  }
  return error instanceof ConnectionError
    ? new ConnectionError({ phase, code: error.code, message, retryable, cause: error.cause })
    : new ConnectionError({ phase, message, retryable, cause: error });
}

/** What a re-authentication is rejected with whose connection ended for this cause. */
export function authenticationEndedError(cause: MqttError): MqttError {
  const reasonCode = refusalOf(cause)?.reasonCode;
  return reasonCode === ConnectReasonCode.NotAuthorized || reasonCode === ConnectReasonCode.BadAuthenticationMethod
    ? new AuthenticationError({ phase: cause.phase ?? "connected", message: cause.message, reasonCode, cause })
    : unfinishedError("authentication", cause);
}

/** What a packet says of success or failure. */
interface Reasons {
  readonly reasonCode?: number;
  readonly reasonCodes?: readonly number[];
  readonly reasonString?: string | undefined;
}

/** The reason codes in hexadecimal and, where there is one, the reason string, for a message. */
export function describeReason(packet: Reasons): string {
  const { reasonCode = 0, reasonCodes = [reasonCode], reasonString } = packet;
  const codes = reasonCodes.map((code) => `0x${code.toString(16).padStart(2, "0")}`).join(", ");
  return `reason code ${codes}${reasonString === undefined ? "" : ` (${reasonString})`}`;
}

/** What an error says of a packet that the server answered with a failure. */
export function refused(what: string, answer: Reasons): string {
  return `the server refused ${what}: ${describeReason(answer)}`;
}

/** The packet with which the server refused a connection, or ended it. */
export function refusalOf(error: MqttError): ConnackPacket | DisconnectPacket | undefined {
  if (error instanceof ConnectRejectedError) {
    return error.connack;
  }
  return error instanceof DisconnectedError ? error.disconnect : undefined;
}
