/**
 * The time and the server of the next attempt. Usually it follows an exponential back-off with jitter, so that the clients of a server
 * do not all come back at once. After an error that another attempt will not change soon, it comes after the longest
 * delay, or earlier to another server.
 */

import type { MqttError } from "../../errors.js";
import { refusalOf } from "../errors/connection-errors.js";
import { concernsEveryServer, refusesCredentials } from "./retry-policy.js";
import { ServerRotation } from "./server-rotation.js";

/**
 * The application's decision after a failure.
 *
 * - `"retry"`: the next attempt follows after the usual delay
 * - `"stop"`: the client stops
 * - `{ delayMs }`: the next attempt follows after this delay, in milliseconds; at least 0
 */
export type ReconnectDecision = "retry" | "stop" | { readonly delayMs: number };

/** The answer to the event `reconnectPlanned`. */
export interface ReconnectAnswer {
  /** The decision of the application. Undefined: the plan stays. */
  readonly decision: ReconnectDecision | undefined;
  /** True when the next attempt goes to a server that the last one referred to. The list goes on after that attempt. */
  readonly followsReference: boolean;
}

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
  /** The duration of a connection after which the delays start again at the first one. */
  readonly minConnectedTimeToResetReconnectDelayMs: number;
  /** True when the application supplies new credentials before each attempt, so that a refusal may not last. */
  readonly refreshesCredentials: boolean;
  /** The number of servers that are tried in turn. At least 1. */
  readonly serverCount: number;
}

export class ReconnectSchedule {
  readonly #settings: ReconnectSettings;
  readonly #random: () => number;
  readonly #servers: ServerRotation;
  #dueAt = Infinity;
  #waits = 0;
  #delayMs: number;
  /** The last delay of the round before. A round is one attempt at each server. */
  #roundDelayMs: number;
  /** The servers that have refused the credentials since the last success. */
  readonly #refusals = new Set<number>();
  #lastError: MqttError | undefined;

  constructor(settings: ReconnectSettings, random: () => number) {
    this.#settings = settings;
    this.#random = random;
    this.#servers = new ServerRotation(settings.serverCount);
    this.#delayMs = this.#roundDelayMs = settings.minReconnectDelayMs;
  }

  /** The time of the next attempt. */
  get nextDeadline(): number {
    return this.#dueAt;
  }

  /** The error that ended the last attempt or connection; undefined after a success, and before the first failure. */
  get lastError(): MqttError | undefined {
    return this.#lastError;
  }

  /** Starts anew: with the server of the last connection, and with the first delay. */
  start(): void {
    this.#servers.reset();
    this.#reset();
  }

  /** Takes in that an attempt begins. Gives the place of its server in the list. */
  handleAttempt(): number {
    this.#servers.handleAttempt();
    return this.#servers.index;
  }

  /** Takes in a successful connection. The next refusal of credentials counts as the first again. */
  handleConnected(): void {
    this.#servers.handleConnected();
    this.#refusals.clear();
    this.#lastError = undefined;
  }

  /** Plans the next attempt after this failure, or after a connection that lasted `connectedMs`. */
  schedule(now: number, error: MqttError, connectedMs?: number): void {
    if (connectedMs !== undefined && connectedMs >= this.#settings.minConnectedTimeToResetReconnectDelayMs) {
      this.#reset();
    }
    this.#lastError = error;
    this.#delayMs = this.#nextDelayMs();
    if (error.retryable === false && !this.#isCurable(error)) {
      this.#spare(now + this.#settings.maxReconnectDelayMs, error);
    }
    this.#servers.choose(now + this.#delayMs, connectedMs !== undefined);
    this.#dueAt = Math.max(now + this.#delayMs, this.#servers.notBefore);
  }

  /** Plans the next attempt at the same server after the usual delay, because it referred to another one. */
  followReference(now: number): void {
    this.#servers.stay();
    this.#dueAt = now + this.#delayMs;
  }

  /** Changes the plan to the application's decision. */
  decide(now: number, decision: Exclude<ReconnectDecision, "stop">): void {
    this.#servers.allow();
    this.#dueAt = now + (decision === "retry" ? this.#delayMs : decision.delayMs);
  }

  /** Brings the attempt forward, with a little jitter, unless the long delay of a lasting error applies. */
  hasten(now: number): void {
    const soon = now + this.#random() * this.#settings.minReconnectDelayMs;
    this.#dueAt = Math.min(this.#dueAt, Math.max(soon, this.#servers.notBefore));
  }

  /** Starts the delays again at the first one. */
  #reset(): void {
    this.#lastError = undefined;
    this.#waits = 0;
    this.#delayMs = this.#roundDelayMs = this.#settings.minReconnectDelayMs;
  }

  /** Delays the server of an error that another attempt will not change soon, or all servers if it concerns all. */
  #spare(until: number, error: MqttError): void {
    if (concernsEveryServer(refusalOf(error)?.reasonCode)) {
      this.#servers.delayAll(until);
    } else {
      this.#servers.delay(until);
    }
  }

  #nextDelayMs(): number {
    const { minReconnectDelayMs: min, maxReconnectDelayMs: max, retryJitterMode, serverCount } = this.#settings;
    const round = Math.floor(this.#waits / serverCount);
    if (this.#waits % serverCount === 0) {
      this.#roundDelayMs = this.#delayMs;
    }
    this.#waits += 1;
    if (retryJitterMode === "decorrelated") {
      return Math.min(max, min + this.#random() * (3 * this.#roundDelayMs - min));
    }
    const ceiling = Math.min(max, min * 2 ** round);
    return retryJitterMode === "none" ? ceiling : this.#random() * ceiling;
  }

  /** Returns true for the first refusal of credentials, if the next attempt has new ones. */
  #isCurable(error: MqttError): boolean {
    // CONNACK, DISCONNECT or the answer to the upgrade refuses the credentials.
    const isRefusal = refusesCredentials(refusalOf(error)?.reasonCode) || error.phase === "websocket";
    const isFirst = isRefusal && !this.#refusals.has(this.#servers.index);
    if (isRefusal) {
      this.#refusals.add(this.#servers.index);
    }
    return isFirst && this.#settings.refreshesCredentials;
  }
}
