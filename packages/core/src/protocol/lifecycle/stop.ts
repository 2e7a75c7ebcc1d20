/** A stop under way: the DISCONNECT that it sends, and its deadline. */

import type { DisconnectPacket } from "../../codec/packets/disconnect.js";

/** The options of a stop. */
export interface StopRequest {
  readonly disconnect: DisconnectPacket;
  readonly timeoutMs: number;
  /** True when accepted operations may finish first, as far as the time allows. */
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

  /** The time at which the stop ends, even if the server does nothing. */
  get deadline(): number {
    return this.#deadline;
  }

  /** True while accepted operations may finish. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Takes in a further call, which can only hasten the stop. */
  hasten(now: number, { drain, timeoutMs }: StopRequest): void {
    this.#deadline = Math.min(this.#deadline, now + timeoutMs);
    this.#isDraining &&= drain;
  }

  /** Stops waiting for operations. */
  endDraining(): void {
    this.#isDraining = false;
  }
}
