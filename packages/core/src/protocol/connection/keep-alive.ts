/**
 * The keep-alive of one connection (sections 3.1.2.10 and 3.12). It depends on timestamps alone. A timer that fires
 * late, in a background tab or after a sleep, only delays the check.
 *
 * PINGREQ is due when nothing was sent, or nothing was received, for the interval less a margin. The server requires
 * the first. The second finds a dead peer behind a steady stream of our own packets.
 *
 * On a slow line one packet may take longer than the interval. So bytes that move in an unfinished transfer are a sign
 * of life, in both directions, and while they move, the answer to a PINGREQ may take longer: it waits behind them.
 * After a large write the buffers of the network are still full. A PINGREQ gets the time that they need to drain.
 */

import { TransferMeter } from "./transfer-meter.js";

/** A wake-up later than this means that the process slept. The client then reads received bytes before the check. */
const latenessMs = 1_000;

/** The time that a connection may be silent and blocked, in intervals; the server's own limit (MQTT-3.1.2-22). */
const blockedIntervals = 1.5;

/** The most that the buffers of the network hold: 8 MiB. */
const mostBufferedBytes = 8_388_608;

/** The time limits of a {@link KeepAlive}, in milliseconds. */
export interface KeepAliveLimits {
  /** The keep-alive interval. 0 switches the periodic PINGREQ off; `requestPing` still works. */
  readonly intervalMs: number;
  /** The time limit for a PINGRESP. */
  readonly pingTimeoutMs: number;
  /** True when the application chose the limit. Otherwise it is at most half the interval. */
  readonly isPingTimeoutGiven?: boolean;
}

export class KeepAlive {
  /** The time limit for a PINGRESP. */
  readonly timeoutMs: number;

  readonly #intervalMs: number;
  readonly #isThrottled: () => boolean;
  #lastSent: number;
  #lastReceived: number;
  readonly #sending: TransferMeter;
  readonly #receiving: TransferMeter;

  /** The bytes of large writes that the network took, and the peer may not have read, before and after the PINGREQ. */
  #bytesBeforePing = 0;
  #bytesAfterPing = 0;
  #lastTaken = -Infinity;

  /** The deadline of the awaited PINGRESP; Infinity when none is awaited. */
  #answerDeadline = Infinity;
  #isPingWanted = false;
  #isBlocked = false;

  /** The deadline that was missed by far, and the later time to which it was moved, once. */
  #missedDeadline: number | undefined;
  #graceEnd = Infinity;

  /** `isThrottled` gives true when wake-ups may come up to a minute late. */
  constructor(limits: KeepAliveLimits, now: number, isThrottled: () => boolean) {
    const { intervalMs, pingTimeoutMs, isPingTimeoutGiven = false } = limits;
    const isFree = isPingTimeoutGiven || intervalMs === 0;
    this.#intervalMs = intervalMs;
    this.timeoutMs = isFree ? pingTimeoutMs : Math.min(pingTimeoutMs, intervalMs / 2);
    this.#sending = new TransferMeter(intervalMs === 0 ? this.timeoutMs : intervalMs);
    this.#receiving = new TransferMeter(intervalMs === 0 ? this.timeoutMs : intervalMs);
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

  /** Takes in that a PINGREQ left the buffer. The PINGRESP of the first one is awaited from now on. */
  handlePingSent(now: number): void {
    this.#isPingWanted = false;
    this.#lastSent = now;
    if (this.#answerDeadline === Infinity) {
      this.#answerDeadline = Math.max(now, this.#drainedAt) + this.timeoutMs;
      this.#bytesBeforePing += this.#bytesAfterPing;
      this.#bytesAfterPing = 0;
    }
  }

  /** Takes in that bytes left the buffer. `isBlocked`: the transport is full. Another call follows once it has room. */
  handleSent(now: number, isBlocked: boolean): void {
    this.#lastSent = now;
    if (isBlocked && !this.#isBlocked) {
      this.#sending.begin(now);
    }
    this.#isBlocked = isBlocked;
  }

  /** Takes in that the network took bytes of a large write. */
  handleSending(now: number, byteCount: number): void {
    this.#bytesAfterPing += byteCount;
    this.#lastTaken = now;
    if (this.#sending.add(now, byteCount)) {
      this.#lastSent = now;
      this.#extendAnswer(now);
    }
  }

  /** Takes in that a whole packet arrived. */
  handleReceived(now: number): void {
    this.#lastReceived = now;
  }

  /** Takes in bytes of a packet that is not complete. The PINGRESP may come behind it. */
  handleReceiving(now: number, byteCount: number): void {
    if (this.#receiving.add(now, byteCount)) {
      this.#lastReceived = now;
      this.#extendAnswer(now);
    }
  }

  /** Takes in a PINGRESP. The peer has read everything before the PINGREQ. */
  handlePingresp(): void {
    this.#answerDeadline = Infinity;
    this.#bytesBeforePing = 0;
  }

  #extendAnswer(now: number): void {
    if (this.#answerDeadline < Infinity) {
      this.#answerDeadline = Math.max(this.#answerDeadline, now + this.timeoutMs);
    }
  }

  /** The time at which the line has carried what the network took, at the rate that was observed. */
  get #drainedAt(): number {
    const bytes = Math.min(this.#bytesBeforePing + this.#bytesAfterPing, mostBufferedBytes);
    return bytes === 0 ? -Infinity : this.#lastTaken + bytes / this.#sending.rate;
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
      isStuck
        ? Math.max(this.#lastSent, this.#lastReceived, this.#drainedAt) + this.#intervalMs * blockedIntervals
        : Infinity,
    );
  }

  /** The same time, moved later if it was missed. */
  #movedPeerDeadline(): number {
    const deadline = this.#peerDeadline();
    return deadline === this.#missedDeadline ? this.#graceEnd : deadline;
  }

  /**
   * The time at which the next PINGREQ is due. While one is under way, only our own silence makes another one due: the
   * server goes by what it hears from us (MQTT-3.1.2-20).
   */
  #pingDueAt(): number {
    if (this.#isPingWanted || this.#intervalMs === 0) {
      return this.#isPingWanted ? this.#lastSent : Infinity;
    }
    // A server waits 1.5 intervals (MQTT-3.1.2-22). A PINGREQ that is due at half of one may be a whole interval late.
    const leadMs = this.#isThrottled() ? this.#intervalMs / 2 : Math.max(this.#intervalMs * 0.1, 100);
    const isUnderWay = this.#answerDeadline < Infinity;
    return (isUnderWay ? this.#lastSent : Math.min(this.#lastSent, this.#lastReceived)) + this.#intervalMs - leadMs;
  }
}
