/**
 * The operations of the application that the engine has not finished: publishes, subscribes and unsubscribes. The
 * record belongs to the engine; the application has its id.
 */

import { type OutboundMessage, ownPayload } from "../../codec/packets/publish.js";
import type { SubscribePacket } from "../../codec/packets/subscribe.js";
import type { UnsubscribePacket } from "../../codec/packets/unsubscribe.js";
import type { OperationList } from "../collections/operation-list.js";
import { type AwaitedAnswer, PublishExchange } from "./publish-exchange.js";

/** Identifies an operation. Counts up, so it also gives the order. */
export type OperationId = number;

/**
 * A lane of the queue. Operations of one lane delay each other, and fail together when a connection ends. Publishes
 * that are sent again go first, then the engine's own SUBSCRIBEs that renew subscriptions, then all others.
 */
export type Lane = "redeliveries" | "resubscribes" | "qos0" | "acknowledged" | "requests";

/**
 * The memory that an operation takes beside its packet, in bytes: the operation, its message and its promise. Measured
 * in Node with a message without a payload: 1.1 kB.
 */
export const operationBytes = 1_024;

/** The memory that a user property takes beside its text, in bytes. */
const userPropertyBytes = 96;

/** The memory that a topic filter of a request takes beside its text, in bytes. The client keeps records of each. */
const topicFilterBytes = 1_024;

/** The longest text whose memory is not looked at, in characters. `operationBytes` has room for it. */
const shortText = 256;

/** The memory of a text beyond its length, in bytes: engines use two bytes a character where one needs two. */
function wideTextBytes(text: Uint8Array | string): number {
  return typeof text === "string" && text.length > shortText && /[\u0100-\uffff]/.test(text) ? text.length : 0;
}

/** The kind of an operation, and the topic or the filters that it is about. */
export type OperationSubject =
  | { readonly operation: "publish"; readonly topic: string }
  | { readonly operation: "subscribe" | "unsubscribe"; readonly topicFilters: readonly string[] }
  | { readonly operation: "reauthenticate" };

/** The fields that every kind of operation has. */
abstract class OperationBase {
  readonly id: OperationId;

  /** The encoded size in bytes, with the full topic. */
  readonly size: number;

  /** The memory that it takes while it waits, in bytes: its size, and an estimate of what it costs beside its packet. */
  readonly memory: number;

  /** `timeoutMs` of the call; Infinity for none. */
  readonly timeoutMs: number;

  /** The time at which `timeoutMs` is over; Infinity for never. */
  readonly timeoutAt: number;

  /** The nearest deadline of the operation, such as its timeout; Infinity for none. */
  deadline: number;
  heapIndex = -1;

  /** True once its promise is settled. The protocol may not be done with it yet. */
  isSettled = false;

  /** True once it was written, on any connection and in any session. */
  wasSent = false;

  /** The time at which `ackTimeoutMs` is over, counted from the write on the current connection. */
  acknowledgementDeadline: number = Infinity;

  /** The list that it is in, with its neighbours there. */
  list: OperationList<Operation> | undefined;
  previous: Operation | undefined;
  next: Operation | undefined;

