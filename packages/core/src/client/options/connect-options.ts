import { largestFourByteInteger, largestTwoByteInteger } from "../../codec/limits.js";
import type { UserProperty } from "../../codec/packets/layouts/user-property.js";
import type { ConnectRequest } from "../../protocol/connection/connect-packet.js";
import {
  checkBinary,
  checkBoolean,
  checkInteger,
  checkObject,
  type ChecksOf,
  checkSecretText,
  checkText,
  type Check,
  refuse,
} from "./checks.js";
import { copyOf } from "./option-copies.js";
import { checkUserProperties, messageChecks, type MessageOptions } from "./message-fields.js";
import type { PayloadInput } from "./payload.js";

/**
 * The will: a message that the server publishes when the connection ends without a normal DISCONNECT.
 *
 * See [section 3.1.2.5](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901040).
 */
export type WillOptions = MessageOptions;

/**
 * The fields of CONNECT.
 *
 * See [section 3.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901033).
 */
export interface ConnectOptions {
  /**
   * The keep-alive interval in seconds. 0 turns it off. The server may replace it. 0 to 65 535; default: 60.
   *
   * See [section 3.1.2.10](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901045).
   */
  readonly keepAlive?: number;
  /**
   * The client id. Default: the server assigns one, and the client uses it for all later attempts.
   *
   * See [section 3.1.3.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901059).
   */
  readonly clientId?: string;
  /**
   * The user name. Default: that of the URL, if any.
   *
   * See [section 3.1.3.5](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901071).
   */
  readonly username?: string;
  /**
   * The password, as bytes, or as text that is sent as UTF-8. At most 65 535 bytes; default: that of the URL, if any.
   *
   * See [section 3.1.3.6](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901072).
   */
  readonly password?: PayloadInput;
  /**
   * The time in seconds that the session outlives the connection. 4 294 967 295 means for ever. 0 to 4 294 967 295;
   * default: 0.
   *
   * See [section 3.1.2.11.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901048).
   */
  readonly sessionExpiryInterval?: number;
  /**
   * True asks the server for `responseInformation` in CONNACK, a base for response topics. Default: false.
   *
   * See [section 3.1.2.11.6](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901052).
   */
  readonly requestResponseInformation?: boolean;
  /**
   * False limits the server: reason strings and user properties come only in PUBLISH, CONNACK and DISCONNECT. Default:
   * true.
   *
   * See [section 3.1.2.11.7](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901053).
   */
  readonly requestProblemInformation?: boolean;
  /**
   * The number of QoS 1 and 2 messages that may wait for this client's acknowledgement. 1 to 65 535; default: 1 024.
   *
   * See [section 3.1.2.11.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901049).
   */
  readonly receiveMaximum?: number;
  /**
   * The largest packet that the server may send, in bytes, fixed header included. 1 to 4 294 967 295; default: no
   * limit.
   *
   * See [section 3.1.2.11.4](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901050).
   */
  readonly maximumPacketSize?: number;
  /**
   * The time in seconds that the server waits before it publishes the will. Needs `will`. 0 to 4 294 967 295; default:
   * 0.
   *
   * See [section 3.1.3.2.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901062).
   */
  readonly willDelayInterval?: number;
  /**
   * The message that the server publishes when the connection breaks. Its payload has at most 65 535 bytes. Default:
   * none.
   *
   * See [section 3.1.2.5](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901040).
   */
  readonly will?: WillOptions;
  /**
   * User properties of the CONNECT, sent in this order. Default: none.
   *
   * See [section 3.1.2.11.8](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901054).
   */
  readonly userProperties?: readonly UserProperty[];
}

/** Limits the messages that wait for a slow handler. The default of the specification is 65 535. */
const defaultReceiveMaximum = 1_024;
const defaultKeepAlive = 60;

export const checkConnectOptions: Check = /* @__PURE__ */ checkObject({
  keepAlive: /* @__PURE__ */ checkInteger(0, largestTwoByteInteger),
  clientId: checkText,
  username: checkSecretText,
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

/**
 * Makes the application's part of the CONNECT.
 *
 * @throws {InvalidArgumentError} a field is invalid; the error names it
 */
export function toConnectRequest(options: ConnectOptions): ConnectRequest {
  checkConnectOptions(options, "connectOptions");
  const { will, willDelayInterval, ...fields } = copyOf(options, checkConnectOptions);
  if (!will && willDelayInterval !== undefined) {
    refuse("connectOptions.willDelayInterval", willDelayInterval, "left out without a will");
  }
  return {
    keepAlive: defaultKeepAlive,
    receiveMaximum: defaultReceiveMaximum,
    ...fields,
    ...(will !== undefined && {
      will: { payload: "", qos: 0, retain: false, ...will, ...copyOf({ willDelayInterval }) },
    }),
  };
}
