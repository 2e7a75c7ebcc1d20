import type { PublishPacket } from "../../codec/packets/publish.js";
import type { UserProperty } from "../../codec/packets/layouts/user-property.js";
import type { PayloadFormatIndicator, QoS } from "../../codec/qos.js";
import { PubackReasonCode } from "../../codec/reason-codes.js";
import { decoder } from "../../codec/wire/utf8.js";
import { type Check, checkOneOf } from "../options/checks.js";

const noUserProperties: readonly UserProperty[] = [];
const noSubscriptionIdentifiers: readonly number[] = [];

/** Answers a delivered message; false when that is void, or it needs no answer. */
export type Acknowledger = (deliveryId: number, reasonCode: number) => boolean;

/** What PUBACK and PUBREC of a client say: 0x00, or why the message is refused (sections 3.4.2.1 and 3.5.2.1). */
const checkReasonCode: Check = /* @__PURE__ */ checkOneOf(
  ...Object.values(PubackReasonCode).filter((code) => code !== PubackReasonCode.NoMatchingSubscribers),
);

/** A message from the server (section 3.3). Nothing in it ever changes. */
export class ReceivedMessage {
  /** In full, also where a topic alias stood for it. */
  declare readonly topic: string;
  /** Bytes; `text` and `json` read them. */
  declare readonly payload: Uint8Array;
  /** The QoS at which it was delivered. */
  declare readonly qos: QoS;
  /** True for one that the server had kept, or, with `retainAsPublished`, that was published as such. */
  declare readonly retain: boolean;
  /** True when the server may have sent it before. */
  declare readonly dup: boolean;
  declare readonly payloadFormatIndicator: PayloadFormatIndicator | undefined;
  /** Seconds that are left of its life, as the server sent it. */
  declare readonly messageExpiryInterval: number | undefined;
  /** Where an answer is expected. It is the sender's word: do not publish to it unchecked (section 4.10). */
  declare readonly responseTopic: string | undefined;
  declare readonly correlationData: Uint8Array | undefined;
  declare readonly contentType: string | undefined;
  /** In the sender's order. */
  declare readonly userProperties: readonly UserProperty[];
  /** Those of the subscriptions that it matched, in the server's order; may repeat. */
  declare readonly subscriptionIdentifiers: readonly number[];

  readonly #deliveryId: number;
  readonly #acknowledge: Acknowledger;

  constructor(packet: PublishPacket, deliveryId: number, acknowledge: Acknowledger) {
    this.topic = packet.topic;
    this.payload = packet.payload;
    this.qos = packet.qos;
    this.retain = packet.retain;
    this.dup = packet.dup;
    this.payloadFormatIndicator = packet.payloadFormatIndicator;
    this.messageExpiryInterval = packet.messageExpiryInterval;
    this.responseTopic = packet.responseTopic;
    this.correlationData = packet.correlationData;
    this.contentType = packet.contentType;
    this.userProperties = packet.userProperties ?? noUserProperties;
    this.subscriptionIdentifiers = packet.subscriptionIdentifiers ?? noSubscriptionIdentifiers;
    this.#deliveryId = deliveryId;
    this.#acknowledge = acknowledge;
  }

  /** The payload as text. Throws a `TypeError` where it is not well-formed UTF-8; a leading U+FEFF is kept. */
  text(): string {
    return decoder.decode(this.payload);
  }

  /** The payload as JSON. Throws a `TypeError` or a `SyntaxError` where it is not. */
  json(): unknown {
    const value: unknown = JSON.parse(this.text());
    return value;
  }

  /**
   * Acknowledges the message: with 0x00, the default, or refuses it with a code of 0x80 or above, after which the server
   * does not send it again either. Needed with `acknowledgement: "manual"`; otherwise it only answers earlier.
   *
   * False where there is nothing to answer: at QoS 0, a second time, and when the connection at QoS 1, or the session at
   * QoS 2, is gone: then the server sends the message again. Throws an `InvalidArgumentError` for any other code.
   */
  acknowledge(reasonCode: PubackReasonCode = PubackReasonCode.Success): boolean {
    checkReasonCode(reasonCode, "reasonCode");
    return this.#acknowledge(this.#deliveryId, reasonCode);
  }
}
