/** The fields of a message as an application writes it: a publish, or the will of a connection. */

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
  checkText,
  checkTopicName,
} from "./checks.js";
import type { PayloadInput } from "./payload.js";

/** What a publish and a will have in common. */
export interface MessageOptions {
  /** A topic name: at least one character, no wildcards, at most 65 535 bytes as UTF-8 (section 4.7). */
  readonly topic: string;
  /** Default: empty. Up to 64 KiB are copied; more must not change until the promise settles. */
  readonly payload?: PayloadInput;
  /** Default: 0 (section 4.3). */
  readonly qos?: QoS;
  /** Whether the server keeps the message for later subscribers; default false (section 3.3.1.3). */
  readonly retain?: boolean;
  /** Says what the payload is; not checked (section 3.3.2.3.2). */
  readonly payloadFormatIndicator?: PayloadFormatIndicator;
  /** Seconds from now on, 0 to 4 294 967 295; left out: for ever (section 3.3.2.3.3). */
  readonly messageExpiryInterval?: number;
  /** A topic name for answers (section 3.3.2.3.5). */
  readonly responseTopic?: string;
  /** Comes back with an answer; at most 65 535 bytes, a string is sent as UTF-8 (section 3.3.2.3.6). */
  readonly correlationData?: PayloadInput;
  /** Describes the payload, for instance a MIME type (section 3.3.2.3.9). */
  readonly contentType?: string;
  /** Sent in this order (section 3.3.2.3.7). */
  readonly userProperties?: readonly UserProperty[];
}

/** Accepts a list of user properties. */
export const checkUserProperties: Check = /* @__PURE__ */ checkList(
  /* @__PURE__ */ checkObject({ name: checkText, value: checkText } satisfies ChecksOf<UserProperty>, "name", "value"),
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
