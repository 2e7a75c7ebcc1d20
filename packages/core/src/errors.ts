/**
 * The base class of all errors, and the errors for bad input of the caller and of the peer. Errors that carry packets
 * stand in `protocol/errors/`.
 */

import { DisconnectReasonCode } from "./codec/reason-codes.js";

/**
 * The kind of an error. The codes are the same on every platform.
 *
 * - `INVALID_ARGUMENT`: an argument or option cannot be used.
 * - `NOT_SUPPORTED_BY_SERVER`: the argument is valid, but the server has said that it does not accept it.
 * - `MALFORMED_PACKET`: the server sent bytes that are no packet.
 * - `PROTOCOL_VIOLATION`: the server sent a packet that the protocol does not allow.
 * - `CONNECTION_FAILED`: the connection could not be opened, or it broke.
 * - `CONNECT_TIMEOUT`: the connection was not open in time.
 * - `CONNACK_TIMEOUT`: no CONNACK came in time.
 * - `PING_TIMEOUT`: no answer to a PINGREQ came in time.
 * - `CONNECT_REJECTED`: the server refused the connection.
 * - `UNSUPPORTED_PROTOCOL_VERSION`: the server refused the connection because it does not support MQTT 5.
 * - `AUTHENTICATION_FAILED`: the enhanced authentication failed.
 * - `PUBLISH_REJECTED`, `SUBSCRIBE_REJECTED`, `UNSUBSCRIBE_REJECTED`: the server refused the operation.
 * - `DISCONNECTED`: one side ended the connection.
 * - `OPERATION_TIMEOUT`: the operation did not finish in time.
 * - `OFFLINE`: there is no connection, and the operation does not wait for one.
 * - `QUEUE_FULL`: the queue has no room for the operation.
 * - `MESSAGE_EXPIRED`: the message expired before it was sent.
 * - `REDELIVERY_LIMIT`: the server ended too many connections that the message may have caused.
 * - `SESSION_LOST`: the server no longer has the session to which the message belongs.
 * - `STORE_FAILED`: the session store could not keep a change.
 * - `STORE_LOCKED`: another client uses the session store.
 */
export type MqttErrorCode =
  | "INVALID_ARGUMENT"
  | "NOT_SUPPORTED_BY_SERVER"
  | "MALFORMED_PACKET"
  | "PROTOCOL_VIOLATION"
  | "CONNECTION_FAILED"
  | "CONNECT_TIMEOUT"
  | "CONNACK_TIMEOUT"
  | "PING_TIMEOUT"
  | "CONNECT_REJECTED"
  | "UNSUPPORTED_PROTOCOL_VERSION"
  | "AUTHENTICATION_FAILED"
  | "PUBLISH_REJECTED"
  | "SUBSCRIBE_REJECTED"
  | "UNSUBSCRIBE_REJECTED"
  | "DISCONNECTED"
  | "OPERATION_TIMEOUT"
  | "OFFLINE"
  | "QUEUE_FULL"
  | "MESSAGE_EXPIRED"
  | "REDELIVERY_LIMIT"
  | "SESSION_LOST"
  | "STORE_FAILED"
  | "STORE_LOCKED";

/**
 * The outcome for a message whose publish failed.
 *
 * - `notSent`: the message was not sent and will not be sent.
 * - `unknown`: the message was sent, but no answer came. The server may have it or not.
 * - `kept`: only the promise has ended. The session still holds the message and will deliver it.
 * - `received`: the server has the message, as it sent a PUBREC. The exchange did not finish.
 * - `refused`: the server answered that it does not accept the message.
 */
export type PublishOutcome = "notSent" | "unknown" | "kept" | "received" | "refused";

/**
 * The phase of a connection. An error of a connection has the phase in which it occurred.
 *
 * - `prepare`: the functions of the application that supply options are running.
 * - `dns`, `tcp`, `proxy`, `tls`, `websocket`: a layer below MQTT is being set up. A browser reports only `websocket`.
 * - `connack`: CONNECT was sent, and the client waits for the CONNACK.
 * - `connected`: a successful CONNACK has arrived.
 */
export type ConnectionPhase = "prepare" | "dns" | "tcp" | "proxy" | "tls" | "websocket" | "connack" | "connected";

/** The details that an error may have besides its code and its message. */
export interface MqttErrorDetails {
  /** The error behind this one. */
  readonly cause?: unknown;
  /** The outcome for the message, if a publish failed. */
  readonly outcome?: PublishOutcome | undefined;
  /** The phase of the connection, if a connection or an attempt ended. */
  readonly phase?: ConnectionPhase | undefined;
  /** Whether another attempt can help soon, if a connection or an attempt ended. */
  readonly retryable?: boolean | undefined;
}

const brand: unique symbol = Symbol.for("@mqtt5/core/MqttError");

/** The base class of all errors of this library. */
export class MqttError extends Error {
  /**
   * Tells whether a value is an error of this library.
   *
   * Unlike `instanceof`, it also recognizes errors of another copy of the package: ESM and CommonJS, or two versions.
   */
  static is(value: unknown): value is MqttError {
    return typeof value === "object" && value !== null && brand in value;
  }

  /** The name of the class, such as `"MqttError"`. */
  override readonly name: string = "MqttError";

  /** The kind of the error. */
  readonly code: MqttErrorCode;

