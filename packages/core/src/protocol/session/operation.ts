/**
 * The operations of the application that the engine has not finished: publishes, subscribes and unsubscribes. The record
 * is the engine's own; the application holds its id.
 */

import type { OutboundMessage } from "../../codec/packets/publish.js";
import type { SubscribePacket } from "../../codec/packets/subscribe.js";
import type { UnsubscribePacket } from "../../codec/packets/unsubscribe.js";
import type { OperationList } from "../collections/operation-list.js";
import { type AwaitedAnswer, PublishExchange } from "./publish-exchange.js";

/** Names an operation; counts up, so that it also orders them. */
export type OperationId = number;

/**
 * Operations of one lane hold each other up in the queue, and fail together when a connection ends. Before all others go
 * publishes that are sent again, and then the engine's own SUBSCRIBEs, which make remembered subscriptions again.
 */
export type Lane = "redeliveries" | "resubscribes" | "qos0" | "acknowledged" | "requests";

/** The fields that every kind of operation has. */
abstract class OperationBase {
  readonly id: OperationId;

  /** Encoded size in bytes, topic in full. */
  readonly size: number;

  /** `timeoutMs` of the call; Infinity for none. */
  readonly timeoutMs: number;

  /** When `timeoutMs` is over; Infinity for never. */
  readonly timeoutAt: number;

  /** The nearest time at which something happens to it by itself; Infinity when nothing does. */
  deadline: number;
  heapIndex = -1;

  /** True once its promise is settled; the protocol may still have work with it. */
  isSettled = false;

  /** True once it was written, on whatever connection and in whatever session. */
  wasSent = false;

  /** When `ackTimeoutMs` is over, for the write on the current connection. */
  acknowledgementDeadline: number = Infinity;

  /** The list it stands in, with its neighbours there. */
  list: OperationList<Operation> | undefined;
  previous: Operation | undefined;
  next: Operation | undefined;

  constructor(identity: OperationIdentity) {
    this.id = identity.id;
    this.size = identity.size;
    this.timeoutMs = identity.timeoutMs;
    this.timeoutAt = identity.now + identity.timeoutMs;
    this.deadline = this.timeoutAt;
  }
}

/** The fields that tell one operation from another. */
export interface OperationIdentity {
  readonly id: OperationId;
  readonly size: number;
  readonly timeoutMs: number;
  readonly now: number;
}

/** The largest payload that is copied: 64 KiB. A larger one is kept by reference and must not change. */
const largestCopyBytes = 65_536;

const millisecondsPerSecond = 1_000;

/** A PUBLISH, of any QoS. */
export class PublishOperation extends OperationBase {
  readonly kind = "publish";
  readonly lane: Lane;

  /** The message to be sent; one with less time to live takes its place when the first is sent late. */
  message: OutboundMessage;

  /** The caller's topic alias; the message has none until it is written, since aliases belong to a connection. */
  readonly requestedAlias: number | undefined;

  /** When its message expiry interval is used up, unless it is written before. */
  readonly expiresAt: number;

  /** Its exchange with the server, while it has a packet identifier; undefined at QoS 0, and while it waits. */
  #exchange: PublishExchange | undefined;

  /** The number of connections that the server closed in place of an answer, maybe for its sake. */
  hangUpCount = 0;

  constructor(identity: OperationIdentity, message: OutboundMessage, requestedAlias?: number) {
    super(identity);
    this.message = message;
    this.requestedAlias = requestedAlias;
    this.lane = message.qos === 0 ? "qos0" : "acknowledged";
    this.expiresAt = identity.now + (message.messageExpiryInterval ?? Infinity) * millisecondsPerSecond;
    this.deadline = Math.min(this.timeoutAt, this.expiresAt);
  }

  get exchange(): PublishExchange | undefined {
    return this.#exchange;
  }

  get packetId(): number | undefined {
    return this.#exchange?.packetId;
  }

  get awaits(): AwaitedAnswer | undefined {
    return this.#exchange?.awaits;
  }

  /** Begins its exchange, with this packet identifier. */
  beginExchange(packetId: number): PublishExchange {
    this.#exchange = new PublishExchange(packetId, this.message.qos === 2 ? 2 : 1);
    return this.#exchange;
  }

  /** Gives its packet identifier back; an exchange that the server has not ended is discarded. */
  dropId(): void {
    if (this.#exchange !== undefined && this.#exchange.state !== "ended") {
      this.#exchange.discard();
    }
    this.#exchange = undefined;
  }

  /** Makes the payload the engine's own, so that the caller may reuse its memory. */
  ownPayload(): void {
    const { payload } = this.message;
    if (typeof payload !== "string" && payload.byteLength <= largestCopyBytes) {
      // Not slice(): on the Buffer of Node that is a view of the same memory.
      this.message = { ...this.message, payload: new Uint8Array(payload) };
    }
  }

  /** Takes off the message expiry interval the time that it waited, before it is first sent (section 3.3.2.3.3). */
  countDownExpiry(now: number): void {
    const { messageExpiryInterval } = this.message;
    if (!this.wasSent && messageExpiryInterval !== undefined) {
      const left = Math.ceil((this.expiresAt - now) / millisecondsPerSecond);
      // A clock has fractions, and the difference may be a trace more than what was added.
      this.message = { ...this.message, messageExpiryInterval: Math.min(messageExpiryInterval, left) };
    }
  }
}

/** A SUBSCRIBE as the client sends it. */
export interface OutboundSubscribePacket extends SubscribePacket {
  /** True for an identifier of the client's own, which is left out where the server takes none. */
  readonly isIdentifierOptional?: boolean;
}

/** A SUBSCRIBE or UNSUBSCRIBE. */
export class RequestOperation extends OperationBase {
  readonly kind = "request";
  readonly lane: Lane;

  /** Its packet, with packet identifier 0. */
  readonly packet: OutboundSubscribePacket | UnsubscribePacket;

  /** Its packet identifier from the time it is written to its answer, or to the end of the connection. */
  #packetId: number | undefined;

  constructor(
    identity: OperationIdentity,
    packet: OutboundSubscribePacket | UnsubscribePacket,
    lane: Lane = "requests",
  ) {
    super(identity);
    this.packet = packet;
    this.lane = lane;
  }

  get packetId(): number | undefined {
    return this.#packetId;
  }

  get awaits(): "suback" | "unsuback" {
    return this.packet.type === "subscribe" ? "suback" : "unsuback";
  }

  takeId(packetId: number): void {
    this.#packetId = packetId;
  }

  dropId(): void {
    this.#packetId = undefined;
  }
}

export type Operation = PublishOperation | RequestOperation;
