/**
 * The errors that depend on no packet: the base class, invalid input of the caller, and invalid input of the peer. The
 * errors with packets are in `protocol/errors/`.
 */

import { printable } from "./codec/printable-text.js";
import { DisconnectReasonCode } from "./codec/reason-codes.js";

/**
 * The kind of an error, the same on every platform.
 *
 * - `INVALID_ARGUMENT`: the caller passed an invalid value
 * - `NOT_SUPPORTED_BY_SERVER`: the server announced that it does not support the value
 * - `MALFORMED_PACKET`: the server sent bytes that are not a packet
 * - `MALFORMED_TOPIC`: the server sent a message whose topic is not valid UTF-8
 * - `PROTOCOL_VIOLATION`: the server sent a packet that the protocol forbids there
 * - `CONNECTION_FAILED`: no connection was made, or it broke
 * - `CONNECT_TIMEOUT`: an attempt took longer than `connectTimeoutMs`
 * - `CONNACK_TIMEOUT`: the CONNACK took longer than `connackTimeoutMs`
 * - `PING_TIMEOUT`: the PINGRESP took too long
 * - `CONNECT_REJECTED`: the server refused the connection
 * - `UNSUPPORTED_PROTOCOL_VERSION`: the server does not support MQTT 5
 * - `AUTHENTICATION_FAILED`: the enhanced authentication failed
 * - `PUBLISH_REJECTED`: the server refused a message
 * - `SUBSCRIBE_REJECTED`: the server granted none of the subscriptions
 * - `UNSUBSCRIBE_REJECTED`: the server ended none of the subscriptions
 * - `DISCONNECTED`: the connection ended, or the client stopped
 * - `OPERATION_TIMEOUT`: an operation or a handler took too long
 * - `OFFLINE`: there is no connection, and the operation does not wait for one
 * - `QUEUE_FULL`: the queue reached its limit
 * - `MESSAGE_EXPIRED`: the message expired before it was sent
 * - `REDELIVERY_LIMIT`: the server ended too many connections because of the message
 * - `SESSION_LOST`: the server lost the session, and the message is not sent again
 * - `STORE_FAILED`: the session store failed
 * - `STORE_LOCKED`: another client uses the session store
 */
export type MqttErrorCode =
  | "INVALID_ARGUMENT"
  | "NOT_SUPPORTED_BY_SERVER"
  | "MALFORMED_PACKET"
  | "MALFORMED_TOPIC"
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
 * The state of a message whose publish was rejected.
 *
 * - `notSent`: it was not sent, and will not be sent
 * - `unknown`: it was sent, and no answer arrived; the server may have it or not
 * - `kept`: only the promise ended; the session still holds the message and will deliver it
 * - `received`: the server took it over with its PUBREC, but the exchange did not end
 * - `refused`: the server answered that it does not take it
 */
export type PublishOutcome = "notSent" | "unknown" | "kept" | "received" | "refused";

/**
 * The phase of a connection in which an error happened.
 *
 * - `prepare`: the application's functions that supply options
 * - `dns`, `tcp`, `proxy`, `tls`, `websocket`: the layers below MQTT; a browser reports all of them as `websocket`
 * - `connack`: from CONNECT to its answer
 * - `connected`: after a successful CONNACK
 */
export type ConnectionPhase = "prepare" | "dns" | "tcp" | "proxy" | "tls" | "websocket" | "connack" | "connected";

/** The optional parts of an error. */
export interface MqttErrorDetails {
  /** The error or value behind this error. */
  readonly cause?: unknown;
  /** The state of the message, for the rejection of a publish. */
  readonly outcome?: PublishOutcome | undefined;
  /** The phase of the connection or attempt that ended. */
  readonly phase?: ConnectionPhase | undefined;
  /** False when another attempt will not help soon. Only for the end of a connection or attempt. */
  readonly retryable?: boolean | undefined;
}

/** Marks the errors of every copy of this package. */
const brand: unique symbol = Symbol.for("@mqtt5/core/MqttError");

/** The base class of all errors of the client. */
export class MqttError extends Error {
  /**
   * Tells whether a value is an error of this library. Unlike `instanceof`, it also works across copies of the package:
   * its ESM and CJS forms, or two versions.
   */
  static is(value: unknown): value is MqttError {
    try {
      return typeof value === "object" && value !== null && brand in value;
    } catch {
      return false; // a Proxy may throw for each operation
    }
  }

  /** The name of the class. */
  override readonly name: string = "MqttError";

  /** The kind of the error. */
  readonly code: MqttErrorCode;

  /** The state of the message, for the rejection of a publish; otherwise undefined. */
  readonly outcome: PublishOutcome | undefined;

  /** The phase of the connection or attempt that ended; otherwise undefined. */
  declare readonly phase?: ConnectionPhase;

  /**
   * False when another attempt will not help soon; the client then waits the full `maxReconnectDelayMs`. Undefined for
   * errors that do not end a connection or attempt.
   */
  declare readonly retryable?: boolean;

