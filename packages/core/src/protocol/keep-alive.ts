/**
 * Keep-alive of one connection (sections 3.1.2.10 and 3.12), judged from timestamps alone, so that a timer that fires
 * late, in a background tab or after a sleep, changes nothing but the moment of the check.
 *
 * PINGREQ is due when nothing was sent, or nothing was received, for the interval less a margin: the first is what the
 * server demands, the second finds a dead peer behind a steady stream of our own packets.
 */

/** A wake-up later than this, in milliseconds, says that the process slept: what has arrived is read before judging. */
const lateness = 1_000;

/** How much of a silent, blocked connection is borne, in intervals; the server's own measure (MQTT-3.1.2-22). */
const blockedIntervals = 1.5;

export class KeepAlive {
  readonly #interval: number;
  readonly #lead: number;
  readonly #answerTime: number;
  readonly #isThrottled: () => boolean;
  #lastSent: number;
  #lastReceived: number;
  #lastDrained: number;
  #deadline: number | undefined;
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
    this.#interval = intervalMs;
    this.#lead = Math.max(intervalMs * 0.1, 100);
    this.#answerTime = intervalMs === 0 ? pingTimeoutMs : Math.min(pingTimeoutMs, intervalMs / 2);
    this.#isThrottled = isThrottled;
    this.#lastSent = now;
    this.#lastReceived = now;
    this.#lastDrained = now;
  }

  /** How long a PINGRESP may take, in milliseconds. */
  get timeoutMs(): number {
    return this.#answerTime;
  }

  /** The time at which `isPingDue` or `isPeerGone` has to be asked again. */
  get nextDeadline(): number {
    return this.#deadline === undefined && !this.#isBlocked ? this.#pingDueAt() : this.#peerDeadline();
  }

  /** Asks for a PINGREQ now, unless one is under way. */
  requestPing(): void {
    this.#isPingWanted = this.#deadline === undefined;
  }

  /** True when a PINGREQ is to be written. */
  isPingDue(now: number): boolean {
    return this.#deadline === undefined && (this.#isPingWanted || now >= this.#pingDueAt());
  }

  /** A PINGREQ left the buffer: its answer is awaited from now on. */
  handlePingSent(now: number): void {
    this.#isPingWanted = false;
    this.#deadline = now + this.#answerTime;
  }

  /** Bytes left the buffer. */
  handleSent(now: number, isBlocked: boolean): void {
    this.#lastSent = now;
    this.#lastDrained = now;
    this.#isBlocked = isBlocked;
  }

  /** The transport has room again. */
  handleWritable(now: number): void {
    this.#lastDrained = now;
    this.#isBlocked = false;
  }

  /** Bytes came. Those inside an unfinished packet show that the answer may be stuck behind it, and extend the wait. */
  handleReceived(now: number, isInsidePacket: boolean): void {
    this.#lastReceived = now;
    if (isInsidePacket && this.#deadline !== undefined) {
      this.#deadline = now + this.#answerTime;
    }
  }

  handlePingresp(): void {
    this.#deadline = undefined;
  }

  /** True when the peer left a PINGREQ unanswered, or takes nothing more and says nothing. */
  isPeerGone(now: number): boolean {
    const deadline = this.#unmovedPeerDeadline();
    if (deadline !== this.#missedDeadline && now - deadline > lateness) {
      // Once only: in a hidden tab every wake-up may be late, and the peer gone all the same.
      this.#missedDeadline = deadline;
      this.#graceEnd = now + lateness;
    }
    return now >= this.#peerDeadline();
  }

  /** When the peer has to have given a sign of life. */
  #peerDeadline(): number {
    const deadline = this.#unmovedPeerDeadline();
    return deadline === this.#missedDeadline ? this.#graceEnd : deadline;
  }

  #unmovedPeerDeadline(): number {
    if (this.#deadline !== undefined) {
      return this.#deadline;
    }
    return this.#isBlocked && this.#interval > 0 ? this.#blockedDeadline() : Infinity;
  }

  #pingDueAt(): number {
    if (this.#interval === 0) {
      return this.#isPingWanted ? this.#lastSent : Infinity;
    }
    // A server bears 1.5 intervals (MQTT-3.1.2-22): from half of one on, a minute's delay fits an interval of a minute.
    const lead = this.#isThrottled() ? this.#interval / 2 : this.#lead;
    return Math.min(this.#lastSent, this.#lastReceived) + this.#interval - lead;
  }

  #blockedDeadline(): number {
    return Math.max(this.#lastDrained, this.#lastReceived) + this.#interval * blockedIntervals;
  }
}
