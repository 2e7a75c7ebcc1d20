/**
 * Messages as an async iterable, with a buffer between the server and a slow loop. At QoS 1 and 2, unacknowledged
 * messages stop the server at this client's Receive Maximum, which limits the buffer. At QoS 0 the server cannot be
 * stopped, so the oldest message is dropped.
 */

import { printable } from "../../codec/printable-text.js";
import type { HeldMessage, Consumer } from "./consumer.js";
import type { DroppedMessages } from "./dropped-messages.js";
import { onAbort } from "../operations/abort-listeners.js";
import type { StreamOptions } from "./stream-options.js";
import type { ReceivedMessage } from "./received-message.js";
import type { MessageRouter } from "./message-router.js";

/** The messages that `client.messages` gives. */
export interface MessageStream extends AsyncIterableIterator<ReceivedMessage>, AsyncDisposable {
  /** The number of messages that were dropped because the loop was too slow. */
  readonly droppedCount: number;

  /**
   * Gives the next message, and acknowledges the one before. The result is `done` after `return`, and after `stop` once
   * all messages that wait are read.
   *
   * It also rejects with every other error of `subscribe`. Each error is given once.
   *
   * @throws {SubscribeRejectedError} the server refused the subscription
   * @throws the `reason` of the signal, after an abort
   */
  next(): Promise<IteratorResult<ReceivedMessage, undefined>>;

  /**
   * Ends the stream, as leaving a `for await` loop does. Acknowledges the messages that wait, and ends the
   * subscription, unless another consumer uses the filter.
   */
  return(): Promise<IteratorResult<ReceivedMessage, undefined>>;
}

type Result = IteratorResult<ReceivedMessage, undefined>;

interface Waiter {
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

const done: Result = { done: true, value: undefined };

export class BufferedMessages implements MessageStream, Consumer {
  readonly #options: StreamOptions;
  readonly #dropped: DroppedMessages;
  #leave: (() => void) | undefined;
  #ignoreAbort: (() => void) | undefined;
  readonly #waiting = new Set<HeldMessage>();
  /** The waiting messages that may be dropped. */
  readonly #droppable = new Set<HeldMessage>();
  /** The memory of the messages that may be dropped, in bytes. */
  #droppableBytes = 0;
  #waiters: Waiter[] = [];
  #current: HeldMessage | undefined;
  #isEnded = false;
  #failure: unknown;
  #droppedCount = 0;

  /**
   * Starts to collect.
   *
   * @throws {InvalidArgumentError} the subscription is invalid, or the filter is in use with other options
   */
  constructor(options: StreamOptions, router: MessageRouter) {
    this.#options = options;
    this.#dropped = router.dropped;
    const { signal, subscription } = options;
    if (signal?.aborted === true) {
      this.#abort();
    } else {
      this.#leave = router.consume(subscription, this).leave;
      this.#ignoreAbort = signal && onAbort(signal, this.#abort);
    }
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    this.#release();
    const [held] = this.#waiting;
    if (held) {
      this.#remove(held);
      this.#current = held;
      return Promise.resolve({ done: false, value: held.message });
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      if (this.#isEnded) {
        this.#answerWaiters();
      }
    });
  }

  return(): Promise<Result> {
    this.#discard();
    this.end();
    this.#failure = undefined;
    return Promise.resolve(done);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Takes a message that matches. */
  push(held: HeldMessage): void {
    if (this.#isEnded) {
      // The handler of a responder, called before for the same message, may have ended the stream.
      held.release("handled");
      return;
    }
    const waiter = this.#waiters.shift();
    if (waiter) {
      this.#release();
      this.#current = held;
      waiter.resolve({ done: false, value: held.message });
      return;
    }
    this.#dropRepeated(held.repeats);
    this.#waiting.add(held);
    if (held.message.qos === 0 || this.#options.whenFull === "dropOldest") {
      this.#droppable.add(held);
      this.#droppableBytes += held.memory;
      this.#dropExcess();
    }
  }

  /** Ends the stream after the messages that wait; with the error, if there is one. */
  end(reason?: unknown): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#failure = reason;
      this.#ignoreAbort?.();
      this.#leave?.();
    }
    this.#answerWaiters();
  }

  readonly #abort = (): void => {
    this.#discard();
    this.end(this.#options.signal?.reason);
  };

  #answerWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { resolve, reject } of waiters) {
      if (this.#failure === undefined) {
        resolve(done);
      } else {
        reject(this.#failure);
        this.#failure = undefined;
      }
    }
  }

  /** Drops the waiting copy of a message that arrives again. Otherwise each reconnect would add a copy. */
  #dropRepeated(deliveryId: number | undefined): void {
    for (const held of deliveryId === undefined ? [] : this.#waiting) {
      if (held.deliveryId === deliveryId) {
        this.#drop(held);
        return;
      }
    }
  }

  #dropExcess(): void {
    for (const oldest of this.#droppable) {
      if (!this.#isFull) {
        return;
      }
      this.#drop(oldest);
      this.#dropped.add(1);
      this.#droppedCount += 1;
      if (this.#droppedCount === 1 && this.#options.whenFull !== "dropOldest") {
        this.#warn();
      }
    }
  }

  /** True when more waits than the options allow. One message always fits. */
  get #isFull(): boolean {
    const { bufferBytes, bufferSize } = this.#options;
    const { size } = this.#droppable;
    return size > bufferSize || (size > 1 && this.#droppableBytes > bufferBytes);
  }

  #warn(): void {
    const { bufferBytes, bufferSize, subscription } = this.#options;
    const subject = subscription ? `the loop on "${printable(subscription.topicFilter)}"` : "the loop on all messages";
    const message = `${subject} is too slow: it drops its oldest QoS 0 messages beyond bufferSize (${bufferSize}) or bufferBytes (${bufferBytes}), and counts them in droppedCount`;
    this.#dropped.warn("SLOW_CONSUMER", message);
  }

  #discard(): void {
    this.#release();
    for (const held of this.#waiting) {
      this.#drop(held);
    }
  }

  #drop(held: HeldMessage): void {
    this.#remove(held);
    held.release("handled");
  }

  #release(): void {
    const current = this.#current;
    this.#current = undefined;
    current?.release("seen");
  }

  #remove(held: HeldMessage): void {
    this.#waiting.delete(held);
    if (this.#droppable.delete(held)) {
      this.#droppableBytes -= held.memory;
    }
  }
}
