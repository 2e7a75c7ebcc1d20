/**
 * What belongs to one connection and ends with it: an attempt to connect and, once CONNACK has come, what was
 * negotiated, the quotas and the keep-alive. A new connection starts with new objects, so nothing is left to reset.
 */

import { defaultReceiveMaximum } from "../../codec/limits.js";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import { encodeSubscribe, type SubscribePacket } from "../../codec/packets/subscribe.js";
import type { AcknowledgementType } from "../../codec/packets/layouts/acknowledgement.js";
import { encodePublish } from "../../codec/packets/publish.js";
import { encodeUnsubscribe } from "../../codec/packets/unsubscribe.js";
import { serverPackets, type ServerPacket } from "../../codec/server-packets.js";
import { PacketDecoder } from "../../codec/packet-decoder.js";
import type { ConnectionPhase, PeerError } from "../../errors.js";
import { Authentication } from "./authentication-exchange.js";
import { AuthenticationError, ConnectionError } from "../errors/connection-errors.js";
import type { EventQueue } from "../engine-event.js";
import { Fifo } from "../collections/fifo.js";
import type { InboundDelivery } from "../session/inbound-delivery.js";
import type { Journal } from "../session/journal.js";
import { KeepAlive } from "./keep-alive.js";
import type { NegotiatedSettings } from "./negotiated-settings.js";
import type { Operation, OutboundSubscribePacket } from "../session/operation.js";
import { Output } from "./output.js";
import { SendQuota } from "./send-quota.js";
import { Throttle, type ThrottleSettings } from "./throttle.js";
import { InboundAliases, OutboundAliases, type TopicAliasingSettings } from "./topic-aliases.js";

/** Milliseconds in a second; the specification counts in seconds, the engine in milliseconds. */
const second = 1_000;

/** How many bytes may come behind CONNACK before it is verified: 16 MiB. */
const mostHeldBytes = 16_777_216;

/** How long an attempt may take, in milliseconds. */
export interface AttemptLimits {
  /** Over the whole attempt, from the request for options to CONNACK. */
  readonly connectTimeoutMs: number;
  /** From CONNECT, or the server's last AUTH, to CONNACK. */
  readonly connackTimeoutMs: number;
  /** For each step of an authentication after the first. */
  readonly ackTimeoutMs: number;
}

/** One attempt to connect, from the request for options to the end of its transport. */
export class ConnectionAttempt {
  /** Counts up from 1; what an older transport still reports is known by it. */
  readonly number: number;

  readonly #limits: AttemptLimits;

  /** When `connectTimeoutMs` is over. */
  readonly #deadline: number;

  /** When `connackTimeoutMs` is over. */
  #connackDeadline = Infinity;

  readonly output: Output = new Output();

  /** How far it has come. */
  phase: ConnectionPhase = "prepare";

  /** The CONNECT that it sends. */
  connect: ConnectPacket | undefined;

  decoder: PacketDecoder<ServerPacket> | undefined;

  /** Where CONNECT names an authentication method. */
  authentication: Authentication | undefined;

  /** The CONNACK that made no connection. */
  connack: ConnackPacket | undefined;

  /** What a CONNACK with success made of it. */
  connection: Connection | undefined;

  /**
   * What the server did wrong, until the messages before it are passed on and answered: it is told after those answers,
   * so that a server which goes on after reconnecting does not begin with the same messages again.
   */
  peerError: PeerError | undefined;

  /** With an authentication method: how much has come up to the end of the handshake. */
  #bytesHeld = 0;

  /** When the transport is closed whether it has finished or not. */
  #closeDeadline: number | undefined;

  constructor(number: number, now: number, limits: AttemptLimits) {
    this.number = number;
    this.#limits = limits;
    this.#deadline = now + limits.connectTimeoutMs;
  }

  /** The handshake took a step: the next one may take `connackTimeoutMs`. */
  awaitServer(now: number): void {
    this.#connackDeadline = now + this.#limits.connackTimeoutMs;
  }

  /** Takes bytes that came; gives an error where too many came while the application verifies CONNACK. */
  receive(chunk: Uint8Array): AuthenticationError | undefined {
    if (!this.authentication || this.connection) {
      this.decoder?.push(chunk);
      return undefined;
    }
    // They may have to wait, so that it must be a copy. Not slice(): on the Buffer of Node that is a view of the same memory.
    this.decoder?.push(new Uint8Array(chunk));
    this.#bytesHeld += chunk.length;
    return this.#bytesHeld > mostHeldBytes
      ? new AuthenticationError({ phase: this.phase, message: "too much came before authentication.verify" })
      : undefined;
  }

  /** Nothing more is written, and the transport may take this long to close. */
  end(closeDeadline: number): void {
    this.output.isEnded = true;
    this.#closeDeadline = closeDeadline;
  }

