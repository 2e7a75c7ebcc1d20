import type { OperationRequest } from "../../protocol/engine.js";
import { type Check, checkDuration, checkObject, type ChecksOf, refuse } from "../options/checks.js";

/** What a caller may say of one operation. */
export interface CallOptions {
  /** Rejects the promise with its `reason` when it is aborted; what was not yet sent is withdrawn. */
  readonly signal?: AbortSignal;
  /** Milliseconds from the call on, waiting and offline time included; default: no limit. */
  readonly timeoutMs?: number;
}

export const checkSignal: Check = (value, field) => {
  if (typeof value !== "object" || value === null || !("aborted" in value && "addEventListener" in value)) {
    refuse(field, value, "an AbortSignal");
  }
};

const checkCall = /* @__PURE__ */ checkObject({
  signal: checkSignal,
  timeoutMs: /* @__PURE__ */ checkDuration(),
} satisfies ChecksOf<CallOptions>);

/** Checks the options of a call, and that it is not aborted already. */
export function checkCallOptions(call: CallOptions): void {
  checkCall(call, "");
  if (call.signal?.aborted === true) {
    throw call.signal.reason;
  }
}

/** A call, as the engine is told of it, with the signal that it need not know. */
export interface CallRequest extends OperationRequest {
  readonly signal?: AbortSignal | undefined;
}

/** That of a call without options. */
export const plainRequest: CallRequest = { timeoutMs: Infinity, isCancellable: false };

/** That of a call, which is checked. */
export function toCallRequest(call: CallOptions | undefined): CallRequest {
  if (call === undefined) {
    return plainRequest;
  }
  checkCallOptions(call);
  const { signal, timeoutMs = Infinity } = call;
  return { timeoutMs, isCancellable: signal !== undefined, signal };
}
