/**
 * Where messages go: to the listeners of `messageReceived`, and to every iterable whose filter matches. A message is
 * acknowledged once all of them are done with it, or when the application says so (section 4.5).
 */

import type { Subscription } from "../codec/packets/subscribe.js";
import { MqttError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import { success, unspecifiedError } from "../protocol/codes.js";
import { DisconnectedError } from "../protocol/connection-errors.js";
import type { EngineNews } from "../protocol/engine-event.js";
import type { Engine } from "../protocol/engine.js";
import type { Driver } from "./driver.js";
import type { EventDispatcher } from "./event-dispatcher.js";
import { FilterTrie } from "./filter-trie.js";
import { HandlerDeadlines } from "./handler-deadlines.js";
import { type MessagesOptions, toStreamOptions } from "./messages-options.js";
import { BufferedMessages, type HeldMessage, type MessageSink, type MessageStream } from "./message-stream.js";
import type { ReceivingOptions } from "./receiving-options.js";
import { type Acknowledger, ReceivedMessage } from "./received-message.js";
import type { SharedSubscriptions } from "./shared-subscriptions.js";

/** What the rest of the client does for it. */
export interface ReceivingParts {
  readonly options: ReceivingOptions;
  readonly dispatcher: EventDispatcher;
  readonly subscriptions: SharedSubscriptions;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly driver: Driver;
}

/** A consumer with the filter that it was asked for; undefined for every message. */
interface Consumer {
  readonly sink: MessageSink;
  readonly topicFilter: string | undefined;
}

/** A consumer's place. */
interface Consumption {
  readonly granted: Promise<void> | undefined;
  readonly leave: () => void;
}

type MessageNews = Extract<EngineNews, { readonly type: "messageReceived" }>;

/** What became of a message with everyone that it went to. */
interface Handling {
  readonly deliveryId: number;
  pendingCount: number;
  wasSeen: boolean;
  hasFailed: boolean;
}

export class Receiving {
  readonly #parts: ReceivingParts;
  readonly #deadlines: HandlerDeadlines | undefined;
  readonly #consumers = new Set<Consumer>();
  readonly #byFilter = new FilterTrie<Consumer>();
  readonly #unfiltered = new Set<Consumer>();

  constructor(parts: ReceivingParts) {
    const { handlerTimeoutMs } = parts.options;
    this.#parts = parts;
    this.#deadlines = handlerTimeoutMs === undefined ? undefined : new HandlerDeadlines(parts.clock, handlerTimeoutMs);
  }

  /** Delivers a message; `deliveryId` is 0 for one that needs no acknowledgement. */
  handleMessage({ deliveryId, packet, repeats }: MessageNews): void {
    const { dispatcher } = this.#parts;
    const message = new ReceivedMessage(packet, deliveryId, this.#acknowledge);
    const wasSeen = dispatcher.hasListener("messageReceived");
    const outcome = wasSeen && dispatcher.emitMessage(message);
    const consumers = this.#consumers.size === 0 ? [] : this.#consumersOf(message);
    if (consumers.length === 0 && typeof outcome === "boolean") {
      this.#finish(deliveryId, wasSeen, outcome);
      return;
    }
    const handling: Handling = { deliveryId, pendingCount: consumers.length, wasSeen, hasFailed: outcome === true };
    if (typeof outcome !== "boolean" && deliveryId > 0) {
      handling.pendingCount += 1;
      void this.bound(outcome, message).then((hasFailed) => {
        handling.hasFailed ||= hasFailed;
        this.#release(handling);
      });
    }
    for (const { sink } of consumers) {
      sink.push(this.#hold(handling, message, repeats));
    }
  }

  /** See `messages` of the client. */
  messages(topicFilter: string | undefined, options: MessagesOptions): MessageStream {
    const { signal, subscription, ...settings } = toStreamOptions(topicFilter, options);
    let leave = (): void => undefined;
    const abort = (): void => {
      stream.abort(signal?.reason);
    };
    const handleEnd = (): void => {
      signal?.removeEventListener("abort", abort);
      leave();
    };
    const stream = new BufferedMessages({ ...settings, handleEnd });
    if (signal?.aborted === true) {
      abort();
      return stream;
    }
    leave = this.consume(subscription, stream).leave;
    signal?.addEventListener("abort", abort, { once: true });
    return stream;
  }

  /**
   * Hands what matches to a sink until it leaves, and subscribes if it is the first user of the filter. `granted` rejects,
   * as the sink fails, when the server does not grant the subscription. Throws an `InvalidArgumentError` where the filter
   * is in use with other options.
   */
  consume(subscription: Subscription | undefined, sink: MessageSink): Consumption {
    const topicFilter = subscription?.topicFilter;
    const granted = subscription && this.#parts.subscriptions.acquire(subscription).granted;
    const consumer: Consumer = { sink, topicFilter };
    this.#add(consumer);
    granted?.catch((error: unknown) => {
      sink.fail(error);
    });
    return {
      granted,
      leave: () => {
        this.#remove(consumer);
      },
    };
  }

  /** Whether a handler failed, which at QoS 1 and 2 one has that takes longer than `handlerTimeoutMs`. */
  bound(handled: Promise<boolean>, message: ReceivedMessage): Promise<boolean> {
    const { dispatcher, options } = this.#parts;
    if (this.#deadlines === undefined || message.qos === 0) {
      return handled;
    }
    return this.#deadlines.bound(handled, () => {
      const text = `not handled within ${String(options.handlerTimeoutMs)} ms`;
      dispatcher.reportFailure({ event: "messageReceived", error: new MqttError("OPERATION_TIMEOUT", text), message });
    });
  }

  /** The server did not grant a subscription again. */
  handleResubscribeFailed(topicFilter: string, error: MqttError): void {
    this.#parts.subscriptions.handleRefused(topicFilter);
    for (const consumer of [...this.#consumers]) {
      if (consumer.topicFilter === topicFilter) {
        consumer.sink.fail(error);
      }
    }
  }

  /** The client stopped: nothing more comes. */
  handleStopped(): void {
    this.#deadlines?.clear();
    for (const { sink } of [...this.#consumers]) {
      sink.end();
    }
  }

  readonly #acknowledge: Acknowledger = (deliveryId, reasonCode) => {
    const isTaken = this.#parts.engine.acknowledge(deliveryId, reasonCode);
    this.#parts.driver.advance();
    return isTaken;
  };

  #add(consumer: Consumer): void {
    this.#consumers.add(consumer);
    if (consumer.topicFilter === undefined) {
      this.#unfiltered.add(consumer);
    } else {
      this.#byFilter.add(consumer.topicFilter, consumer);
    }
  }

  #remove(consumer: Consumer): void {
    if (!this.#consumers.delete(consumer)) {
      return;
    }
    if (consumer.topicFilter === undefined) {
      this.#unfiltered.delete(consumer);
    } else {
      this.#byFilter.remove(consumer.topicFilter, consumer);
      this.#parts.subscriptions.release(consumer.topicFilter);
    }
  }

  /**
   * Everyone whose filter matches. A server may send a copy for each subscription: one whose origin is known goes to those
   * consumers alone whose subscription it was sent for, and to those that cannot be told apart.
   */
  #consumersOf({ topic, subscriptionIdentifiers }: ReceivedMessage): Consumer[] {
    const { subscriptions, engine } = this.#parts;
    const matching = this.#byFilter.match(topic);
    const identifiers = matching.map(({ topicFilter = "" }) => subscriptions.get(topicFilter)?.identifier);
    const isNamed = (identifier = 0): boolean => subscriptionIdentifiers.includes(identifier);
    const meant = matching.filter((_, index) => identifiers[index] === undefined || isNamed(identifiers[index]));
    const isOriginKnown =
      meant.length < matching.length &&
      (identifiers.some(isNamed) ||
        (engine.subscriptionIdentifiersAvailable && subscriptions.isOrigin(topic, subscriptionIdentifiers)));
    return [...this.#unfiltered, ...(isOriginKnown ? meant : matching)];
  }

  #hold(handling: Handling, message: ReceivedMessage, repeats: number | undefined): HeldMessage {
    return {
      message,
      deliveryId: handling.deliveryId,
      repeats,
      release: (fate) => {
        handling.wasSeen ||= fate === "seen";
        handling.hasFailed ||= fate === "failed";
        this.#release(handling);
      },
    };
  }

  #release(handling: Handling): void {
    handling.pendingCount -= 1;
    if (handling.pendingCount === 0) {
      this.#finish(handling.deliveryId, handling.wasSeen, handling.hasFailed);
    }
  }

  /** Everyone is done with the message. With manual acknowledgement that says nothing where the application saw it. */
  #finish(deliveryId: number, wasSeen: boolean, hasFailed: boolean): void {
    const { acknowledgement, onHandlerError } = this.#parts.options;
    if (deliveryId === 0) {
      return;
    }
    if (hasFailed && onHandlerError === "reject") {
      this.#acknowledge(deliveryId, unspecifiedError);
    } else if (hasFailed && onHandlerError === "disconnect") {
      const error = new DisconnectedError({ source: "client", message: "a listener of messageReceived failed" });
      this.#parts.engine.abandon(this.#parts.clock.now(), deliveryId, error);
      this.#parts.driver.advance();
    } else if (acknowledgement !== "manual" || !wasSeen) {
      this.#acknowledge(deliveryId, success);
    }
  }
}