  /** When `overdueError` has to be asked again, or the keep-alive or the authentication has work. */
  get nextDeadline(): number {
    const { authentication, connection } = this;
    const deadline = connection?.keepAlive.nextDeadline ?? Math.min(this.#deadline, this.#connackDeadline);
    return this.#closeDeadline ?? Math.min(deadline, authentication?.deadline ?? Infinity);
  }

  /** Why it has taken too long, or undefined when it has not. */
  overdueError(now: number): ConnectionError | undefined {
    const { connectTimeoutMs, connackTimeoutMs } = this.#limits;
    const keepAlive = this.#closeDeadline === undefined ? this.connection?.keepAlive : undefined;
    if (keepAlive) {
      const { timeoutMs } = keepAlive;
      return keepAlive.isPeerGone(now) ? this.#timeoutError("PING_TIMEOUT", "PINGRESP", timeoutMs) : undefined;
    }
    if (now < this.nextDeadline) {
      return undefined;
    }
    if (now < this.#connackDeadline) {
      return this.#timeoutError("CONNECT_TIMEOUT", "connection", connectTimeoutMs);
    }
    const asked = this.authentication?.asked;
    const missing = asked === undefined ? "CONNACK" : `answer of authentication.${asked}`;
    return this.#timeoutError("CONNACK_TIMEOUT", missing, connackTimeoutMs);
  }

  #timeoutError(
    code: "CONNECT_TIMEOUT" | "CONNACK_TIMEOUT" | "PING_TIMEOUT",
    missing: string,
    timeoutMs: number,
  ): ConnectionError {
    return new ConnectionError({ phase: this.phase, code, message: `no ${missing} within ${timeoutMs} ms` });
  }

  /** Prepares for what the server sends in answer to this CONNECT. */
  expect(connect: ConnectPacket, events: EventQueue): void {
    this.connect = connect;
    if (connect.authenticationMethod !== undefined) {
      const { ackTimeoutMs } = this.#limits;
      this.authentication = new Authentication(this.number, connect.authenticationMethod, ackTimeoutMs, events);
    }
    this.decoder = new PacketDecoder(serverPackets, connect.maximumPacketSize);
  }
}

/** What the application says of every connection, beside what is negotiated. */
export interface ConnectionSettings {
  /** What is written waits for it. */
  readonly journal?: Journal;
  /** How long a PINGRESP may take, in milliseconds. */
  readonly pingTimeoutMs: number;
  readonly topicAliasing: TopicAliasingSettings;
  readonly throttle: ThrottleSettings;
  /** Whether wake-ups may come as late as a minute; see `Clock`. */
  readonly isThrottled: () => boolean;
}

/** An established connection. */
export class Connection {
  readonly attempt: number;
  readonly connectedAt: number;
  readonly settings: NegotiatedSettings;
  readonly output: Output;
  readonly quota: SendQuota;
  readonly keepAlive: KeepAlive;
  /** The send quota of the server, as our Receive Maximum bounds it. */
  readonly serverQuota: SendQuota;
  /** The QoS 1 and 2 messages whose acknowledgement was not sent, in the order in which they came. */
  readonly unacknowledged: Fifo<InboundDelivery> = new Fifo<InboundDelivery>();
  readonly inboundAliases: InboundAliases;
  readonly #outboundAliases: OutboundAliases;
  readonly throttle: Throttle;
  readonly #journal: Journal | undefined;

  constructor(now: number, attempt: ConnectionAttempt, settings: NegotiatedSettings, context: ConnectionSettings) {
    this.attempt = attempt.number;
    this.connectedAt = now;
    this.settings = settings;
    this.output = attempt.output;
    this.quota = new SendQuota(settings.receiveMaximumFromServer);
    const intervalMs = settings.serverKeepAlive * second;
    this.keepAlive = new KeepAlive(intervalMs, context.pingTimeoutMs, now, context.isThrottled);
    this.serverQuota = new SendQuota(attempt.connect?.receiveMaximum ?? defaultReceiveMaximum);
    this.inboundAliases = new InboundAliases(settings.topicAliasMaximumToClient);
    this.#outboundAliases = new OutboundAliases(context.topicAliasing, settings.topicAliasMaximumToServer);
    this.throttle = new Throttle(context.throttle);
    this.#journal = context.journal;
  }

  /** Writes an acknowledgement once what it rests on is kept. */
  reply(type: AcknowledgementType, packetId: number, reasonCode: number): void {
    if (this.#journal?.isKept() === false) {
      this.#journal.hold(() => {
        this.output.reply(type, packetId, reasonCode);
      });
    } else {
      this.output.reply(type, packetId, reasonCode);
    }
  }

  /** When the throttle lets an operation pass; not after `now` where it holds it back no longer. */
  readyAt(now: number, operation: Operation): number {
    return this.throttle.readyAt(now, operation.kind === "publish", this.output.writer.length);
  }

  /** Writes an operation into the output. */
  write(operation: Operation): void {
    const { writer } = this.output;
    const { packet } = operation;
    if (operation.kind === "publish") {
      const room = this.settings.maximumPacketSizeToServer - operation.size;
      encodePublish(writer, this.#outboundAliases.apply(operation.packet, operation.requestedAlias, room));
      this.throttle.handlePublish();
    } else if (packet.type === "subscribe") {
      encodeSubscribe(writer, this.#withPossibleIdentifier(packet));
    } else if (packet.type === "unsubscribe") {
      encodeUnsubscribe(writer, packet);
    }
  }

  /** The client's own identifier goes out only where the server takes one; the application's was checked before. */
  #withPossibleIdentifier(packet: OutboundSubscribePacket): SubscribePacket {
    if (packet.isIdentifierOptional !== true || this.settings.subscriptionIdentifiersAvailable) {
      return packet;
    }
    const { type, packetId, subscriptions } = packet;
    return { type, packetId, subscriptions };
  }
}
