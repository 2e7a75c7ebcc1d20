import type { UserProperty } from "../../codec/packets/layouts/user-property.js";
import { largestFourByteInteger } from "../../codec/limits.js";
import { clientDisconnectReasonCodes, DisconnectReasonCode } from "../../codec/reason-codes.js";
import type { StopRequest } from "../../protocol/lifecycle/stop.js";
import {
  checkBoolean,
  checkDuration,
  checkInteger,
  checkObject,
  checkOneOf,
  type ChecksOf,
  checkText,
  refuse,
} from "./checks.js";
import { copyOf } from "./option-copies.js";
import { checkUserProperties, type Widened } from "./message-fields.js";

/**
 * The fields of the DISCONNECT that a stop sends.
 *
 * See [section 3.14](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901205).
 */
export interface DisconnectOptions {
  /**
   * The reason code; one that a client may send. 0x04 makes the server publish the will. Default: 0x00, normal
   * disconnection.
   *
   * See [section 3.14.2.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901208).
   */
  readonly reasonCode?: Widened<DisconnectReasonCode>;
  /**
   * The time in seconds that the session outlives the connection. It replaces the value of the CONNECT, and must be 0
   * if that was 0. 0 ends the session. 0 to 4 294 967 295; default: the value of the CONNECT.
   *
   * See [section 3.14.2.2.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901211).
   */
  readonly sessionExpiryInterval?: number;
  /**
   * The reason as text, for logs and diagnosis. Default: none.
   *
   * See [section 3.14.2.2.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901212).
   */
  readonly reasonString?: string;
  /**
   * User properties of the DISCONNECT, sent in this order. Default: none.
   *
   * See [section 3.14.2.2.4](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901213).
   */
  readonly userProperties?: readonly UserProperty[];
}

/** The options of a stop. */
export interface StopOptions {
  /** The DISCONNECT to send. Default: a normal disconnection. */
  readonly disconnect?: DisconnectOptions;
  /** True lets accepted operations finish first, within `timeoutMs`. Default: false. */
  readonly drain?: boolean;
  /** The time limit of the stop, in milliseconds, also when the server does not answer. At least 0; default: 5 000. */
  readonly timeoutMs?: number;
}

const checkDisconnect = /* @__PURE__ */ checkObject({
  reasonCode: /* @__PURE__ */ checkOneOf(...clientDisconnectReasonCodes),
  sessionExpiryInterval: /* @__PURE__ */ checkInteger(0, largestFourByteInteger),
  reasonString: checkText,
  userProperties: checkUserProperties,
} satisfies ChecksOf<DisconnectOptions>);

const checkStopOptions = /* @__PURE__ */ checkObject({
  disconnect: checkDisconnect,
  drain: checkBoolean,
  timeoutMs: /* @__PURE__ */ checkDuration(),
} satisfies ChecksOf<StopOptions>);

/**
 * Makes the engine's request for a stop.
 *
 * @throws {InvalidArgumentError} an option is invalid; the error names it
 */
export function toStopRequest(options: StopOptions, connectExpiryInterval: number | undefined): StopRequest {
  checkStopOptions(options, "");
  const { disconnect = {}, drain = false, timeoutMs = 5_000 } = options;
  const { sessionExpiryInterval } = disconnect;
  // Section 3.14.2.2.2
  if (sessionExpiryInterval !== undefined && sessionExpiryInterval > 0 && connectExpiryInterval === 0) {
    refuse("disconnect.sessionExpiryInterval", sessionExpiryInterval, "0 as in CONNECT");
  }
  return {
    disconnect: {
      type: "disconnect",
      reasonCode: DisconnectReasonCode.NormalDisconnection,
      ...copyOf(disconnect, checkDisconnect),
    },
    drain,
    timeoutMs,
  };
}
