import type { OperationRequest } from "../../protocol/engine.js";
import { type Check, checkDuration, checkObject, type ChecksOf, refuse } from "../options/checks.js";

/** The options of one call. */
export interface CallOptions {
  /**
   * Rejects the promise with the signal's `reason` when it is aborted. An operation that was not sent yet is withdrawn.
   */
  readonly signal?: AbortSignal;
  /**
   * The time limit in milliseconds, from the call on; waiting and time without a connection count. At least 0; default:
   * no limit.
   */
  readonly timeoutMs?: number;
}

/** Checks for an `AbortSignal`. */
export const checkSignal: Check = (value, field) => {
  if (typeof value !== "object" || value === null || !("aborted" in value && "addEventListener" in value)) {
    refuse(field, value, "an AbortSignal");
  }
};

const checkCall = /* @__PURE__ */ checkObject({
  signal: checkSignal,
  timeoutMs: /* @__PURE__ */ checkDuration(),
} satisfies ChecksOf<CallOptions>);

/**
 * Checks the options of a call.
 *
 * @throws {InvalidArgumentError} an option is invalid
 * @throws the `reason` of the signal, if it is aborted already
 */
export function checkCallOptions(call: CallOptions): void {
  checkCall(call, "");
  if (call.signal?.aborted === true) {
    throw call.signal.reason;
  }
}

/** The engine's request for a call, with the signal, which the engine does not need. */
export interface CallRequest extends OperationRequest {
  readonly signal?: AbortSignal | undefined;
}

/** The request for a call without options. */
export const plainRequest: CallRequest = { timeoutMs: Infinity, isCancellable: false };

/**
 * Makes the request for a call.
 *
 * @throws {InvalidArgumentError} an option is invalid
 * @throws the `reason` of the signal, if it is aborted already
 */
export function toCallRequest(call: CallOptions | undefined): CallRequest {
  if (call === undefined) {
    return plainRequest;
  }
  checkCallOptions(call);
  const { signal, timeoutMs = Infinity } = call;
  return { timeoutMs, isCancellable: signal !== undefined, signal };
}
