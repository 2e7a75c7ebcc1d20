/**
 * One attempt to connect, from the request for options to the end of its transport: its bytes in both directions, its
 * phase and its deadlines. A CONNACK with success makes a {@link Connection} of it.
 */

import { type ServerPacket, serverPackets } from "../../codec/server-packets.js";
import { PacketDecoder } from "../../codec/packet-decoder.js";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { PayloadMemory } from "../../codec/wire/payload-memory.js";
import type { ConnectionPhase, MqttError, PeerError } from "../../errors.js";
import type { EventQueue } from "../engine-event.js";
import { AuthenticationError, closedError, ConnectionError, transportError } from "../errors/connection-errors.js";
import type { AttemptTimers } from "../timers.js";
import { AuthenticationExchange } from "./authentication-exchange.js";
import type { Connection } from "./connection.js";
import { Output } from "./output.js";

/** The largest number of bytes that may follow CONNACK before it is verified: 16 MiB. */
const mostHeldBytes = 16_777_216;

/** The time limits of an attempt. */
export interface AttemptLimits {
  /** The limit of the whole attempt, from the request for options to CONNACK. */
  readonly connectTimeoutMs: number;
  /** The limit from CONNECT, or the server's last AUTH, to CONNACK. */
  readonly connackTimeoutMs: number;
  /** The limit of each step of a re-authentication. */
  readonly ackTimeoutMs: number;
}

/** The time limits of an attempt, and the memory for what it receives. */
export interface AttemptSettings extends AttemptLimits {
  /** The memory for received payloads. Default: each payload has memory of its own. */
  readonly payloadMemory?: PayloadMemory | undefined;
}

/** The timers of an attempt, none of them armed. */
export const restingAttempt: AttemptTimers = {
  connect: Infinity,
  connack: Infinity,
  keepAlive: Infinity,
  authentication: Infinity,
  close: Infinity,
};

export class ConnectionAttempt {
  /** Counts up from 1. Identifies late reports of an older transport. */
  readonly number: number;

  readonly #settings: AttemptSettings;

  /** The time at which `connectTimeoutMs` is over. */
  readonly #connectDeadline: number;

  /** The time at which `connackTimeoutMs` is over; Infinity before CONNECT is written. */
  #connackDeadline = Infinity;

  /** The time at which the transport is cut off; Infinity while it is not closing. */
  #closeDeadline = Infinity;

  readonly output: Output = new Output();

  /** The phase that the attempt has reached. */
  phase: ConnectionPhase = "prepare";

  /** The CONNECT that it sends. */
  connect: ConnectPacket | undefined;

  #decoder: PacketDecoder<ServerPacket> | undefined;

  /** The exchange of AUTH packets, if CONNECT has an authentication method. */
  authentication: AuthenticationExchange | undefined;

  /** True until the first bytes of the server came. */
  isUnheard = true;

  /** The CONNACK that did not make a connection. */
  connack: ConnackPacket | undefined;

  /** The connection that a CONNACK with success made. */
  connection: Connection | undefined;

  /**
   * The error of a server that broke a rule, until the messages before it are delivered and answered. The server is
   * told after those answers, so that it does not send the same messages again after reconnecting.
   */
  peerError: PeerError | undefined;

  /** With an authentication method: the number of bytes received up to the end of the handshake. */
  #heldBytes = 0;

  constructor(number: number, now: number, settings: AttemptSettings) {
    this.number = number;
    this.#settings = settings;
    this.#connectDeadline = now + settings.connectTimeoutMs;
  }

  /** Prepares for the server's answers to this CONNECT. */
  expect(connect: ConnectPacket, events: EventQueue): void {
    this.connect = connect;
    if (connect.authenticationMethod !== undefined) {
      const { ackTimeoutMs } = this.#settings;
      this.authentication = new AuthenticationExchange(this.number, connect.authenticationMethod, ackTimeoutMs, events);
    }
    this.#decoder = new PacketDecoder(serverPackets, connect.maximumPacketSize, this.#settings.payloadMemory);
  }

  /**
   * Takes received bytes. Gives an error when too many came while the application verifies CONNACK, or when there is no
   * memory for a copy of them.
   */
  receive(chunk: Uint8Array): AuthenticationError | ConnectionError | undefined {
    if (!this.authentication || this.connection) {
      this.#decoder?.push(chunk);
      return undefined;
    }
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > mostHeldBytes) {
      return new AuthenticationError({ phase: this.phase, message: "too much came before authentication.verify" });
    }
    try {
      // The bytes may have to wait, so copy them. Not with slice(): on Node's Buffer it gives a view of the same memory.
      this.#decoder?.push(new Uint8Array(chunk));
      return undefined;
    } catch (error) {
      return this.#memoryError(error, chunk.length);
    }
  }

  /**
   * Gives the next packet, or undefined when more bytes are needed. Throws a `PeerError` for a malformed packet, and a
   * `ConnectionError` when there is no memory for a packet.
   */
  nextPacket(): ServerPacket | undefined {
    try {
      return this.#decoder?.next();
    } catch (error) {
      throw error instanceof RangeError ? this.#memoryError(error, this.packetSize) : error;
    }
  }

  /** The size of the packet that was read last, in bytes, as its header announced it. */
  get packetSize(): number {
    return this.#decoder?.packetSize ?? 0;
  }

  /** Makes the error of an allocation that failed: JavaScript reports it as a `RangeError`. */
  #memoryError(cause: unknown, size: number): ConnectionError {
    const message = `no memory for a packet of ${size} bytes; connectOptions.maximumPacketSize limits the size`;
    return new ConnectionError({ phase: this.phase, message, cause });
  }

  /** True when the bytes so far end inside a packet. */
  get isInsidePacket(): boolean {
    return this.#decoder?.isInsidePacket === true;
  }

  /** Takes in a step of the handshake. The next step may take `connackTimeoutMs`. */
  awaitServer(now: number): void {
    this.#connackDeadline = now + this.#settings.connackTimeoutMs;
  }

  /** Ends the output. The transport may take until this deadline to close. */
  end(closeDeadline: number): void {
    this.output.isEnded = true;
    this.#closeDeadline = closeDeadline;
  }

  /** The size of the largest packet that the server accepts, as far as it is known: before CONNACK there is no limit. */
  get maximumPacketSizeToServer(): number {
    return this.connection?.settings.maximumPacketSizeToServer ?? this.connack?.maximumPacketSize ?? Infinity;
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

  /** Gives the error of an attempt whose transport closed. Before CONNECT only the transport knows the phase. */
  closedError(cause: MqttError | undefined, isConnecting: boolean): MqttError {
    if (isConnecting) {
      this.phase = cause?.phase ?? this.phase;
    }
    const { phase } = this;
    return cause ? transportError(cause, phase) : closedError(phase);
  }

  /** Gives the error for a deadline that has passed, or undefined. */
  overdueError(now: number): ConnectionError | undefined {
    const { connectTimeoutMs, connackTimeoutMs } = this.#settings;
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

  /** Makes the error of a transport that did not close in time. The attempt reports its earlier error instead. */
  #closeError(): ConnectionError {
    return new ConnectionError({ phase: this.phase, message: "the transport did not close" });
  }
}
