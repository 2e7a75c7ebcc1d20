import { largestFourByteInteger, largestTwoByteInteger } from "../../codec/limits.js";
import type { UserProperty } from "../../codec/packets/layouts/user-property.js";
import type { ConnectRequest } from "../../protocol/connection/connect-packet.js";
import {
  checkBinary,
  checkBoolean,
  checkInteger,
  checkObject,
  type ChecksOf,
  checkText,
  type Check,
  refuse,
} from "./checks.js";
import { copyOf } from "./option-copies.js";
import { checkUserProperties, messageChecks, type MessageOptions } from "./message-fields.js";
import type { PayloadInput } from "./payload.js";

/** The message that the server publishes when the connection ends without a normal DISCONNECT (section 3.1.2.5). */
export type WillOptions = MessageOptions;

/** What CONNECT says (section 3.1); used for every connection attempt. */
export interface ConnectOptions {
  /** Seconds, 0 to 65 535; 0 switches keep-alive off. Default 60 (section 3.1.2.10). */
  readonly keepAlive?: number;
  /** Default: the server assigns one, which is then used on every later attempt (section 3.1.3.1). */
  readonly clientId?: string;
  /** Default: that of the URL, if any (section 3.1.3.5). */
  readonly username?: string;
  /** At most 65 535 bytes; a string is sent as UTF-8. Default: that of the URL, if any (section 3.1.3.6). */
  readonly password?: PayloadInput;
  /** Seconds that the session outlives the connection; 4 294 967 295: for ever. Default 0 (section 3.1.2.11.2). */
  readonly sessionExpiryInterval?: number;
  /** Asks for `responseInformation` in CONNACK; default false (section 3.1.2.11.6). */
  readonly requestResponseInformation?: boolean;
  /** False: reason strings and user properties come only in PUBLISH, CONNACK and DISCONNECT; default true. */
  readonly requestProblemInformation?: boolean;
  /** How many QoS 1 and 2 messages may wait for our acknowledgement; 1 to 65 535. Default 1 024 (section 3.1.2.11.3). */
  readonly receiveMaximum?: number;
  /** The largest packet that the server may send, in bytes, header included; default: no limit (section 3.1.2.11.4). */
  readonly maximumPacketSize?: number;
  /** Seconds that the server waits before it publishes the will; needs a will. Default 0 (section 3.1.3.2.2). */
  readonly willDelayInterval?: number;
  /** Published by the server when the connection breaks; default: none (section 3.1.2.5). */
  readonly will?: WillOptions;
  /** Sent in this order (section 3.1.2.11.8). */
  readonly userProperties?: readonly UserProperty[];
}

/** Bounds how much waits for a slow handler; the specification's own default would be 65 535. */
const defaultReceiveMaximum = 1_024;
const defaultKeepAlive = 60;

const checkConnectOptions: Check = /* @__PURE__ */ checkObject({
  keepAlive: /* @__PURE__ */ checkInteger(0, largestTwoByteInteger),
  clientId: checkText,
  username: checkText,
  password: checkBinary,
  sessionExpiryInterval: /* @__PURE__ */ checkInteger(0, largestFourByteInteger),
  requestResponseInformation: checkBoolean,
  requestProblemInformation: checkBoolean,
  receiveMaximum: /* @__PURE__ */ checkInteger(1, largestTwoByteInteger),
  maximumPacketSize: /* @__PURE__ */ checkInteger(1, largestFourByteInteger),
  willDelayInterval: /* @__PURE__ */ checkInteger(0, largestFourByteInteger),
  will: /* @__PURE__ */ checkObject({ ...messageChecks, payload: checkBinary }, "topic"),
  userProperties: checkUserProperties,
} satisfies ChecksOf<ConnectOptions>);

/** Who connects, where the options do not say. */
export interface Credentials {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** The CONNECT as far as the application decides it; throws an `InvalidArgumentError` that names the field. */
export function toConnectRequest(options: ConnectOptions, { username, password }: Credentials): ConnectRequest {
  checkConnectOptions(options, "connectOptions");
  const { will, willDelayInterval, ...fields } = options;
  if (!will && willDelayInterval !== undefined) {
    refuse("connectOptions.willDelayInterval", willDelayInterval, "left out without a will");
  }
  return {
    keepAlive: defaultKeepAlive,
    receiveMaximum: defaultReceiveMaximum,
    ...copyOf({ username, password }),
    ...copyOf(fields),
    ...(will !== undefined && {
      will: { payload: "", qos: 0, retain: false, ...copyOf({ ...will, willDelayInterval }) },
    }),
  };
}
