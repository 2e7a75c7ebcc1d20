/**
 * The QoS 0 messages that wait for asynchronous handlers: listeners of `messageReceived`, and responders. A handler is
 * called for each message when it arrives, so a slow one holds more and more of them. A server cannot be stopped at
 * QoS 0, and the client must go on reading: pings and acknowledgements come the same way. So beyond a limit, new
 * messages are dropped for this handler.
 */

import type { DroppedMessages } from "./dropped-messages.js";

/** The memory of the QoS 0 messages that may wait for one handler, in bytes. */
const mostWaitingBytes = 16 * 1_024 * 1_024;

export class HandlerBacklog {
  readonly #dropped: DroppedMessages;
  /** The memory of what waits, by handler. A handler without waiting messages has no entry. */
  readonly #waitingBytes = new Map<object, number>();
  /** The handlers that messages were dropped for since they last had none to handle. */
  readonly #warned = new Set<object>();

  constructor(dropped: DroppedMessages) {
    this.#dropped = dropped;
  }

  /**
   * Tells whether a handler may have a QoS 0 message of this size. Otherwise the message is dropped for it. One message
   * always fits.
   */
  admits(handler: object, memory: number): boolean {
    const waitingBytes = this.#waitingBytes.get(handler);
    if (waitingBytes === undefined || waitingBytes + memory <= mostWaitingBytes) {
      return true;
    }
    this.#dropped.add(1);
    if (!this.#warned.has(handler)) {
      this.#warned.add(handler);
      this.#dropped.warn(
        "SLOW_CONSUMER",
        `a listener of messageReceived, or a responder, is too slow: ${waitingBytes} bytes of QoS 0 messages wait for it. Further ones are dropped for it until it has caught up`,
      );
    }
    return false;
  }

  /** Counts a QoS 0 message until its handler is done. `done` never rejects. */
  hold(handler: object, memory: number, done: Promise<unknown>): void {
    this.#add(handler, memory);
    void done.then(() => {
      this.#add(handler, -memory);
    });
  }

  #add(handler: object, bytes: number): void {
    const waitingBytes = (this.#waitingBytes.get(handler) ?? 0) + bytes;
    if (waitingBytes > 0) {
      this.#waitingBytes.set(handler, waitingBytes);
    } else {
      this.#waitingBytes.delete(handler);
      this.#warned.delete(handler);
    }
  }
}
