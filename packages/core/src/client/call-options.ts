import { refuse } from "../codec/arguments.js";
import type { OperationRequest } from "../protocol/engine.js";
import { type Check, checkDuration, checkObject, type ChecksOf } from "./checks.js";

/** What a caller may say of one operation. */
export interface CallOptions {
  /** Rejects the promise with its `reason` when it is aborted; what was not yet sent is withdrawn. */
  readonly signal?: AbortSignal;
  /** Milliseconds from the call on, waiting and offline time included; default: no limit. */
  readonly timeoutMs?: number;
}

export const checkSignal: Check = (value, field) => {
  if (typeof value !== "object" || value === null || !("addEventListener" in value)) {
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

/** What the engine is told of a call without options. */
export const plainRequest: OperationRequest = { timeoutMs: Infinity, isCancellable: false };

/** What the engine is told of a call, which is checked. */
export function toOperationRequest(call: CallOptions | undefined): OperationRequest {
  if (call === undefined) {
    return plainRequest;
  }
  checkCallOptions(call);
  const { timeoutMs = Infinity, signal } = call;
  return { timeoutMs, isCancellable: signal !== undefined };
}
