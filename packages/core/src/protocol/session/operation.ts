/**
 * What the application asked for and the engine has not finished: publishes, subscribes and unsubscribes, from the
 * call to the last acknowledgement. The record is the engine's own; the application holds its id.
 */

import type { OutboundPublishPacket } from "../../codec/packets/publish.js";
import type { SubscribePacket } from "../../codec/packets/subscribe.js";
import type { UnsubscribePacket } from "../../codec/packets/unsubscribe.js";
import type { OperationList } from "../collections/operation-list.js";
import type { SendQuota } from "../connection/send-quota.js";

/** Names an operation; counts up, so that it also orders them. */
export type OperationId = number;

type Writable<Packet> = { -readonly [Field in keyof Packet]: Packet[Field] };

/** A PUBLISH as the engine keeps it: `packetId` and `dup` change with each time it is sent. */
export type PublishRecord = Writable<OutboundPublishPacket>;

/**
 * Operations of one lane hold each other up in the queue, and fail together when a connection ends. Before all others go
 * publishes that are sent again, and then the engine's own SUBSCRIBEs, which make remembered subscriptions again.
 */
export type Lane = "redeliveries" | "resubscribes" | "qos0" | "acknowledged" | "requests";

/** What every kind of operation has. */
abstract class OperationBase<Packet> {
  /** The engine's own, with `packetId` 0 or none while it has no packet id. */
  readonly packet: Packet;

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

  /** True once it was handed to the wire, on whatever connection. */
  wasWritten = false;

  /** The attempt on whose connection it was last written within the session; 0 when it never was. */
  writtenOn = 0;

  /** True once the caller was told that it is over, though it holds its packet id: no new session gets it. */
  isGivenUp = false;

  /** Counts up with each PUBREC that comes; 0 before its own. */
  releasedAs = 0;

  /** The send quota of which it holds a unit; it may be that of an older connection. */
  quota: SendQuota | undefined;

  /** When `ackTimeoutMs` is over, for the write on the current connection. */
  acknowledgementDeadline: number = Infinity;

  /** The list it stands in, with its neighbours there. */
  list: OperationList<Operation> | undefined;
  previous: Operation | undefined;
  next: Operation | undefined;

  constructor(identity: OperationIdentity, packet: Packet) {
    this.packet = packet;
    this.id = identity.id;
    this.size = identity.size;
    this.timeoutMs = identity.timeoutMs;
    this.timeoutAt = identity.now + identity.timeoutMs;
    this.deadline = this.timeoutAt;
  }
}

/** What tells one operation from another. */
export interface OperationIdentity {
  readonly id: OperationId;
  readonly size: number;
  readonly timeoutMs: number;
  readonly now: number;
}

/** Up to this size a payload is copied; a larger one is kept by reference and must not change: 64 KiB. */
const largestCopy = 65_536;

/** A PUBLISH, of any QoS. */
export class PublishOperation extends OperationBase<PublishRecord> {
  readonly kind = "publish";
  readonly lane: Lane;

  /** The packet that answers it next; from PUBREC on only PUBREL is sent again (MQTT-4.3.3-6). */
  awaits: "puback" | "pubrec" | "pubcomp";
  /** The caller's topic alias; the packet has none until it is written, since aliases belong to a connection. */
  readonly requestedAlias: number | undefined;

  /** When its message expiry interval is used up, unless it is written before. */
  readonly expiresAt: number;

  /** On how many connections it was written and the server hung up in place of an answer, maybe for its sake. */
  hangUpCount = 0;

  constructor(identity: OperationIdentity, packet: PublishRecord, requestedAlias?: number) {
    super(identity, packet);
    this.requestedAlias = requestedAlias;
    this.lane = packet.qos === 0 ? "qos0" : "acknowledged";
    this.awaits = packet.qos === 2 ? "pubrec" : "puback";
    this.expiresAt = identity.now + (packet.messageExpiryInterval ?? Infinity) * 1_000;
    this.deadline = Math.min(this.timeoutAt, this.expiresAt);
  }

  /** Makes the payload the engine's own, so that the caller may reuse its memory. */
  ownPayload(): void {
    const { payload } = this.packet;
    if (typeof payload !== "string" && payload.byteLength <= largestCopy) {
      // Not slice(): on the Buffer of Node that is a view of the same memory.
      this.packet.payload = new Uint8Array(payload);
    }
  }
}

/** A SUBSCRIBE as the client sends it. */
export interface OutboundSubscribePacket extends SubscribePacket {
  /** True for an identifier of the client's own, which is left out where the server takes none. */
  readonly isIdentifierOptional?: boolean;
}

/** A SUBSCRIBE or UNSUBSCRIBE. */
export class RequestOperation extends OperationBase<Writable<OutboundSubscribePacket> | Writable<UnsubscribePacket>> {
  readonly kind = "request";
  readonly lane: Lane;
  readonly awaits: "suback" | "unsuback";

  constructor(
    identity: OperationIdentity,
    packet: Writable<OutboundSubscribePacket> | Writable<UnsubscribePacket>,
    lane: Lane = "requests",
  ) {
    super(identity, packet);
    this.lane = lane;
    this.awaits = packet.type === "subscribe" ? "suback" : "unsuback";
  }
}

export type Operation = PublishOperation | RequestOperation;

/** True while an operation has a packet id; one that has none has 0, or nothing in its place. */
export function holdsId({ packet }: Operation): boolean {
  return (packet.packetId ?? 0) > 0;
}
