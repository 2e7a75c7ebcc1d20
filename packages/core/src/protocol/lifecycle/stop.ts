/** A stop under way: the DISCONNECT that it sends, and how long it may take. */

import type { DisconnectPacket } from "../../codec/packets/disconnect.js";

/** How a stop is to go. */
export interface StopRequest {
  readonly disconnect: DisconnectPacket;
  readonly timeoutMs: number;
  /** Whether accepted operations may finish first, as far as the time allows. */
  readonly drain: boolean;
}

export class Stop {
  readonly disconnect: DisconnectPacket;
  #deadline = Infinity;
  #isDraining = true;

  constructor(now: number, request: StopRequest) {
    this.disconnect = request.disconnect;
    this.hasten(now, request);
  }

  /** When it is over, whatever the server does. */
  get deadline(): number {
    return this.#deadline;
  }

  /** True while accepted operations may finish. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** A further call may only hasten it. */
  hasten(now: number, { drain, timeoutMs }: StopRequest): void {
    this.#deadline = Math.min(this.#deadline, now + timeoutMs);
    this.#isDraining &&= drain;
  }

  /** Waits for operations no longer. */
  endDraining(): void {
    this.#isDraining = false;
  }
}
