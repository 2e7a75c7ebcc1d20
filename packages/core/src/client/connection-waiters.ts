/** Those who wait for the client to be connected: `waitUntilConnected`. */

import type { MqttError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import { OperationTimeoutError } from "../protocol/operation-errors.js";
import type { ConnectionSuccessEvent } from "./client-events.js";
import type { CallOptions } from "./call-options.js";

interface Waiter {
  readonly resolve: (event: ConnectionSuccessEvent) => void;
  readonly reject: (reason: unknown) => void;
  /** Takes back the timeout and the abort listener. */
  readonly release: () => void;
}

export class ConnectionWaiters {
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits for the next success. */
  wait(call: CallOptions): Promise<ConnectionSuccessEvent> {
    return new Promise((resolve, reject) => {
      const { signal, timeoutMs } = call;
      const abort = (): void => {
        this.#reject(waiter, signal?.reason);
      };
      const cancelTimeout = this.#startTimeout(timeoutMs, (error) => {
        this.#reject(waiter, error);
      });
      const release = (): void => {
        cancelTimeout?.();
        signal?.removeEventListener("abort", abort);
      };
      const waiter: Waiter = { resolve, reject, release };
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  handleConnected(event: ConnectionSuccessEvent): void {
    for (const waiter of [...this.#waiters]) {
      this.#remove(waiter);
      waiter.resolve(event);
    }
  }

  handleStopped(error: MqttError): void {
    for (const waiter of [...this.#waiters]) {
      this.#reject(waiter, error);
    }
  }

  #startTimeout(timeoutMs: number | undefined, handleTimeout: (error: MqttError) => void): (() => void) | undefined {
    if (timeoutMs === undefined) {
      return undefined;
    }
    return this.#clock.wakeAt(this.#clock.now() + timeoutMs, () => {
      handleTimeout(new OperationTimeoutError("queued", timeoutMs));
    });
  }

  #reject(waiter: Waiter, reason: unknown): void {
    this.#remove(waiter);
    waiter.reject(reason);
  }

  #remove(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    waiter.release();
  }
}
