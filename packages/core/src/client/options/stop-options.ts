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
import { checkUserProperties } from "./message-fields.js";

/** The DISCONNECT that a stop sends (section 3.14). */
export interface DisconnectOptions {
  /** One that a client may send; default: normal disconnection. 0x04 makes the server publish the will. */
  readonly reasonCode?: DisconnectReasonCode;
  /** Seconds; replaces that of the CONNECT. 0 ends the session. Not above 0 if the CONNECT's was 0. */
  readonly sessionExpiryInterval?: number;
  readonly reasonString?: string;
  readonly userProperties?: readonly UserProperty[];
}

/** How the client is to be stopped. */
export interface StopOptions {
  readonly disconnect?: DisconnectOptions;
  /** Lets accepted operations finish first, as far as `timeoutMs` allows; default false. */
  readonly drain?: boolean;
  /** The time within which the stop is over whatever the server does, in milliseconds; default 5 000. */
  readonly timeoutMs?: number;
}

const checkStopOptions = /* @__PURE__ */ checkObject({
  disconnect: /* @__PURE__ */ checkObject({
    reasonCode: /* @__PURE__ */ checkOneOf(...clientDisconnectReasonCodes),
    sessionExpiryInterval: /* @__PURE__ */ checkInteger(0, largestFourByteInteger),
    reasonString: checkText,
    userProperties: checkUserProperties,
  } satisfies ChecksOf<DisconnectOptions>),
  drain: checkBoolean,
  timeoutMs: /* @__PURE__ */ checkDuration(),
} satisfies ChecksOf<StopOptions>);

/** The stop that the application asks for; throws an `InvalidArgumentError` that names the field. */
export function toStopRequest(options: StopOptions, connectExpiryInterval: number | undefined): StopRequest {
  checkStopOptions(options, "");
  const { disconnect = {}, drain = false, timeoutMs = 5_000 } = options;
  const { sessionExpiryInterval } = disconnect;
  // Section 3.14.2.2.2
  if (sessionExpiryInterval !== undefined && sessionExpiryInterval > 0 && connectExpiryInterval === 0) {
    refuse("disconnect.sessionExpiryInterval", sessionExpiryInterval, "0 as in CONNECT");
  }
  return {
    disconnect: { type: "disconnect", reasonCode: DisconnectReasonCode.NormalDisconnection, ...copyOf(disconnect) },
    drain,
    timeoutMs,
  };
}
