/** The promises that wait for a connection. They settle with the next success, or with the stop of the client. */

import type { ClientState } from "../../protocol/lifecycle/client-state.js";
import { stoppedError } from "../../protocol/session/outcomes.js";
import type { ConnectionSuccessEvent } from "../events/client-events.js";
import { type CallOptions, checkCallOptions } from "../operations/call-options.js";
import { PendingPromises, type SetAlarm } from "../operations/pending-promises.js";

export class ConnectionPromises {
  readonly #pending: PendingPromises<symbol, ConnectionSuccessEvent>;
  #lastSuccess: ConnectionSuccessEvent | undefined;

  constructor(setAlarm: SetAlarm) {
    this.#pending = new PendingPromises({ setAlarm });
  }

  /** Gives the current connection, or the next one. */
  async wait(state: ClientState, call: CallOptions): Promise<ConnectionSuccessEvent> {
    checkCallOptions(call);
    if (state === "connected" && this.#lastSuccess) {
      return this.#lastSuccess;
    }
    if (state === "stopped") {
      throw stoppedError();
    }
    return this.#pending.add(Symbol(), call.signal, call.timeoutMs);
  }

  handleSuccess(success: ConnectionSuccessEvent): void {
    this.#lastSuccess = success;
    this.#pending.resolveAll(success);
  }

  /** Takes in the stop. The error is the one after which the client stopped by itself. */
  handleStopped(error: unknown): void {
    this.#lastSuccess = undefined;
    this.#pending.rejectAll(error ?? stoppedError());
  }
}
