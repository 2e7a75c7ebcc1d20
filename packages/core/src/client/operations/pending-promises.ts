/** Promises that are settled by their keys. An abort signal or a time limit can settle one earlier. */

import type { MqttError } from "../../errors.js";
import { OperationTimeoutError } from "../../protocol/errors/operation-errors.js";
import { handled, ignore } from "./handled.js";
import { onAbort } from "./abort-listeners.js";
import type { Table } from "../../protocol/collections/id-table.js";

class PendingPromise<Value> {
  readonly promise: Promise<Value>;
  /** Removes the abort listener and the timer. */
  release: (() => void) | undefined;
  resolve: (value: Value) => void = ignore;
  #reject: (reason: unknown) => void = ignore;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Rejects the promise. It is marked as handled only here: most operations succeed. */
  reject(reason: unknown): void {
    void handled(this.promise);
    this.#reject(reason);
  }
}

/** Calls `expire` after this time. Calling the returned function before prevents that. */
export type SetAlarm = (delayMs: number, expire: () => void) => () => void;

interface PendingPromisesOptions<Key> {
  /** Required for promises with a time limit. */
  readonly setAlarm?: SetAlarm;
  /** The stage in the error of a time limit. Default: `queued`. */
  readonly stage?: "queued" | "sent";
  /** Gives the reason why there is no connection, for the error of a time limit. */
  readonly whyOffline?: () => MqttError | undefined;
  /** Called after an abort signal rejected a promise. */
  readonly onAborted?: (key: Key) => void;
}

export class PendingPromises<Key, Value> {
  readonly #options: PendingPromisesOptions<Key>;
  readonly #pending: Table<Key, PendingPromise<Value>>;

  constructor(options: PendingPromisesOptions<Key>, table: Table<Key, PendingPromise<Value>> = new Map()) {
    this.#options = options;
    this.#pending = table;
  }

  /** Makes the promise of a key. */
  add(key: Key, signal?: AbortSignal, timeoutMs: number = Infinity): Promise<Value> {
    const pending = new PendingPromise<Value>();
    this.#pending.set(key, pending);
    pending.release = this.#bound(key, signal, timeoutMs);
    return pending.promise;
  }

  has(key: Key): boolean {
    return this.#pending.get(key) !== undefined;
  }

  resolve(key: Key, value: Value): void {
    this.#take(key)?.resolve(value);
  }

  reject(key: Key, reason: unknown): void {
    this.#take(key)?.reject(reason);
  }

  resolveAll(value: Value): void {
    this.#pending.forEach((_, key) => {
      this.resolve(key, value);
    });
  }

  rejectAll(reason: unknown): void {
    this.#pending.forEach((_, key) => {
      this.reject(key, reason);
    });
  }

  #take(key: Key): PendingPromise<Value> | undefined {
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    pending?.release?.();
    return pending;
  }

  /** Sets up the abort listener and the timer of a promise, and gives the function that removes them. */
  #bound(key: Key, signal: AbortSignal | undefined, timeoutMs: number): (() => void) | undefined {
    if (!signal && timeoutMs === Infinity) {
      return undefined;
    }
    const { setAlarm, stage = "queued", whyOffline, onAborted } = this.#options;
    const abort = (): void => {
      this.reject(key, signal?.reason);
      onAborted?.(key);
    };
    const ignoreAbort = signal && onAbort(signal, abort);
    const stopClock =
      timeoutMs === Infinity
        ? undefined
        : setAlarm?.(timeoutMs, () => {
            this.reject(key, new OperationTimeoutError(stage, timeoutMs, undefined, whyOffline?.()));
          });
    return () => {
      ignoreAbort?.();
      stopClock?.();
    };
  }
}
