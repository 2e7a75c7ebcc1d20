/** Those who wait for the client to be connected: `waitUntilConnected`. */

import type { MqttError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import type { ConnectionSuccessEvent } from "./client-events.js";
import type { CallOptions } from "./call-options.js";
import { makeWaiter, type Waiter } from "./waiter.js";

export class ConnectionWaiters {
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter<ConnectionSuccessEvent>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits for the next success. */
  wait({ signal, timeoutMs }: CallOptions): Promise<ConnectionSuccessEvent> {
    const clock = this.#clock;
    const waiter = makeWaiter<ConnectionSuccessEvent>({
      signal,
      timeout:
        timeoutMs === undefined ? undefined : { clock, deadline: clock.now() + timeoutMs, timeoutMs, stage: "queued" },
      handleSettled: () => this.#waiters.delete(waiter),
    });
    this.#waiters.add(waiter);
    return waiter.promise;
  }

  handleConnected(event: ConnectionSuccessEvent): void {
    for (const waiter of [...this.#waiters]) {
      waiter.resolve(event);
    }
  }

  handleStopped(error: MqttError): void {
    for (const waiter of [...this.#waiters]) {
      waiter.reject(error);
    }
  }
}
