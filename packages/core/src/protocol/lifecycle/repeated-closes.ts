/**
 * Notices that the server closes one connection after the other soon after CONNACK, and says nothing. Some servers close
 * the connection of a client in this way when another client with the same client identifier connects. As both
 * reconnect, they take the session over from each other without end.
 */

import type { MqttError } from "../../errors.js";
import type { EventQueue } from "../engine-event.js";
import { ConnectionError } from "../errors/connection-errors.js";

/** The number of closes in a row that are no accident. */
const suspicious = 3;

/** The time after CONNACK in which a close counts. */
const promptMs = 10_000;

/** The shortest series. A server or a proxy that restarts may close several connections within a moment. */
const shortestSeriesMs = 2_000;

export class RepeatedCloses {
  readonly #events: EventQueue;
  #count = 0;
  #seriesStart = 0;
  #hasWarned = false;

  constructor(events: EventQueue) {
    this.#events = events;
  }

  /**
   * Gives the error to tell for the end of a connection that lasted `connectedMs`, with the likely reason from the third
   * close on. Without a connection it gives the same error.
   */
  explain(now: number, error: MqttError, connectedMs: number | undefined): MqttError {
    if (connectedMs === undefined) {
      return error;
    }
    const isPromptClose = error instanceof ConnectionError && error.closedByServer && connectedMs < promptMs;
    if (!isPromptClose) {
      this.#count = 0;
      return error;
    }
    if (this.#count === 0) {
      this.#seriesStart = now;
      this.#hasWarned = false;
    }
    this.#count += 1;
    if (this.#count < suspicious || now - this.#seriesStart < shortestSeriesMs) {
      return error;
    }
    const message =
      `the server closed ${this.#count} connections in a row soon after CONNACK, without DISCONNECT. ` +
      "Another client may use the same client identifier, so that each takes the session over from the other; " +
      "or the server does not accept what this client sends. Check clientId in connectOptions, and the log of the server";
    if (!this.#hasWarned) {
      this.#hasWarned = true;
      this.#events.push({ type: "warning", code: "REPEATED_CLOSE", message });
    }
    const { phase, code, retryable, closedByServer } = error;
    return new ConnectionError({ phase, code, retryable, closedByServer, message, cause: error });
  }
}
