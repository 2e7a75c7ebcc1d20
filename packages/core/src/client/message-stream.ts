/**
 * Messages as an async iterable, with what lies between a server and a slow loop. What is not acknowledged yet stops the
 * server at our Receive Maximum: that bounds QoS 1 and 2. QoS 0 knows no such thing, so there the oldest is dropped.
 */

import type { ReceivedMessage } from "./received-message.js";

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

/**
 * How a consumer is done with a message: `seen` by the application, which may have to acknowledge it; `handled` without
 * it, well or not, or dropped before anyone looked at it.
 */
export type MessageFate = "seen" | "handled" | "failed";

/** A message, and how to say that a consumer is done with it. */
export interface HeldMessage {
  readonly message: ReceivedMessage;
  readonly deliveryId: number;
  /** The delivery that this one repeats, if any. */
  readonly repeats: number | undefined;
  readonly release: (fate: MessageFate) => void;
}

/** A consumer: where the messages of a filter go. */
export interface MessageSink {
  /** Takes a message that matches, and releases it in the end. */
  push(held: HeldMessage): void;
  /** Nothing more comes: the subscription failed for this reason or, without one, the client stopped. */
  end(reason?: unknown): void;
}

interface StreamSettings {
  /** How many messages that may be dropped wait for the loop. */
  readonly bufferSize: number;
  /** Whether messages at QoS 1 and 2 may be dropped, too. */
  readonly dropsAnyQos: boolean;
  /** Called once, when no further message is wanted. */
  readonly handleEnd: () => void;
}

type Result = IteratorResult<ReceivedMessage, undefined>;

interface Waiter {
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

const done: Result = { done: true, value: undefined };

export class BufferedMessages implements MessageStream, MessageSink {
  readonly #settings: StreamSettings;
  readonly #waiting = new Set<HeldMessage>();
  /** Those of the waiting that may be dropped. */
  readonly #droppable = new Set<HeldMessage>();
  #waiters: Waiter[] = [];
  #current: HeldMessage | undefined;
  #isEnded = false;
  #failure: unknown;
  #droppedCount = 0;

  constructor(settings: StreamSettings) {
    this.#settings = settings;
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
    if (held !== undefined) {
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
    if (waiter !== undefined) {
      this.#release();
      this.#current = held;
      waiter.resolve({ done: false, value: held.message });
      return;
    }
    this.#dropRepeated(held.repeats);
    this.#waiting.add(held);
    if (held.message.qos === 0 || this.#settings.dropsAnyQos) {
      this.#droppable.add(held);
      this.#dropExcess();
    }
  }

  /** Ends it, with the error if there is one, once what waits is read. */
  end(reason?: unknown): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#failure = reason;
      this.#settings.handleEnd();
    }
    this.#answerWaiters();
  }

  /** Ends it with an error at once. */
  abort(reason: unknown): void {
    this.#discard();
    this.end(reason);
  }

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
        this.#remove(held);
        held.release("handled");
        return;
      }
    }
  }

  #dropExcess(): void {
    const [oldest] = this.#droppable;
    if (oldest !== undefined && this.#droppable.size > this.#settings.bufferSize) {
      this.#droppedCount += 1;
      this.#remove(oldest);
      oldest.release("handled");
    }
  }

  #discard(): void {
    this.#release();
    for (const held of this.#waiting) {
      this.#remove(held);
      held.release("handled");
    }
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
