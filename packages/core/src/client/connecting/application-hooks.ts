/** The application's functions that decide on connections. The client goes on when one of them throws or rejects. */

import type { MqttError } from "../../errors.js";
import type { Logger } from "../../ports/logger.js";
import type { ConnectRequest } from "../../protocol/connection/connect-packet.js";
import type { ReconnectAnswer } from "../../protocol/lifecycle/reconnect-schedule.js";
import { type Check, checkDuration, checkObject, checkOneOf } from "../options/checks.js";
import type { ClientOptions, ReconnectPolicy } from "../options/client-options.js";
import { type ConnectOptions, toConnectRequest } from "../options/connect-options.js";
import { checkClientIdLimit, type FlowControlLimits } from "../options/service-limits.js";
import { afterwards } from "../promise-like.js";
import type { ServerChoice } from "./server-choice.js";

/** Supplies the fields of CONNECT for an attempt. It may throw or reject. */
export type ConnectPreparation = (attempt: number) => ConnectRequest | PromiseLike<ConnectRequest>;

/**
 * Makes the preparation for the option `connectOptions`.
 *
 * @throws {InvalidArgumentError} the options are no function, and a field is invalid
 */
export function makeConnectPreparation(
  connectOptions: ClientOptions["connectOptions"] = {},
  limits: FlowControlLimits,
): ConnectPreparation {
  const prepare = (options: ConnectOptions): ConnectRequest => {
    const request = toConnectRequest(options);
    checkClientIdLimit(request.clientId ?? "", limits);
    return request;
  };
  if (typeof connectOptions === "function") {
    return (attempt) => afterwards(connectOptions(attempt), prepare);
  }
  const request = prepare(connectOptions);
  return () => request;
}

const checkDelay = /* @__PURE__ */ checkObject({ delayMs: /* @__PURE__ */ checkDuration() }, "delayMs");

const checkWord = /* @__PURE__ */ checkOneOf("retry", "stop");

const checkDecision: Check = (value, field) => {
  if (value !== undefined) {
    (typeof value === "string" ? checkWord : checkDelay)(value, field);
  }
};

/**
 * Makes the function that decides on the next attempt: its server and its time. If the policy throws, or returns no
 * valid decision, that is logged and the engine decides.
 */
export function makeReconnectDecision(
  policy: ReconnectPolicy | undefined,
  servers: ServerChoice,
  logger: Logger,
): (error: MqttError, attempt: number) => ReconnectAnswer {
  const decide: ReconnectPolicy = (error, attempt) => {
    try {
      const decision = policy?.(error, attempt);
      checkDecision(decision, "reconnectPolicy()");
      // A copy: the application may have given accessors, and their next call may throw.
      return typeof decision === "object" ? { delayMs: decision.delayMs } : decision;
    } catch (cause) {
      logger.warn("reconnectPolicy failed", cause);
      return undefined;
    }
  };
  return (error, attempt) => {
    const followsReference = servers.handleFailure(error);
    return { decision: decide(error, attempt), followsReference };
  };
}
