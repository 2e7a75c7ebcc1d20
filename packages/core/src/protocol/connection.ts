/**
 * What belongs to one connection and ends with it: an attempt to connect and, once CONNACK has come, what was
 * negotiated, the quotas and the keep-alive. A new connection starts with new objects, so nothing is left to reset.
 */

import type { ConnectPacket } from "../codec/packets/connect.js";
import type { SubscribePacket } from "../codec/packets/subscribe.js";
import {
  type AcknowledgementType,
  encodePublish,
  encodeSubscribe,
  encodeUnsubscribe,
  serverPackets,
  type ServerPacket,
} from "../codec/client-codec.js";
import { PacketDecoder } from "../codec/packet-decoder.js";
import type { ConnectionPhase } from "../errors.js";
import { AuthenticationExchange } from "./authentication-exchange.js";
import { ConnectionError } from "./connection-errors.js";
import type { EventQueue } from "./engine-event.js";
import { Fifo } from "./fifo.js";
import type { InboundDelivery } from "./inbound-delivery.js";
import type { Journal } from "./journal.js";
import { KeepAlive } from "./keep-alive.js";
import type { NegotiatedSettings } from "./negotiated-settings.js";
import type { Operation, OutboundSubscribePacket } from "./operation.js";
import { packetIdCount } from "./packet-ids.js";
import { Output } from "./output.js";
import { SendQuota } from "./send-quota.js";
import { Throttle, type ThrottleSettings } from "./throttle.js";
import { InboundAliases, OutboundAliases, type TopicAliasingSettings } from "./topic-aliases.js";

/** Milliseconds in a second; the specification counts in seconds, the engine in milliseconds. */
const second = 1_000;

/** How long an attempt may take, in milliseconds. */
export interface AttemptLimits {
  /** Over the whole attempt, from the request for options to CONNACK. */
  readonly connectTimeoutMs: number;
  /** From CONNECT, or the server's last AUTH, to CONNACK. */
  readonly connackTimeoutMs: number;
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
  authentication: AuthenticationExchange | undefined;

  /** With an authentication method: how much has come up to the end of the handshake. */
  bytesBeforeConnected = 0;

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

  /** Nothing more is written, and the transport may take this long to close. */
  end(closeDeadline: number): void {
    this.output.end();
    this.#closeDeadline = closeDeadline;
  }

  /** When it has taken too long, at the state it is in. */
  get nextDeadline(): number {
    return this.#closeDeadline ?? Math.min(this.#deadline, this.#connackDeadline);
  }

  /** Why it did not come to a connection in time. */
  overdueError(now: number): ConnectionError {
    const { phase } = this;
    const { connectTimeoutMs, connackTimeoutMs } = this.#limits;
    if (now < this.#connackDeadline) {
      const message = `no connection within ${String(connectTimeoutMs)} ms`;
      return new ConnectionError({ phase, code: "CONNECT_TIMEOUT", message });
    }
    const asked = this.authentication?.asked;
    const missing = asked === undefined ? "no CONNACK" : `no answer of authentication.${asked}`;
    const message = `${missing} within ${String(connackTimeoutMs)} ms`;
    return new ConnectionError({ phase, code: "CONNACK_TIMEOUT", message });
  }

  /** Prepares for what the server sends in answer to this CONNECT. */
  expect(connect: ConnectPacket, events: EventQueue): void {
    this.connect = connect;
    if (connect.authenticationMethod !== undefined) {
      this.authentication = new AuthenticationExchange(this.number, connect.authenticationMethod, events);
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

  /** False when we asked the server to leave reason strings and user properties out (section 3.1.2.11.7). */
  readonly requestProblemInformation: boolean;
  readonly #journal: Journal | undefined;

  constructor(
    attempt: ConnectionAttempt,
    connect: ConnectPacket,
    settings: NegotiatedSettings,
    context: ConnectionSettings & { readonly now: number },
  ) {
    this.attempt = attempt.number;
    this.connectedAt = context.now;
    this.settings = settings;
    this.output = attempt.output;
    this.quota = new SendQuota(settings.receiveMaximumFromServer);
    const { pingTimeoutMs, now, isThrottled } = context;
    this.keepAlive = new KeepAlive(settings.serverKeepAlive * second, pingTimeoutMs, now, isThrottled);
    this.serverQuota = new SendQuota(connect.receiveMaximum ?? packetIdCount);
    this.inboundAliases = new InboundAliases(settings.topicAliasMaximumToClient);
    this.#outboundAliases = new OutboundAliases(context.topicAliasing, settings.topicAliasMaximumToServer);
    this.throttle = new Throttle(context.throttle);
    this.#journal = context.journal;
    this.requestProblemInformation = connect.requestProblemInformation ?? true;
  }

  /** The error for a server that has not answered in time, or undefined. */
  overdueError(now: number): ConnectionError | undefined {
    if (!this.keepAlive.isPeerGone(now)) {
      return undefined;
    }
    const message = `no PINGRESP within ${String(this.keepAlive.timeoutMs)} ms`;
    return new ConnectionError({ phase: "connected", code: "PING_TIMEOUT", message });
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
