import type { PayloadFormatIndicator, QoS } from "../qos.js";
import type { UserProperties } from "./user-property.js";

/** The properties of a PUBLISH that both sides may send (section 3.3.2.3). */
export interface OutboundPublishProperties extends UserProperties {
  readonly payloadFormatIndicator?: PayloadFormatIndicator;
  /** Seconds that the message lives; absent means for ever. */
  readonly messageExpiryInterval?: number;
  /** 1 to the receiver's maximum; stands for the topic once it was sent with one. */
  readonly topicAlias?: number;
  /** Where an answer is expected. */
  readonly responseTopic?: string;
  /** Tells the asker which question an answer belongs to. A string is sent as UTF-8. */
  readonly correlationData?: Uint8Array | string;
  readonly contentType?: string;
}

/** The properties of a PUBLISH that a server sends. */
export interface PublishProperties extends OutboundPublishProperties {
  readonly correlationData?: Uint8Array;
  /** The identifiers of the subscriptions that the message matched; only a server sends them. */
  readonly subscriptionIdentifiers?: readonly number[];
}

/** What every PUBLISH has. */
interface PublishHeader {
  readonly type: "publish";
  /** Empty where a topic alias stands for it. */
  readonly topic: string;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Whether this very packet was sent before. */
  readonly dup: boolean;
  /** 1 to 65535; absent at QoS 0. */
  readonly packetId?: number;
}

/** A message as it is sent (section 3.3). */
export interface OutboundPublishPacket extends PublishHeader, OutboundPublishProperties {
  /** A string is written as UTF-8; above 64 KiB bytes go by reference and must not change until they are sent. */
  readonly payload: Uint8Array | string;
}

/** A message as it is received (section 3.3). */
export interface PublishPacket extends PublishHeader, PublishProperties {
  /** Never changes, and does not keep the receive buffer alive. */
  readonly payload: Uint8Array;
}
