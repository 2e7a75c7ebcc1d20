/**
 * The errors that need nothing but themselves: the base class, bad input of the caller, and bad input of the peer.
 * Errors that carry packets stand in `protocol/`, beside the code that raises them.
 */

import { DisconnectReasonCode } from "./codec/reason-codes.js";

/** Says what failed, in one word; the same codes on every platform. */
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
 * What became of a message whose publish was rejected.
 *
 * - `notSent`: it never reached the wire and will not be sent
 * - `unknown`: it was written, and no answer came; the server may or may not have it
 * - `kept`: only the promise ended; the session still holds the message and will deliver it
 * - `received`: the server took it over (its PUBREC came), though the exchange did not end
 * - `refused`: the server answered that it does not take it
 */
export type PublishOutcome = "notSent" | "unknown" | "kept" | "received" | "refused";

/**
 * How far a connection has come; an error of a connection names the phase in which it arose.
 *
 * - `prepare`: the application's own functions that supply options
 * - `dns`, `tcp`, `proxy`, `tls`, `websocket`: the layers below MQTT. A browser reports all of them as `websocket`
 * - `connack`: CONNECT was sent, its answer is awaited
 * - `connected`: after a successful CONNACK
 */
export type ConnectionPhase = "prepare" | "dns" | "tcp" | "proxy" | "tls" | "websocket" | "connack" | "connected";

/** What an error may carry beside its code and message. */
export interface MqttErrorDetails {
  /** What caused it. */
  readonly cause?: unknown;
  /** For the rejection of a publish: what became of the message. */
  readonly outcome?: PublishOutcome | undefined;
  /** For the end of a connection, or of an attempt: how far it had come. */
  readonly phase?: ConnectionPhase | undefined;
  /** For the same: false where another attempt cannot help soon. */
  readonly retryable?: boolean | undefined;
}

const brand: unique symbol = Symbol.for("@mqtt5/core/MqttError");

/** The base of every error that the client raises. */
export class MqttError extends Error {
  /**
   * Tells whether a value is an error of this library.
   *
   * Unlike `instanceof` it also holds across copies of the package (its ESM and its CJS form, or two versions).
   */
  static is(value: unknown): value is MqttError {
    return typeof value === "object" && value !== null && brand in value;
  }

  override readonly name: string = "MqttError";

  /** What failed. */
  readonly code: MqttErrorCode;

  /** For the rejection of a publish: what became of the message. */
  readonly outcome: PublishOutcome | undefined;

  /** For the end of a connection, or of an attempt: how far it had come. */
  declare readonly phase?: ConnectionPhase;

  /** For the same: false where another attempt cannot help soon; the next one then waits the full `maxReconnectDelayMs`. */
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

/** What an {@link InvalidArgumentError} is about. */
export interface InvalidArgument {
  /** The path of the offending field, such as `connectOptions.will.topic`. */
  readonly field: string;
  /** The offending value; left out where it may be a secret. */
  readonly value?: unknown;
  /** What would have been accepted, in words that follow "must be", such as `an integer from 1 to 65535`. */
  readonly limit: string;
}

/**
 * The caller passed something that cannot be used; raised before any I/O, and nothing was changed.
 *
 * Its code is `NOT_SUPPORTED_BY_SERVER` where the value is sound but the server said that it does not take it.
 */
export class InvalidArgumentError extends MqttError {
  override readonly name: string = "InvalidArgumentError";
  readonly field: string;
  readonly value: unknown;
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

/** The longest piece of an offending value that a message quotes, in characters. */
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

/** The peer broke a rule of the protocol; says which DISCONNECT reason code answers it and which statement it broke. */
export abstract class PeerError extends MqttError {
  /** The reason code for our DISCONNECT (section 4.13). */
  readonly reasonCode: number;

  /** The statement that was broken, such as `MQTT-2.1.3-1`, or a section number where the rule has no statement. */
  readonly statement: string;

  constructor(code: MqttErrorCode, violation: Violation) {
    const { message, statement, reasonCode, phase } = violation;
    super(code, `${message} (${statement})`, { phase, retryable: true });
    this.reasonCode = reasonCode;
    this.statement = statement;
  }

  /** Gives the same error for a connection that ended in this phase; the codec, which raises it, knows of none. */
  abstract inPhase(phase: ConnectionPhase): PeerError;
}

/** The parts of a {@link PeerError}. */
interface Violation {
  readonly message: string;
  readonly statement: string;
  readonly reasonCode: number;
  readonly phase: ConnectionPhase | undefined;
}

/** The peer sent bytes that are not a packet; reason code 0x81. */
export class MalformedPacketError extends PeerError {
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

/** The peer sent a packet that the protocol does not allow there; reason code 0x82 unless a more exact one exists. */
export class ProtocolViolationError extends PeerError {
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
