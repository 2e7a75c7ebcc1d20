/** The application's own functions that decide on connections, guarded: whatever they do, the client goes on. */

import type { MqttError } from "../errors.js";
import type { Logger } from "../ports/logger.js";
import type { ConnectRequest } from "../protocol/handshake.js";
import type { ReconnectDecision } from "../protocol/reconnect-schedule.js";
import { type Check, checkDuration, checkObject, fail } from "./checks.js";
import type { ClientOptions, ReconnectPolicy } from "./client-options.js";
import { checkConnectOptions, type ConnectOptions, type Credentials, toConnectRequest } from "./connect-options.js";
import { checkClientIdLimit, type FlowControlLimits } from "./flow-control.js";
import { isPromiseLike } from "./promise-like.js";

/** Gives what CONNECT says for an attempt; may throw, or give a promise that rejects. */
export type ConnectPreparation = (attempt: number) => ConnectRequest | Promise<ConnectRequest>;

/** Makes the preparation for the option `connectOptions`; throws an `InvalidArgumentError` for options that are none. */
export function makeConnectPreparation(
  connectOptions: ClientOptions["connectOptions"],
  fallback: Credentials,
  limits: FlowControlLimits,
): ConnectPreparation {
  const prepare = (options: ConnectOptions): ConnectRequest => {
    checkConnectOptions(options, "connectOptions");
    const request = toConnectRequest(options, fallback);
    checkClientIdLimit(request.clientId ?? "", limits);
    return request;
  };
  if (typeof connectOptions === "function") {
    return (attempt) => {
      const options = connectOptions(attempt);
      return isPromiseLike(options) ? Promise.resolve(options).then(prepare) : prepare(options);
    };
  }
  const request = prepare(connectOptions ?? {});
  return () => request;
}

const checkDelay = /* @__PURE__ */ checkObject({ delayMs: /* @__PURE__ */ checkDuration() }, "delayMs");

const checkDecision: Check = (value, field) => {
  if (value === undefined || value === "retry" || value === "stop") {
    return;
  }
  if (typeof value !== "object") {
    fail(field, value, '"retry", "stop", { delayMs } or undefined');
  }
  checkDelay(value, field);
};

/** Asks the policy; one that throws, or gives something else, is logged and counts as none. */
export function askReconnectPolicy(
  policy: ReconnectPolicy | undefined,
  error: MqttError,
  attempt: number,
  logger: Logger,
): ReconnectDecision | undefined {
  try {
    const decision = policy?.(error, attempt);
    checkDecision(decision, "the result of reconnectPolicy");
    return decision;
  } catch (cause) {
    logger.warn("reconnectPolicy failed", cause);
    return undefined;
  }
}
