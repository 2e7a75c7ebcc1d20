import type { PublishPacket } from "../../codec/packets/publish.js";
import type { UserProperty } from "../../codec/packets/layouts/user-property.js";
import type { PayloadFormatIndicator, QoS } from "../../codec/qos.js";
import { PubackReasonCode } from "../../codec/reason-codes.js";
import { shareDeferred } from "../../codec/wire/deferred-list.js";
import { decoder } from "../../codec/wire/utf8.js";
import { type Check, checkOneOf } from "../options/checks.js";

const noUserProperties: readonly UserProperty[] = [];
const noSubscriptionIdentifiers: readonly number[] = [];

/**
 * Acknowledges a delivered message. Returns false when the message needs no acknowledgement, or cannot have one any
 * more.
 */
export type Acknowledger = (deliveryId: number, reasonCode: number) => boolean;

/**
 * Checks for a reason code that a client may send in PUBACK and PUBREC: 0x00, or a refusal (sections 3.4.2.1 and
 * 3.5.2.1).
 */
const checkReasonCode: Check = /* @__PURE__ */ checkOneOf(
  ...Object.values(PubackReasonCode).filter((code) => code !== PubackReasonCode.NoMatchingSubscribers),
);

/**
 * A message from the server. It never changes.
 *
 * See [section 3.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901100).
 */
export class ReceivedMessage {
  /** The topic name in full, also when the server sent a topic alias. */
  declare readonly topic: string;
  /** The payload as bytes. `text` and `json` decode it. */
  declare readonly payload: Uint8Array;
  /** The QoS at which the server delivered the message. */
  declare readonly qos: QoS;
  /** True for a retained message. With `retainAsPublished`, true when the publisher set the RETAIN flag. */
  declare readonly retain: boolean;
  /** True when the server may have sent the message before. */
  declare readonly dup: boolean;
  /** The format of the payload, bytes or UTF-8 text, as the publisher set it. */
  declare readonly payloadFormatIndicator: PayloadFormatIndicator | undefined;
  /** The rest of the message's lifetime in seconds, as the server sent it; undefined for no limit. */
  declare readonly messageExpiryInterval: number | undefined;
  /**
   * The topic name for a response, if the message is a request. Do not trust it: check it before you publish there.
   *
   * See [section 4.10](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901252).
   */
  declare readonly responseTopic: string | undefined;
  /** The data that a response to this message repeats, or that this response repeats from its request. */
  declare readonly correlationData: Uint8Array | undefined;
  /** The publisher's description of the payload, for instance a MIME type. */
  declare readonly contentType: string | undefined;
  /**
   * The user properties of the message, in the order of the publisher. A list of more than 128 is built when it is read
   * for the first time, and takes more memory than the packet.
   *
   * @throws {RangeError} there are more than 4 194 304
   */
  declare readonly userProperties: readonly UserProperty[];
  /**
   * The identifiers of the subscriptions that the message matched, in the order of the server. An identifier may
   * repeat. A list of more than 1 024 is built when it is read for the first time.
   *
   * @throws {RangeError} there are more than 33 554 432
   */
  declare readonly subscriptionIdentifiers: readonly number[];

  readonly #deliveryId: number;
  readonly #acknowledge: Acknowledger;

  /** Creates a message. Only the client does this; an application receives messages. */
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
    if (!shareDeferred(packet, this, "userProperties")) {
      this.userProperties = packet.userProperties ?? noUserProperties;
    }
    if (!shareDeferred(packet, this, "subscriptionIdentifiers")) {
      this.subscriptionIdentifiers = packet.subscriptionIdentifiers ?? noSubscriptionIdentifiers;
    }
    this.#deliveryId = deliveryId;
    this.#acknowledge = acknowledge;
  }

  /**
   * Decodes the payload as UTF-8 text. A byte order mark (U+FEFF) at the start is kept.
   *
   * @throws {TypeError} the payload is not well-formed UTF-8
   */
  text(): string {
    return decoder.decode(this.payload);
  }

  /**
   * Decodes the payload as JSON.
   *
   * @throws {TypeError} the payload is not well-formed UTF-8
   * @throws {SyntaxError} the text is not JSON
   */
  json(): unknown {
    const value: unknown = JSON.parse(this.text());
    return value;
  }

  /**
   * Acknowledges the message, or refuses it with a reason code of 0x80 or above. The server does not send a refused
   * message again. Required with `acknowledgement: "manual"`; with `"automatic"` it only acknowledges earlier. Default:
   * 0x00.
   *
   * Returns false when there is nothing to acknowledge: at QoS 0, at a second call, and after the end of the connection
   * (QoS 1) or of the session (QoS 2). In the last two cases the server sends the message again.
   *
   * @throws {InvalidArgumentError} a client may not send this reason code
   */
  acknowledge(reasonCode: PubackReasonCode = PubackReasonCode.Success): boolean {
    checkReasonCode(reasonCode, "reasonCode");
    return this.#acknowledge(this.#deliveryId, reasonCode);
  }
}