  /** The outcome for the message, if a publish failed. Otherwise undefined. */
  readonly outcome: PublishOutcome | undefined;

  /** The phase of the connection, if a connection or an attempt ended. Otherwise absent. */
  declare readonly phase?: ConnectionPhase;

  /**
   * Whether another attempt can help soon, if a connection or an attempt ended. Otherwise absent. If false, the client
   * waits for `maxReconnectDelayMs` before the next attempt.
   */
  declare readonly retryable?: boolean;

  constructor(code: MqttErrorCode, message: string, details: MqttErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.outcome = details.outcome;
    if (details.phase !== undefined) {
      this.phase = details.phase;
    }
    if (details.retryable !== undefined) {
      this.retryable = details.retryable;
    }
    Object.defineProperty(this, brand, { value: true });
  }
}

/** The argument that an {@link InvalidArgumentError} is about. */
export interface InvalidArgument {
  /** The path of the field, such as `connectOptions.will.topic`. */
  readonly field: string;
  /** The value of the field. Absent if it may be a secret. */
  readonly value?: unknown;
  /** The values that are accepted, in words that follow "must be", such as `an integer from 1 to 65535`. */
  readonly limit: string;
}

/**
 * An argument or option of the caller cannot be used.
 *
 * The code is `INVALID_ARGUMENT`, and then nothing was changed or sent. The code is `NOT_SUPPORTED_BY_SERVER` if the
 * value is valid, but the server has said that it does not accept it.
 */
export class InvalidArgumentError extends MqttError {
  /** Always `"InvalidArgumentError"`. */
  override readonly name: string = "InvalidArgumentError";
  /** The path of the field, such as `connectOptions.will.topic`. */
  readonly field: string;
  /** The value of the field. Undefined if it may be a secret. */
  readonly value: unknown;
  /** The values that are accepted, in words that follow "must be", such as `an integer from 1 to 65535`. */
  readonly limit: string;

  constructor(
    argument: InvalidArgument,
    code: "INVALID_ARGUMENT" | "NOT_SUPPORTED_BY_SERVER" = "INVALID_ARGUMENT",
    outcome: PublishOutcome = "notSent",
  ) {
    super(code, `${argument.field} must be ${argument.limit}${describe(argument)}`, { outcome });
    this.field = argument.field;
    this.value = argument.value;
    this.limit = argument.limit;
  }
}

/** The length of the longest part of a value that a message quotes, in characters. */
const quotedLength = 80;

function describe(argument: InvalidArgument): string {
  if (!("value" in argument)) {
    return "";
  }
  const { value } = argument;
  if (typeof value === "string") {
    return `, not ${JSON.stringify(value.length > quotedLength ? `${value.slice(0, quotedLength)}…` : value)}`;
  }
  return `, not ${Object(value) === value ? `that ${typeof value}` : String(value)}`;
}

/** The peer broke a rule of the protocol. */
export abstract class PeerError extends MqttError {
  /**
   * The reason code of the DISCONNECT with which the client answers.
   *
   * See [section 4.13](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901258).
   */
  readonly reasonCode: number;

  /**
   * The broken statement of the specification, such as `MQTT-2.1.3-1`, or the section of a rule that has no statement.
   */
  readonly statement: string;

  constructor(code: MqttErrorCode, violation: Violation) {
    const { message, statement, reasonCode, phase } = violation;
    super(code, `${message} (${statement})`, { phase, retryable: true });
    this.reasonCode = reasonCode;
    this.statement = statement;
  }

  /** Returns the same error with the phase in which the connection ended. The codec does not know the phase. */
  abstract inPhase(phase: ConnectionPhase): PeerError;
}

/** The parts of a {@link PeerError}. */
interface Violation {
  readonly message: string;
  readonly statement: string;
  readonly reasonCode: number;
  readonly phase: ConnectionPhase | undefined;
}

/** The peer sent bytes that are no packet. The client answers with DISCONNECT 0x81. */
export class MalformedPacketError extends PeerError {
  /** Always `"MalformedPacketError"`. */
  override readonly name: string = "MalformedPacketError";

  readonly #problem: string;

  constructor(message: string, statement: string, phase?: ConnectionPhase) {
    super("MALFORMED_PACKET", { message, statement, reasonCode: DisconnectReasonCode.MalformedPacket, phase });
    this.#problem = message;
  }

  override inPhase(phase: ConnectionPhase): MalformedPacketError {
    return new MalformedPacketError(this.#problem, this.statement, phase);
  }
}

/**
 * The peer sent a packet that the protocol does not allow. The client answers with DISCONNECT 0x82 or a more exact
 * code.
 */
export class ProtocolViolationError extends PeerError {
  /** Always `"ProtocolViolationError"`. */
  override readonly name: string = "ProtocolViolationError";

  readonly #problem: string;

  constructor(
    message: string,
    statement: string,
    reasonCode: number = DisconnectReasonCode.ProtocolError,
    phase?: ConnectionPhase,
  ) {
    super("PROTOCOL_VIOLATION", { message, statement, reasonCode, phase });
    this.#problem = message;
  }

  override inPhase(phase: ConnectionPhase): ProtocolViolationError {
    return new ProtocolViolationError(this.#problem, this.statement, this.reasonCode, phase);
  }
}
