/** The fields of a message that an application sends: a publish, or the will of a connection. */

import { largestFourByteInteger } from "../../codec/limits.js";
import type { UserProperty } from "../../codec/packets/layouts/user-property.js";
import type { PayloadFormatIndicator, QoS } from "../../codec/qos.js";
import {
  type Check,
  checkBinary,
  checkBoolean,
  checkInteger,
  checkList,
  checkObject,
  checkOneOf,
  type ChecksOf,
  checkPayload,
  checkSecretText,
  checkText,
  checkTopicName,
} from "./checks.js";
import type { PayloadInput } from "./payload.js";

/**
 * One of a few numbers, as an application gives it. Its type is wider than the numbers, because TypeScript takes the `1`
 * of `const message = { topic: "a", qos: 1 }` for any number. The client checks the value.
 */
export type Widened<Numbers extends number> = Numbers | (number & Record<never, never>);

/** Narrows a QoS that passed its check. */
export function toQos(qos: number): QoS {
  return qos === 1 ? 1 : qos === 2 ? 2 : 0;
}

/** The fields that a publish and a will have in common. */
export interface MessageOptions {
  /**
   * The topic name: at least one character, no wildcards, at most 65 535 bytes as UTF-8.
   *
   * See [section 4.7](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901241).
   */
  readonly topic: string;
  /**
   * The payload. Default: empty. The client copies up to 64 KiB. A larger payload must not change until the promise
   * settles.
   */
  readonly payload?: PayloadInput;
  /**
   * The quality of service at which the message is sent. Default: 0.
   *
   * See [section 4.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901234).
   */
  readonly qos?: Widened<QoS>;
  /**
   * True makes the server keep the message for later subscribers. Default: false.
   *
   * See [section 3.3.1.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901104).
   */
  readonly retain?: boolean;
  /**
   * The format of the payload: bytes or UTF-8 text. The client does not check the payload against it. Default: not
   * sent.
   *
   * See [section 3.3.2.3.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901111).
   */
  readonly payloadFormatIndicator?: Widened<PayloadFormatIndicator>;
  /**
   * The lifetime of the message in seconds, from the call on. 0 to 4 294 967 295; default: no limit.
   *
   * See [section 3.3.2.3.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901112).
   */
  readonly messageExpiryInterval?: number;
  /**
   * The topic name to which a response should be published. Default: none.
   *
   * See [section 3.3.2.3.5](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901114).
   */
  readonly responseTopic?: string;
  /**
   * Data that a response repeats, so that its receiver finds the request. Text is sent as UTF-8. At most 65 535 bytes;
   * default: none.
   *
   * See [section 3.3.2.3.6](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901115).
   */
  readonly correlationData?: PayloadInput;
  /**
   * A description of the payload, for instance a MIME type. Default: none.
   *
   * See [section 3.3.2.3.9](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901118).
   */
  readonly contentType?: string;
  /**
   * User properties of the message, sent in this order. Default: none.
   *
   * See [section 3.3.2.3.7](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901116).
   */
  readonly userProperties?: readonly UserProperty[];
}

/** Checks for a list of user properties. */
export const checkUserProperties: Check = /* @__PURE__ */ checkList(
  /* @__PURE__ */ checkObject(
    { name: checkSecretText, value: checkSecretText } satisfies ChecksOf<UserProperty>,
    "name",
    "value",
  ),
);

export const messageChecks: ChecksOf<MessageOptions> = {
  topic: checkTopicName,
  payload: checkPayload,
  qos: /* @__PURE__ */ checkOneOf(0, 1, 2),
  retain: checkBoolean,
  payloadFormatIndicator: /* @__PURE__ */ checkOneOf(0, 1),
  messageExpiryInterval: /* @__PURE__ */ checkInteger(0, largestFourByteInteger),
  responseTopic: checkTopicName,
  correlationData: checkBinary,
  contentType: checkText,
  userProperties: checkUserProperties,
};
