/** Promises that are settled by their keys, unless the signal or the time of a call does that first. */

import { OperationTimeoutError } from "../../protocol/errors/operation-errors.js";
import type { Table } from "../../protocol/collections/id-table.js";
import type { Driver } from "../driver.js";

interface Waiter<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
  /** Takes back what was set up to end it early. */
  readonly release: (() => void) | undefined;
}

interface WaitersOptions<Key> {
  readonly driver: Driver;
  /** What the error of a timeout says. */
  readonly stage?: "queued" | "sent";
  /** Takes back what an aborted call was about. */
  readonly cancel?: (key: Key) => void;
}

export class Waiters<Key, Value> {
  readonly #options: WaitersOptions<Key>;
  readonly #waiting: Table<Key, Waiter<Value>>;

  constructor(options: WaitersOptions<Key>, waiting: Table<Key, Waiter<Value>> = new Map()) {
    this.#options = options;
    this.#waiting = waiting;
  }

  /** Makes a promise; then passes on what the engine was told before. */
  wait(key: Key, signal?: AbortSignal, timeoutMs: number = Infinity): Promise<Value> {
    const promise = new Promise<Value>((resolve, reject) => {
      this.#waiting.set(key, { resolve, reject, release: this.#bound(key, signal, timeoutMs) });
    });
    this.#options.driver.advance();
    return promise;
  }

  has(key: Key): boolean {
    return this.#waiting.get(key) !== undefined;
  }

  resolve(key: Key, value: Value): void {
    this.#take(key)?.resolve(value);
  }

  reject(key: Key, reason: unknown): void {
    this.#take(key)?.reject(reason);
  }

  resolveAll(value: Value): void {
    this.#waiting.forEach((_, key) => {
      this.resolve(key, value);
    });
  }

  rejectAll(reason: unknown): void {
    this.#waiting.forEach((_, key) => {
      this.reject(key, reason);
    });
  }

  #take(key: Key): Waiter<Value> | undefined {
    const waiter = this.#waiting.get(key);
    this.#waiting.delete(key);
    waiter?.release?.();
    return waiter;
  }

  #bound(key: Key, signal: AbortSignal | undefined, timeoutMs: number): (() => void) | undefined {
    if (!signal && timeoutMs === Infinity) {
      return undefined;
    }
    const { driver, stage = "queued", cancel } = this.#options;
    const abort = (): void => {
      cancel?.(key);
      this.reject(key, signal?.reason);
      driver.advance();
    };
    signal?.addEventListener("abort", abort, { once: true });
    const stopClock =
      timeoutMs === Infinity
        ? undefined
        : driver.after(timeoutMs, () => {
            this.reject(key, new OperationTimeoutError(stage, timeoutMs));
          });
    return () => {
      signal?.removeEventListener("abort", abort);
      stopClock?.();
    };
  }
}
