/**
 * Keep-alive of one connection (sections 3.1.2.10 and 3.12), judged from timestamps alone, so that a timer that fires
 * late, in a background tab or after a sleep, changes nothing but the moment of the check.
 *
 * PINGREQ is due when nothing was sent, or nothing was received, for the interval less a margin: the first is what the
 * server demands, the second finds a dead peer behind a steady stream of our own packets.
 */

/** A wake-up later than this says that the process slept: what has arrived is read before judging. */
const latenessMs = 1_000;

/** How much of a silent, blocked connection is borne, in intervals; the server's own measure (MQTT-3.1.2-22). */
const blockedIntervals = 1.5;

export class KeepAlive {
  /** How long a PINGRESP may take. */
  readonly timeoutMs: number;

  readonly #intervalMs: number;
  readonly #isThrottled: () => boolean;
  #lastSent: number;
  #lastReceived: number;

  /** When the PINGRESP that is awaited has to be there; Infinity when none is. */
  #answerDeadline = Infinity;
  #isPingWanted = false;
  #isBlocked = false;

  /** The deadline that was found to be long over, and what it was put off to, once. */
  #missedDeadline: number | undefined;
  #graceEnd = Infinity;

  /**
   * `intervalMs` 0 switches the periodic PINGREQ off; `requestPing` still works. `isThrottled` tells whether wake-ups may
   * come as late as a minute.
   */
  constructor(intervalMs: number, pingTimeoutMs: number, now: number, isThrottled: () => boolean) {
    this.#intervalMs = intervalMs;
    this.timeoutMs = intervalMs === 0 ? pingTimeoutMs : Math.min(pingTimeoutMs, intervalMs / 2);
    this.#isThrottled = isThrottled;
    this.#lastSent = now;
    this.#lastReceived = now;
  }

  /** The time at which `isPingDue` or `isPeerGone` has to be asked again. */
  get nextDeadline(): number {
    return Math.min(this.#isBlocked ? Infinity : this.#pingDueAt(), this.#movedPeerDeadline());
  }

  /** Asks for a PINGREQ now, unless one is under way. */
  requestPing(): void {
    this.#isPingWanted = this.#answerDeadline === Infinity;
  }

  /** True when a PINGREQ is to be written. */
  isPingDue(now: number): boolean {
    return now >= this.#pingDueAt();
  }

  /** A PINGREQ left the buffer: its answer is awaited from now on. */
  handlePingSent(now: number): void {
    this.#isPingWanted = false;
    this.#answerDeadline = now + this.timeoutMs;
  }

  /** Bytes left the buffer; `isBlocked` when the transport takes no more, and it is told again once it does. */
  handleSent(now: number, isBlocked: boolean): void {
    this.#lastSent = now;
    this.#isBlocked = isBlocked;
  }

  /** Bytes came. Those inside an unfinished packet show that the answer may be stuck behind it, and extend the wait. */
  handleReceived(now: number, isInsidePacket: boolean): void {
    this.#lastReceived = now;
    if (isInsidePacket && this.#answerDeadline < Infinity) {
      this.#answerDeadline = now + this.timeoutMs;
    }
  }

  handlePingresp(): void {
    this.#answerDeadline = Infinity;
  }

  /** True when the peer left a PINGREQ unanswered, or takes nothing more and says nothing. */
  isPeerGone(now: number): boolean {
    const deadline = this.#peerDeadline();
    if (deadline !== this.#missedDeadline && now - deadline > latenessMs) {
      // Once only: in a hidden tab every wake-up may be late, and the peer gone all the same.
      this.#missedDeadline = deadline;
      this.#graceEnd = now + latenessMs;
    }
    return now >= this.#movedPeerDeadline();
  }

  /** When the peer has to have given a sign of life. */
  #peerDeadline(): number {
    const isStuck = this.#isBlocked && this.#intervalMs > 0;
    return Math.min(
      this.#answerDeadline,
      isStuck ? Math.max(this.#lastSent, this.#lastReceived) + this.#intervalMs * blockedIntervals : Infinity,
    );
  }

  /** The same, put off where it was missed. */
  #movedPeerDeadline(): number {
    const deadline = this.#peerDeadline();
    return deadline === this.#missedDeadline ? this.#graceEnd : deadline;
  }

  /** When the next PINGREQ has to go out; Infinity while one is under way. */
  #pingDueAt(): number {
    if (this.#answerDeadline < Infinity) {
      return Infinity;
    }
    if (this.#isPingWanted || this.#intervalMs === 0) {
      return this.#isPingWanted ? this.#lastSent : Infinity;
    }
    // A server bears 1.5 intervals (MQTT-3.1.2-22): from half of one on, a minute's delay fits an interval of a minute.
    const leadMs = this.#isThrottled() ? this.#intervalMs / 2 : Math.max(this.#intervalMs * 0.1, 100);
    return Math.min(this.#lastSent, this.#lastReceived) + this.#intervalMs - leadMs;
  }
}