  /** `extraBytes` is the memory beside that of its packet and of every operation. */
  constructor(identity: OperationIdentity, extraBytes: number) {
    this.id = identity.id;
    this.size = identity.size;
    this.memory = identity.size + operationBytes + extraBytes;
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

const millisecondsPerSecond = 1_000;

/** A PUBLISH, of any QoS. */
export class PublishOperation extends OperationBase {
  readonly kind = "publish";
  readonly lane: Lane;

  /** The message to be sent. After a wait, one with a shorter expiry interval replaces it. */
  message: OutboundMessage;

  /** The caller's topic alias. The message gets it only when it is written, because aliases belong to a connection. */
  readonly requestedAlias: number | undefined;

  /** The time at which its message expires, unless it is written before. */
  readonly expiresAt: number;

  /** Its exchange with the server, while it has a packet identifier; undefined at QoS 0 and while it waits. */
  #exchange: PublishExchange | undefined;

  /** The number of connections that the server closed instead of answering it, possibly because of it. */
  hangUpCount = 0;

  constructor(identity: OperationIdentity, message: OutboundMessage, requestedAlias?: number) {
    super(identity, wideTextBytes(message.payload) + (message.userProperties?.length ?? 0) * userPropertyBytes);
    this.message = message;
    this.requestedAlias = requestedAlias;
    this.lane = message.qos === 0 ? "qos0" : "acknowledged";
    this.expiresAt = identity.now + (message.messageExpiryInterval ?? Infinity) * millisecondsPerSecond;
    this.deadline = Math.min(this.timeoutAt, this.expiresAt);
  }

  get exchange(): PublishExchange | undefined {
    return this.#exchange;
  }

  get subject(): OperationSubject {
    return { operation: "publish", topic: this.message.topic };
  }

  get packetId(): number | undefined {
    return this.#exchange?.packetId;
  }

  get awaits(): AwaitedAnswer | undefined {
    return this.#exchange?.awaits;
  }

  /** Begins its exchange with this packet identifier. */
  beginExchange(packetId: number): PublishExchange {
    this.#exchange = new PublishExchange(packetId, this.message.qos === 2 ? 2 : 1);
    return this.#exchange;
  }

  /** Gives up its packet identifier. Discards an exchange that the server has not ended. */
  dropId(): void {
    if (this.#exchange !== undefined && this.#exchange.state !== "ended") {
      this.#exchange.discard();
    }
    this.#exchange = undefined;
  }

  /** Copies the payload of a QoS 0 message that has to wait, so that the caller may reuse its memory. */
  ownPayload(): void {
    this.message = { ...this.message, payload: ownPayload(this.message.payload) };
  }

  /** Subtracts the waiting time from the message expiry interval, before the first write (section 3.3.2.3.3). */
  countDownExpiry(now: number): void {
    const { messageExpiryInterval } = this.message;
    if (!this.wasSent && messageExpiryInterval !== undefined) {
      const left = Math.ceil((this.expiresAt - now) / millisecondsPerSecond);
      // A clock has fractions, so rounding can make the difference slightly larger than the interval.
      this.message = { ...this.message, messageExpiryInterval: Math.min(messageExpiryInterval, left) };
    }
  }
}

/** A SUBSCRIBE as the client sends it. */
export interface OutboundSubscribePacket extends SubscribePacket {
  /** True for a subscription identifier of the client itself. It is left out if the server accepts none. */
  readonly isIdentifierOptional?: boolean;
}

/** Names a SUBSCRIBE by its filters. */
export function subscribeSubject({ subscriptions }: SubscribePacket): OperationSubject {
  return { operation: "subscribe", topicFilters: subscriptions.map(({ topicFilter }) => topicFilter) };
}

/** Names an UNSUBSCRIBE by its filters. */
export function unsubscribeSubject({ topicFilters }: UnsubscribePacket): OperationSubject {
  return { operation: "unsubscribe", topicFilters };
}

/** A SUBSCRIBE or UNSUBSCRIBE. */
export class RequestOperation extends OperationBase {
  readonly kind = "request";
  readonly lane: Lane;

  /** The packet, with packet identifier 0. */
  readonly packet: OutboundSubscribePacket | UnsubscribePacket;

  /** True after a connection ended before its answer. The server may have carried it out. */
  wasInterrupted = false;

  /** Its packet identifier, from the write to the answer or to the end of the connection. */
  #packetId: number | undefined;

  constructor(
    identity: OperationIdentity,
    packet: OutboundSubscribePacket | UnsubscribePacket,
    lane: Lane = "requests",
  ) {
    const filters = packet.type === "subscribe" ? packet.subscriptions : packet.topicFilters;
    super(identity, filters.length * topicFilterBytes + (packet.userProperties?.length ?? 0) * userPropertyBytes);
    this.packet = packet;
    this.lane = lane;
  }

  get subject(): OperationSubject {
    const { packet } = this;
    return packet.type === "subscribe" ? subscribeSubject(packet) : unsubscribeSubject(packet);
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
