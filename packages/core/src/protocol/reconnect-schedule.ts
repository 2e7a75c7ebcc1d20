/** When the next connection attempt is due: after the back-off, or after the longest wait where haste cannot help. */

import type { MqttError } from "../errors.js";
import { Backoff, type BackoffSettings } from "./backoff.js";
import { isRetryable } from "./connection-errors.js";

export class ReconnectSchedule {
  readonly #settings: BackoffSettings;
  readonly #random: () => number;
  readonly #backoff: Backoff;
  #dueAt = Infinity;
  #mayBeHastened = false;

  constructor(settings: BackoffSettings, random: () => number) {
    this.#settings = settings;
    this.#random = random;
    this.#backoff = new Backoff(settings, random);
  }

  /** The time of the next attempt. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** The next wait is the first again. */
  reset(): void {
    this.#backoff.reset();
  }

  /** Plans the next attempt after this failure. */
  schedule(now: number, error: MqttError): void {
    this.#mayBeHastened = isRetryable(error);
    const delay = this.#backoff.next();
    this.#dueAt = now + (this.#mayBeHastened ? delay : this.#settings.maxReconnectDelayMs);
  }

  /** Brings the attempt forward, with a little jitter, unless the wait is there to spare the server. */
  hasten(now: number): void {
    if (this.#mayBeHastened) {
      this.#dueAt = Math.min(this.#dueAt, now + this.#random() * this.#settings.minReconnectDelayMs);
    }
  }
}
