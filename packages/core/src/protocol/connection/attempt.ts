/**
 * One attempt to connect, from the request for options to the end of its transport: its bytes in both directions, how far
 * it has come, and how long it may take. A CONNACK with success makes it a {@link Connection}.
 */

import { type ServerPacket, serverPackets } from "../../codec/server-packets.js";
import { PacketDecoder } from "../../codec/packet-decoder.js";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { ConnectionPhase, PeerError } from "../../errors.js";
import type { EventQueue } from "../engine-event.js";
import { AuthenticationError, ConnectionError } from "../errors/connection-errors.js";
import type { AttemptTimers } from "../timers.js";
import { AuthenticationExchange } from "./authentication-exchange.js";
import type { Connection } from "./connection.js";
import { Output } from "./output.js";

/** How much may come behind CONNACK before it is verified: 16 MiB. */
const mostHeldBytes = 16_777_216;

/** How long an attempt may take. */
export interface AttemptLimits {
  /** Over the whole attempt, from the request for options to CONNACK. */
  readonly connectTimeoutMs: number;
  /** From CONNECT, or the server's last AUTH, to CONNACK. */
  readonly connackTimeoutMs: number;
  /** For each step of an authentication after the first. */
  readonly ackTimeoutMs: number;
}

/** No timer of an attempt is armed. */
export const restingAttempt: AttemptTimers = {
  connect: Infinity,
  connack: Infinity,
  keepAlive: Infinity,
  authentication: Infinity,
  close: Infinity,
};

export class ConnectionAttempt {
  /** Counts up from 1; what an older transport still reports is known by it. */
  readonly number: number;

  readonly #limits: AttemptLimits;

  /** When `connectTimeoutMs` is over. */
  readonly #connectDeadline: number;

  /** When `connackTimeoutMs` is over; Infinity before CONNECT is written. */
  #connackDeadline = Infinity;

  /** When the transport is cut off; Infinity while it is not being closed. */
  #closeDeadline = Infinity;

  readonly output: Output = new Output();

  /** How far it has come. */
  phase: ConnectionPhase = "prepare";

  /** The CONNECT that it sends. */
  connect: ConnectPacket | undefined;

  #decoder: PacketDecoder<ServerPacket> | undefined;

  /** The exchange of AUTH packets, where CONNECT names an authentication method. */
  authentication: AuthenticationExchange | undefined;

  /** The CONNACK that made no connection. */
  connack: ConnackPacket | undefined;

  /** The connection that a CONNACK with success made of it. */
  connection: Connection | undefined;

  /**
   * The error of a server that broke a rule, until the messages before it are passed on and answered. It is told after
   * those answers, so that the server does not begin with the same messages again after reconnecting.
   */
  peerError: PeerError | undefined;

  /** With an authentication method: how much has come up to the end of the handshake. */
  #heldBytes = 0;

  constructor(number: number, now: number, limits: AttemptLimits) {
    this.number = number;
    this.#limits = limits;
    this.#connectDeadline = now + limits.connectTimeoutMs;
  }

  /** Prepares for the answers of the server to this CONNECT. */
  expect(connect: ConnectPacket, events: EventQueue): void {
    this.connect = connect;
    if (connect.authenticationMethod !== undefined) {
      const { ackTimeoutMs } = this.#limits;
      this.authentication = new AuthenticationExchange(this.number, connect.authenticationMethod, ackTimeoutMs, events);
    }
    this.#decoder = new PacketDecoder(serverPackets, connect.maximumPacketSize);
  }

  /** Takes bytes that came; gives an error where too many came while the application verifies CONNACK. */
  receive(chunk: Uint8Array): AuthenticationError | undefined {
    if (!this.authentication || this.connection) {
      this.#decoder?.push(chunk);
      return undefined;
    }
    // They may have to wait, so that it must be a copy. Not slice(): on the Buffer of Node that is a view of the same memory.
    this.#decoder?.push(new Uint8Array(chunk));
    this.#heldBytes += chunk.length;
    return this.#heldBytes > mostHeldBytes
      ? new AuthenticationError({ phase: this.phase, message: "too much came before authentication.verify" })
      : undefined;
  }

  /** The next packet, or undefined when more bytes are needed. Throws a `PeerError` for bytes that are none. */
  nextPacket(): ServerPacket | undefined {
    return this.#decoder?.next();
  }

  /** Whether the bytes so far end inside a packet. */
  get isInsidePacket(): boolean {
    return this.#decoder?.isInsidePacket === true;
  }

  /** The handshake took a step: the next one may take `connackTimeoutMs`. */
  awaitServer(now: number): void {
    this.#connackDeadline = now + this.#limits.connackTimeoutMs;
  }

  /** Nothing more is written, and the transport may take this long to close. */
  end(closeDeadline: number): void {
    this.output.isEnded = true;
    this.#closeDeadline = closeDeadline;
  }

  get timers(): AttemptTimers {
    if (this.#closeDeadline < Infinity) {
      return { ...restingAttempt, close: this.#closeDeadline };
    }
    const authentication = this.authentication?.deadline ?? Infinity;
    return this.connection
      ? { ...restingAttempt, keepAlive: this.connection.keepAlive.nextDeadline, authentication }
      : { ...restingAttempt, connect: this.#connectDeadline, connack: this.#connackDeadline, authentication };
  }

  /** Why it has taken too long, or undefined when it has not. */
  overdueError(now: number): ConnectionError | undefined {
    const { connectTimeoutMs, connackTimeoutMs } = this.#limits;
    if (this.#closeDeadline < Infinity) {
      return now < this.#closeDeadline ? undefined : this.#closeError();
    }
    if (this.connection) {
      const { keepAlive } = this.connection;
      return keepAlive.isPeerGone(now)
        ? this.#timeoutError("PING_TIMEOUT", "PINGRESP", keepAlive.timeoutMs)
        : undefined;
    }
    if (now >= this.#connackDeadline) {
      const asked = this.authentication?.asked;
      const missing = asked === undefined ? "CONNACK" : `answer of authentication.${asked}`;
      return this.#timeoutError("CONNACK_TIMEOUT", missing, connackTimeoutMs);
    }
    return now < this.#connectDeadline
      ? undefined
      : this.#timeoutError("CONNECT_TIMEOUT", "connection", connectTimeoutMs);
  }

  #timeoutError(
    code: "CONNECT_TIMEOUT" | "CONNACK_TIMEOUT" | "PING_TIMEOUT",
    missing: string,
    timeoutMs: number,
  ): ConnectionError {
    return new ConnectionError({ phase: this.phase, code, message: `no ${missing} within ${timeoutMs} ms` });
  }

  /** The transport did not close in time; the error with which the attempt ended came first, and is the one that is told. */
  #closeError(): ConnectionError {
    return new ConnectionError({ phase: this.phase, message: "the transport did not close" });
  }
}
