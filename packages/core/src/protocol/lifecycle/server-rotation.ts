/**
 * The order in which the servers of the option `url` are tried. Each attempt goes to the next server. After a
 * connection its own server comes first. A server that asked for the longest delay is passed over until then, while
 * another one may be tried.
 *
 * A server counts together with the servers that it refers to (section 4.11).
 */
export class ServerRotation {
  /** For each server the time before which it is not tried. */
  readonly #notBefore: number[];

  /** The server of the attempt under way, or else of the next one. */
  #index = 0;

  /** The server of the last attempt. */
  #last = 0;

  /** The server of the last connection; the first one before there was a connection. */
  #preferred = 0;

  constructor(serverCount: number) {
    this.#notBefore = new Array<number>(serverCount).fill(-Infinity);
  }

  /** The place of the server in the list, from 0. */
  get index(): number {
    return this.#index;
  }

  /** The time before which the chosen server is not tried. */
  get notBefore(): number {
    return this.#notBefore[this.#index] ?? -Infinity;
  }

  /** Forgets all delays. The server of the last connection is the next one: it has the session. */
  reset(): void {
    this.#notBefore.fill(-Infinity);
    this.#index = this.#preferred;
  }

  /** Takes in that an attempt at the chosen server begins. */
  handleAttempt(): void {
    this.allow();
    this.#last = this.#index;
  }

  /** Takes in that the chosen server accepted the connection. */
  handleConnected(): void {
    this.#preferred = this.#index;
  }

  /** Delays the server of the last attempt until this time. */
  delay(until: number): void {
    this.#notBefore[this.#last] = until;
  }

  /** Delays every server until this time. */
  delayAll(until: number): void {
    this.#notBefore.fill(until);
  }

  /** Lets the chosen server be tried at any time. */
  allow(): void {
    this.#notBefore[this.#index] = -Infinity;
  }

  /**
   * Chooses the server for an attempt at this time: the next one in turn that is not delayed, or else the one whose
   * delay ends first.
   */
  choose(time: number, wasConnected: boolean): void {
    const { length } = this.#notBefore;
    const first = this.#last + (wasConnected ? 0 : 1);
    const inTurn = Array.from({ length }, (_, step) => (first + step) % length);
    const readyAt = (index: number): number => Math.max(time, this.#notBefore[index] ?? time);
    this.#index = inTurn.reduce((best, each) => (readyAt(each) < readyAt(best) ? each : best));
  }

  /** Chooses the server of the last attempt again. */
  stay(): void {
    this.#index = this.#last;
    this.allow();
  }
}