  /** Creates an error. */
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

/** The parts of an {@link InvalidArgumentError}. */
export interface InvalidArgument {
  /** The path of the invalid field, for instance `connectOptions.will.topic`. */
  readonly field: string;
  /** The invalid value; left out when it may be a secret. */
  readonly value?: unknown;
  /** The values that are allowed, in words that follow "must be", for instance `an integer from 1 to 65535`. */
  readonly limit: string;
  /** The message, where "must be" does not say it. Default: field, limit and value. */
  readonly message?: string;
}

/**
 * The caller passed an invalid value. The client notices before it sends anything.
 *
 * The code is `NOT_SUPPORTED_BY_SERVER` when the value is valid but the server announced that it does not support it.
 * The client notices that when it is about to send the operation.
 */
export class InvalidArgumentError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "InvalidArgumentError";

  /** The path of the invalid field, for instance `connectOptions.will.topic`. */
  readonly field: string;

  /** The invalid value; undefined when it may be a secret. */
  readonly value: unknown;

  /** The values that are allowed, in words that follow "must be", for instance `an integer from 1 to 65535`. */
  readonly limit: string;

  /** Creates the error. Its message joins field, limit and value. */
  constructor(
    argument: InvalidArgument,
    code: "INVALID_ARGUMENT" | "NOT_SUPPORTED_BY_SERVER" = "INVALID_ARGUMENT",
    outcome: PublishOutcome = "notSent",
  ) {
    super(code, argument.message ?? `${argument.field} must be ${argument.limit}${describe(argument)}`, { outcome });
    this.field = argument.field;
    this.value = argument.value;
    this.limit = argument.limit;
  }
}

/** The longest part of an invalid value that a message quotes, in characters. */
const quotedLength = 80;

function describe(argument: InvalidArgument): string {
  if (!("value" in argument)) {
    return "";
  }
  const { value } = argument;
  if (typeof value === "string") {
    return `, not ${printable(JSON.stringify(value.length > quotedLength ? `${value.slice(0, quotedLength)}…` : value))}`;
  }
  return `, not ${Object(value) === value ? `that ${typeof value}` : String(value)}`;
}

/** The peer broke a rule of the protocol. */
export abstract class PeerError extends MqttError {
  /**
   * The reason code of this client's DISCONNECT in answer to it.
   *
   * See [section 4.13](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901258).
   */
  readonly reasonCode: number;

  /** The statement that the peer broke, such as `MQTT-2.1.3-1`, or a section number for a rule without a statement. */
  readonly statement: string;

  /** Creates the error. Its message ends with the statement. */
  constructor(code: MqttErrorCode, violation: Violation) {
    const { message, statement, reasonCode, phase } = violation;
    super(code, `${message} (${statement})`, { phase, retryable: true });
    this.reasonCode = reasonCode;
    this.statement = statement;
  }

  /** Makes the same error for a phase of a connection. The codec, which raises it, knows no phases. */
  abstract inPhase(phase: ConnectionPhase): PeerError;
}

/** The parts of a {@link PeerError}. */
interface Violation {
  readonly message: string;
  readonly statement: string;
  readonly reasonCode: number;
  readonly phase: ConnectionPhase | undefined;
}

/** The codes of a {@link MalformedPacketError}. */
type MalformedPacketCode = Extract<MqttErrorCode, "MALFORMED_PACKET" | "MALFORMED_TOPIC">;

/** The peer sent bytes that are not a packet. The reason code is 0x81. */
export class MalformedPacketError extends PeerError {
  /** The name of the class. */
  override readonly name: string = "MalformedPacketError";

  /** The kind of the error. */
  declare readonly code: MalformedPacketCode;

  readonly #problem: string;

  /** Creates the error. */
  constructor(
    message: string,
    statement: string,
    phase?: ConnectionPhase,
    code: MalformedPacketCode = "MALFORMED_PACKET",
  ) {
    super(code, { message, statement, reasonCode: DisconnectReasonCode.MalformedPacket, phase });
    this.#problem = message;
  }

  /** Makes the same error for a phase of a connection. */
  override inPhase(phase: ConnectionPhase): MalformedPacketError {
    return new MalformedPacketError(this.#problem, this.statement, phase, this.code);
  }
}

/** The peer sent a packet that the protocol forbids there. The reason code is 0x82, or a more exact one. */
export class ProtocolViolationError extends PeerError {
  /** The name of the class. */
  override readonly name: string = "ProtocolViolationError";

  readonly #problem: string;

  /** Creates the error. */
  constructor(
    message: string,
    statement: string,
    reasonCode: number = DisconnectReasonCode.ProtocolError,
    phase?: ConnectionPhase,
  ) {
    super("PROTOCOL_VIOLATION", { message, statement, reasonCode, phase });
    this.#problem = message;
  }

  /** Makes the same error for a phase of a connection. */
  override inPhase(phase: ConnectionPhase): ProtocolViolationError {
    return new ProtocolViolationError(this.#problem, this.statement, this.reasonCode, phase);
  }
}
