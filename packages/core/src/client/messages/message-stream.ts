/**
 * Messages as an async iterable, with what lies between a server and a slow loop. What is not acknowledged yet stops the
 * server at our Receive Maximum: that bounds QoS 1 and 2. QoS 0 knows no such thing, so there the oldest is dropped.
 */

import type { HeldMessage, Consumer } from "./consumer.js";
import type { StreamOptions } from "./stream-options.js";
import type { ReceivedMessage } from "./received-message.js";
import type { MessageRouter } from "./message-router.js";

/** The messages of `client.messages`. */
export interface MessageStream extends AsyncIterableIterator<ReceivedMessage>, AsyncDisposable {
  /** How many messages were dropped, since the loop was too slow for them. */
  readonly droppedCount: number;

  /**
   * The next message; asking for it acknowledges the one before. Done after `return`, and after `stop` once what came
   * before it is read. Rejects, once, with the error of a SUBSCRIBE that failed, or the reason of the signal.
   */
  next(): Promise<IteratorResult<ReceivedMessage, undefined>>;

  /** Ends it, as leaving a `for await` does: acknowledges what waits, and ends the subscription if nobody else uses it. */
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
  #leave: (() => void) | undefined;
  readonly #waiting = new Set<HeldMessage>();
  /** Those of the waiting that may be dropped. */
  readonly #droppable = new Set<HeldMessage>();
  #waiters: Waiter[] = [];
  #current: HeldMessage | undefined;
  #isEnded = false;
  #failure: unknown;
  #droppedCount = 0;

  /** Begins to collect; throws an `InvalidArgumentError` where the filter is in use with other options. */
  constructor(options: StreamOptions, router: MessageRouter) {
    this.#options = options;
    const { signal, subscription } = options;
    if (signal?.aborted === true) {
      this.#abort();
    } else {
      this.#leave = router.consume(subscription, this).leave;
      signal?.addEventListener("abort", this.#abort, { once: true });
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
      // A responder's handler, called for the same message, may have ended it.
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
      this.#dropExcess();
    }
  }

  /** Ends it, with the error if there is one, once what waits is read. */
  end(reason?: unknown): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#failure = reason;
      this.#options.signal?.removeEventListener("abort", this.#abort);
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

  /** What comes again takes the place of the copy that nobody has looked at, or else each reconnect would add one. */
  #dropRepeated(deliveryId: number | undefined): void {
    for (const held of deliveryId === undefined ? [] : this.#waiting) {
      if (held.deliveryId === deliveryId) {
        this.#drop(held);
        return;
      }
    }
  }

  #dropExcess(): void {
    const [oldest] = this.#droppable;
    if (oldest && this.#droppable.size > this.#options.bufferSize) {
      this.#droppedCount += 1;
      this.#drop(oldest);
    }
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
    this.#droppable.delete(held);
  }
}
