/** A promise that is settled from outside, unless the signal or the time of a call does that first. */

import type { Clock } from "../ports/clock.js";
import { OperationTimeoutError } from "../protocol/operation-errors.js";

export interface Waiter<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}

interface WaiterOptions {
  readonly signal?: AbortSignal | undefined;
  /** When the time is over, and how the error tells it. */
  readonly timeout?:
    | {
        readonly clock: Clock;
        readonly deadline: number;
        readonly timeoutMs: number;
        readonly stage: "queued" | "sent";
      }
    | undefined;
  /** Called as it is settled, whoever does that. */
  readonly handleSettled?: () => void;
}

/** Makes a waiter, which takes its timer and its listener back as it is settled. */
export function makeWaiter<Value>({ signal, timeout, handleSettled }: WaiterOptions = {}): Waiter<Value> {
  let fulfil: (value: Value) => void = () => undefined;
  let refuse: (reason: unknown) => void = () => undefined;
  const promise = new Promise<Value>((resolve, reject) => {
    fulfil = resolve;
    refuse = reject;
  });
  const release = (): void => {
    cancelTimeout?.();
    signal?.removeEventListener("abort", abort);
    handleSettled?.();
  };
  const reject = (reason: unknown): void => {
    release();
    refuse(reason);
  };
  const abort = (): void => {
    reject(signal?.reason);
  };
  const cancelTimeout = timeout?.clock.wakeAt(timeout.deadline, () => {
    reject(new OperationTimeoutError(timeout.stage, timeout.timeoutMs));
  });
  signal?.addEventListener("abort", abort, { once: true });
  return {
    promise,
    resolve: (value) => {
      release();
      fulfil(value);
    },
    reject,
  };
}
