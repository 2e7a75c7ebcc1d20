/**
 * When the next connection attempt is due: after the longest wait where haste cannot help, else after an exponential
 * back-off with jitter, so that clients that lost their server together do not come back together.
 */

import type { MqttError } from "../../errors.js";
import { refusalOf } from "../errors/connection-errors.js";
import { refusesCredentials } from "./retry-policy.js";

/** What the application makes of a failure: the usual back-off whatever failed, no further attempt, or its own wait. */
export type ReconnectDecision = "retry" | "stop" | { readonly delayMs: number };

/** How the delay is spread: not at all, over [0, b], or over [min, 3 × the previous delay]. */
export type RetryJitterMode = "none" | "full" | "decorrelated";

/** The options of the schedule; durations in milliseconds. */
export interface ReconnectSettings {
  readonly minReconnectDelayMs: number;
  readonly maxReconnectDelayMs: number;
  readonly retryJitterMode: RetryJitterMode;
  /** Whether credentials are asked for anew before each attempt, so that a refusal of the old ones need not last. */
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

  constructor(settings: ReconnectSettings, random: () => number) {
    this.#settings = settings;
    this.#random = random;
    this.#delayMs = settings.minReconnectDelayMs;
  }

  /** The time of the next attempt. */
  get nextDeadline(): number {
    return this.#dueAt;
  }

  /** The next wait is the first again. */
  reset(): void {
    this.#waits = 0;
    this.#delayMs = this.#settings.minReconnectDelayMs;
  }

  /** A connection was accepted: a refusal of credentials after it is the first again. */
  handleConnected(): void {
    this.#wasRefused = false;
  }

  /** Plans the next attempt after this failure. */
  schedule(now: number, error: MqttError): void {
    this.#mayBeHastened = error.retryable !== false || this.#isCurable(error);
    this.#delayMs = this.#nextDelayMs();
    this.#dueAt = now + (this.#mayBeHastened ? this.#delayMs : this.#settings.maxReconnectDelayMs);
  }

  /** Plans it otherwise, as the application wishes. */
  decide(now: number, decision: Exclude<ReconnectDecision, "stop">): void {
    this.#mayBeHastened = true;
    this.#dueAt = now + (decision === "retry" ? this.#delayMs : decision.delayMs);
  }

  /** Brings the attempt forward, with a little jitter, unless the wait is there to spare the server. */
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

  /** For an error that is not retryable: true for the first refusal of credentials, where the next attempt has fresh ones. */
  #isCurable(error: MqttError): boolean {
    // CONNACK, DISCONNECT or the answer to the upgrade says that the old ones are no good.
    const isRefusal = refusesCredentials(refusalOf(error)?.reasonCode) || error.phase === "websocket";
    const isFirst = isRefusal && !this.#wasRefused;
    this.#wasRefused ||= isRefusal;
    return isFirst && this.#settings.refreshesCredentials;
  }
}
