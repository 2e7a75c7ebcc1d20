/**
 * The keep-alive of one connection (sections 3.1.2.10 and 3.12). It depends on timestamps alone. A timer that fires
 * late, in a background tab or after a sleep, only delays the check.
 *
 * PINGREQ is due when nothing was sent, or nothing was received, for the interval less a margin. The server requires
 * the first. The second finds a dead peer behind a steady stream of our own packets.
 */

/** A wake-up later than this means that the process slept. The client then reads received bytes before the check. */
const latenessMs = 1_000;

/** The time that a connection may be silent and blocked, in intervals; the server's own limit (MQTT-3.1.2-22). */
const blockedIntervals = 1.5;

export class KeepAlive {
  /** The time limit for a PINGRESP. */
  readonly timeoutMs: number;

  readonly #intervalMs: number;
  readonly #isThrottled: () => boolean;
  #lastSent: number;
  #lastReceived: number;

  /** The deadline of the awaited PINGRESP; Infinity when none is awaited. */
  #answerDeadline = Infinity;
  #isPingWanted = false;
  #isBlocked = false;

  /** The deadline that was missed by far, and the later time to which it was moved, once. */
  #missedDeadline: number | undefined;
  #graceEnd = Infinity;

  /**
   * `intervalMs` 0 switches the periodic PINGREQ off; `requestPing` still works. `isThrottled` gives true when wake-ups
   * may come up to a minute late.
   */
  constructor(intervalMs: number, pingTimeoutMs: number, now: number, isThrottled: () => boolean) {
    this.#intervalMs = intervalMs;
    this.timeoutMs = intervalMs === 0 ? pingTimeoutMs : Math.min(pingTimeoutMs, intervalMs / 2);
    this.#isThrottled = isThrottled;
    this.#lastSent = now;
    this.#lastReceived = now;
  }

  /** The time of the next call of `isPingDue` and `isPeerGone`. */
  get nextDeadline(): number {
    return Math.min(this.#isBlocked ? Infinity : this.#pingDueAt(), this.#movedPeerDeadline());
  }

  /** Requests a PINGREQ now, unless one is under way. */
  requestPing(): void {
    this.#isPingWanted = this.#answerDeadline === Infinity;
  }

  /** Returns true when a PINGREQ is due. */
  isPingDue(now: number): boolean {
    return now >= this.#pingDueAt();
  }

  /** Takes in that a PINGREQ left the buffer. Its PINGRESP is awaited from now on. */
  handlePingSent(now: number): void {
    this.#isPingWanted = false;
    this.#answerDeadline = now + this.timeoutMs;
  }

  /** Takes in that bytes left the buffer. `isBlocked`: the transport is full. Another call follows once it has room. */
  handleSent(now: number, isBlocked: boolean): void {
    this.#lastSent = now;
    this.#isBlocked = isBlocked;
  }

  /** Takes in received bytes. Inside an unfinished packet they extend the wait: the PINGRESP may come behind it. */
  handleReceived(now: number, isInsidePacket: boolean): void {
    this.#lastReceived = now;
    if (isInsidePacket && this.#answerDeadline < Infinity) {
      this.#answerDeadline = now + this.timeoutMs;
    }
  }

  handlePingresp(): void {
    this.#answerDeadline = Infinity;
  }

  /** Returns true when the peer did not answer a PINGREQ, or neither takes bytes nor sends any. */
  isPeerGone(now: number): boolean {
    const deadline = this.#peerDeadline();
    if (deadline !== this.#missedDeadline && now - deadline > latenessMs) {
      // Only once: in a hidden tab every wake-up may be late, although the peer is gone.
      this.#missedDeadline = deadline;
      this.#graceEnd = now + latenessMs;
    }
    return now >= this.#movedPeerDeadline();
  }

  /** The time by which the peer must have answered, or have sent or taken bytes. */
  #peerDeadline(): number {
    const isStuck = this.#isBlocked && this.#intervalMs > 0;
    return Math.min(
      this.#answerDeadline,
      isStuck ? Math.max(this.#lastSent, this.#lastReceived) + this.#intervalMs * blockedIntervals : Infinity,
    );
  }

  /** The same time, moved later if it was missed. */
  #movedPeerDeadline(): number {
    const deadline = this.#peerDeadline();
    return deadline === this.#missedDeadline ? this.#graceEnd : deadline;
  }

  /** The time at which the next PINGREQ is due; Infinity while one is under way. */
  #pingDueAt(): number {
    if (this.#answerDeadline < Infinity) {
      return Infinity;
    }
    if (this.#isPingWanted || this.#intervalMs === 0) {
      return this.#isPingWanted ? this.#lastSent : Infinity;
    }
    // A server waits 1.5 intervals (MQTT-3.1.2-22). A PINGREQ that is due at half of one may be a whole interval late.
    const leadMs = this.#isThrottled() ? this.#intervalMs / 2 : Math.max(this.#intervalMs * 0.1, 100);
    return Math.min(this.#lastSent, this.#lastReceived) + this.#intervalMs - leadMs;
  }
}
