/**
 * The time of the next attempt. Usually it follows an exponential back-off with jitter, so that the clients of a server
 * do not all come back at once. After an error that another attempt will not change soon, it comes after the longest
 * delay.
 */

import type { MqttError } from "../../errors.js";
import { refusalOf } from "../errors/connection-errors.js";
import { refusesCredentials } from "./retry-policy.js";

/**
 * The application's decision after a failure.
 *
 * - `"retry"`: the next attempt follows after the usual delay
 * - `"stop"`: the client stops
 * - `{ delayMs }`: the next attempt follows after this delay, in milliseconds; at least 0
 */
export type ReconnectDecision = "retry" | "stop" | { readonly delayMs: number };

/**
 * The random spread of the reconnect delay. The base is `minReconnectDelayMs`, doubled with each delay, up to
 * `maxReconnectDelayMs`.
 *
 * - `none`: the base itself
 * - `full`: a random delay between 0 and the base
 * - `decorrelated`: a random delay between `minReconnectDelayMs` and three times the previous delay, up to
 *   `maxReconnectDelayMs`
 */
export type RetryJitterMode = "none" | "full" | "decorrelated";

/** The options of the schedule; durations in milliseconds. */
export interface ReconnectSettings {
  readonly minReconnectDelayMs: number;
  readonly maxReconnectDelayMs: number;
  readonly retryJitterMode: RetryJitterMode;
  /** True when the application supplies new credentials before each attempt, so that a refusal may not last. */
  readonly refreshesCredentials: boolean;
}

export class ReconnectSchedule {
  readonly #settings: ReconnectSettings;
  readonly #random: () => number;
  #dueAt = Infinity;
  #waits = 0;
  #delayMs: number;
  #mayBeHastened = false;
  #wasRefused = false;
  #lastError: MqttError | undefined;

  constructor(settings: ReconnectSettings, random: () => number) {
    this.#settings = settings;
    this.#random = random;
    this.#delayMs = settings.minReconnectDelayMs;
  }

  /** The time of the next attempt. */
  get nextDeadline(): number {
    return this.#dueAt;
  }

  /** The error that ended the last attempt or connection; undefined after a success, and before the first failure. */
  get lastError(): MqttError | undefined {
    return this.#lastError;
  }

  /** Starts the delays again at the first one. */
  reset(): void {
    this.#lastError = undefined;
    this.#waits = 0;
    this.#delayMs = this.#settings.minReconnectDelayMs;
  }

  /** Takes in a successful connection. The next refusal of credentials counts as the first again. */
  handleConnected(): void {
    this.#wasRefused = false;
    this.#lastError = undefined;
  }

  /** Plans the next attempt after this failure. */
  schedule(now: number, error: MqttError): void {
    this.#lastError = error;
    this.#mayBeHastened = error.retryable !== false || this.#isCurable(error);
    this.#delayMs = this.#nextDelayMs();
    this.#dueAt = now + (this.#mayBeHastened ? this.#delayMs : this.#settings.maxReconnectDelayMs);
  }

  /** Changes the plan to the application's decision. */
  decide(now: number, decision: Exclude<ReconnectDecision, "stop">): void {
    this.#mayBeHastened = true;
    this.#dueAt = now + (decision === "retry" ? this.#delayMs : decision.delayMs);
  }

  /** Brings the attempt forward, with a little jitter, unless the long delay of a lasting error applies. */
  hasten(now: number): void {
    if (this.#mayBeHastened) {
      this.#dueAt = Math.min(this.#dueAt, now + this.#random() * this.#settings.minReconnectDelayMs);
    }
  }

  #nextDelayMs(): number {
    const { minReconnectDelayMs: min, maxReconnectDelayMs: max, retryJitterMode } = this.#settings;
    if (retryJitterMode === "decorrelated") {
      return Math.min(max, min + this.#random() * (3 * this.#delayMs - min));
    }
    const ceiling = Math.min(max, min * 2 ** this.#waits);
    this.#waits += 1;
    return retryJitterMode === "none" ? ceiling : this.#random() * ceiling;
  }

  /** Returns true for the first refusal of credentials, if the next attempt has new ones. */
  #isCurable(error: MqttError): boolean {
    // CONNACK, DISCONNECT or the answer to the upgrade refuses the credentials.
    const isRefusal = refusesCredentials(refusalOf(error)?.reasonCode) || error.phase === "websocket";
    const isFirst = isRefusal && !this.#wasRefused;
    this.#wasRefused ||= isRefusal;
    return isFirst && this.#settings.refreshesCredentials;
  }
}
