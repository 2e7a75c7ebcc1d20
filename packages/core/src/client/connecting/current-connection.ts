import type { MqttError } from "../../errors.js";
import type { Engine } from "../../protocol/engine.js";
import { notStartedError, stoppedError } from "../../protocol/session/outcomes.js";
import type { Driver } from "../driver.js";
import type { ConnectionSuccessEvent } from "../events/client-events.js";
import { type CallOptions, checkCallOptions } from "../operations/call-options.js";
import { PendingPromises } from "../operations/pending-promises.js";

/** The current connection, and the promises of those who wait for one. */
export class CurrentConnection {
  readonly #engine: Engine;
  readonly #pending: PendingPromises<symbol, ConnectionSuccessEvent>;
  #lastSuccess: ConnectionSuccessEvent | undefined;

  constructor(engine: Engine, driver: Driver) {
    this.#engine = engine;
    this.#pending = new PendingPromises({ setAlarm: driver.setAlarm, whyOffline: () => engine.whyOffline });
  }

  /** Resolves with the current connection, or with the next one. Rejects when the client is stopped. */
  async wait(call: CallOptions): Promise<ConnectionSuccessEvent> {
    checkCallOptions(call);
    if (this.#engine.state === "connected" && this.#lastSuccess) {
      return this.#lastSuccess;
    }
    if (this.#engine.state === "stopped") {
      throw notStartedError();
    }
    return this.#pending.add(Symbol(), call.signal, call.timeoutMs);
  }

  handleConnected({ connack, negotiatedSettings, server }: ConnectionSuccessEvent): void {
    this.#lastSuccess = { connack, negotiatedSettings, server };
    this.#pending.resolveAll(this.#lastSuccess);
  }

  handleStopped(error: MqttError | undefined): void {
    this.#lastSuccess = undefined;
    this.#pending.rejectAll(error ?? stoppedError());
  }
}
