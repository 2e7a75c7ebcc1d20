/**
 * The way of a message to its consumers: the listeners of `messageReceived`, and every loop and responder whose filter
 * matches. A message is acknowledged after all of them are done with it, or when the application calls `acknowledge`
 * (section 4.5).
 */

import { PubackReasonCode } from "../../codec/reason-codes.js";
import { MqttError } from "../../errors.js";
import { DisconnectedError } from "../../protocol/errors/connection-errors.js";
import type { EngineNews } from "../../protocol/engine-event.js";
import type { Engine } from "../../protocol/engine.js";
import type { Driver } from "../driver.js";
import type { EventDispatcher } from "../events/event-dispatcher.js";
import type { HeldMessage, Consumer } from "./consumer.js";
import { afterwards } from "../promise-like.js";
import type { ReceivingOptions } from "../options/receiving-options.js";
import { type Acknowledger, ReceivedMessage } from "./received-message.js";
import { routingIdentifiers } from "./subscription-origins.js";
import type { SubscriptionRegistry } from "./subscription-registry.js";
import { type Subscription, toFullSubscription } from "../options/subscribe-options.js";
import type { DroppedMessages } from "./dropped-messages.js";
import { type MessageNews, UnclaimedMessages } from "./unclaimed-messages.js";

/** The other parts of the client that the router works with. */
export interface MessageRouterParts {
  readonly options: ReceivingOptions;
  readonly dispatcher: EventDispatcher;
  readonly subscriptions: SubscriptionRegistry;
  readonly engine: Engine;
  readonly driver: Driver;
  readonly dropped: DroppedMessages;
}

/** A consumer's registration. */
interface Consumption {
  readonly granted: Promise<void> | undefined;
  readonly leave: () => void;
}

export class MessageRouter {
  readonly #parts: MessageRouterParts;
  readonly #consumers = new Set<Consumer>();
  /** The consumers that take every message. */
  readonly #unfiltered = new Set<Consumer>();
  readonly #unclaimed: UnclaimedMessages;

  constructor(parts: MessageRouterParts) {
    this.#parts = parts;
    this.#unclaimed = new UnclaimedMessages({
      ...parts,
      hasConsumer: () => this.#hasConsumer,
      deliver: (news) => {
        this.handleMessage(news);
      },
    });
    parts.dispatcher.watchListeners("messageReceived", () => {
      this.#unclaimed.handleConsumer();
    });
  }

  /** The count of the messages that were dropped. */
  get dropped(): DroppedMessages {
    return this.#parts.dropped;
  }

  /** Takes in news other than messages, before the application hears of them. */
  handleNews(news: EngineNews): void {
    this.#parts.subscriptions.handleNews(news);
    if (news.type === "connectionSuccess") {
      this.#unclaimed.handleConnected();
    } else if (news.type === "disconnection") {
      this.#unclaimed.handleDisconnected(news.error);
    } else if (news.type === "stopped") {
      this.handleStopped();
    }
  }

  /** Delivers a message. `deliveryId` is 0 for a message without an acknowledgement. */
  handleMessage(news: MessageNews): void {
    const { deliveryId, memory, packet, repeats } = news;
    const { dispatcher } = this.#parts;
    const message = new ReceivedMessage(packet, deliveryId, this.#acknowledge);
    const wasSeen = dispatcher.hasListener("messageReceived");
    const outcome = wasSeen && dispatcher.emitMessage(message, memory);
    const consumers = this.#consumers.size === 0 ? [] : this.#consumersOf(message);
    if (consumers.length === 0 && typeof outcome === "boolean") {
      if (wasSeen || !this.#unclaimed.take(news)) {
        this.#finish(deliveryId, wasSeen, outcome);
      }
      return;
    }
    const release = this.#releaseOf(deliveryId, consumers.length + 1, wasSeen);
    const held: HeldMessage = { message, deliveryId, memory, repeats, release };
    for (const consumer of consumers) {
      consumer.push(held);
    }
    this.releaseAfter(outcome, held);
  }

  /** Makes the function with which each consumer releases a message. */
  #releaseOf(deliveryId: number, holderCount: number, isSeen: boolean): HeldMessage["release"] {
    let pendingCount = holderCount;
    let wasSeen = isSeen;
    let hasFailed = false;
    return (fate) => {
      wasSeen ||= fate === "seen";
      hasFailed ||= fate === "failed";
      pendingCount -= 1;
      if (pendingCount === 0) {
        this.#finish(deliveryId, wasSeen, hasFailed);
      }
    };
  }

  /**
   * Gives a consumer the messages that match, until it leaves. Subscribes for the first consumer of the filter.
   *
   * If the server refuses the subscription, `granted` rejects and the consumer ends.
   *
   * @throws {InvalidArgumentError} the subscription is invalid, or the filter is in use with other options
   */
  consume(subscription: Subscription | undefined, consumer: Consumer): Consumption {
    const { subscriptions } = this.#parts;
    const granted = subscription && subscriptions.add(toFullSubscription(subscription), consumer);
    this.#consumers.add(consumer);
    if (!subscription) {
      this.#unfiltered.add(consumer);
    }
    this.#unclaimed.handleConsumer();
    granted?.catch((error: unknown) => {
      consumer.end(error);
    });
    return {
      granted,
      leave: () => {
        this.#consumers.delete(consumer);
        this.#unfiltered.delete(consumer);
        if (subscription) {
          subscriptions.remove(subscription.topicFilter, consumer);
        }
      },
    };
  }

  /** Releases a message after its handlers are done. `handled` says whether one of them failed. */
  releaseAfter(handled: boolean | Promise<boolean>, { message, release }: HeldMessage): void {
    void afterwards(this.#bound(handled, message), (hasFailed) => {
      release(hasFailed ? "failed" : "handled");
    });
  }

  /** Ends all consumers: the client stopped. */
  handleStopped(): void {
    for (const consumer of [...this.#consumers]) {
      consumer.end();
    }
  }

  readonly #acknowledge: Acknowledger = (deliveryId, reasonCode) => {
    const isTaken = this.#parts.engine.acknowledge(deliveryId, reasonCode);
    this.#parts.driver.advance();
    return isTaken;
  };

  /** Limits the time of the handlers at QoS 1 and 2. After `handlerTimeoutMs` they count as failed. */
  #bound(handled: boolean | Promise<boolean>, message: ReceivedMessage): boolean | Promise<boolean> {
    const { dispatcher, driver, options } = this.#parts;
    const { handlerTimeoutMs } = options;
    if (typeof handled === "boolean" || handlerTimeoutMs === undefined || message.qos === 0) {
      return handled;
    }
    return new Promise((resolve) => {
      const cancel = driver.setAlarm(handlerTimeoutMs, () => {
        const error = new MqttError("OPERATION_TIMEOUT", `not handled within ${handlerTimeoutMs} ms`);
        dispatcher.report({ event: "messageReceived", error, message });
        resolve(true);
      });
      void handled.then((hasFailed) => {
        cancel();
        resolve(hasFailed);
      });
    });
  }

  /** True when something takes messages: a listener, a loop or a responder. */
  get #hasConsumer(): boolean {
    const takesMessages = ({ takesResponsesOnly }: Consumer): boolean => takesResponsesOnly !== true;
    return this.#parts.dispatcher.hasListener("messageReceived") || [...this.#consumers].some(takesMessages);
  }

  #consumersOf(message: ReceivedMessage): readonly Consumer[] {
    const { subscriptions, engine } = this.#parts;
    const identifiers = routingIdentifiers(message);
    const isPlain = identifiers?.length === 0 && engine.subscriptionIdentifiersAvailable;
    return [...this.#unfiltered, ...subscriptions.consumersOf(message.topic, identifiers ?? [], isPlain)];
  }

  /**
   * Acknowledges a message after all consumers are done with it. With manual acknowledgement, the application
   * acknowledges the messages that it got.
   */
  #finish(deliveryId: number, wasSeen: boolean, hasFailed: boolean): void {
    const { acknowledgement, onHandlerError } = this.#parts.options;
    if (deliveryId === 0) {
      return;
    }
    if (hasFailed && onHandlerError === "reject") {
      this.#acknowledge(deliveryId, PubackReasonCode.UnspecifiedError);
    } else if (hasFailed && onHandlerError === "disconnect") {
      const error = new DisconnectedError({
        source: "client",
        message: "a listener of messageReceived failed",
        phase: "connected",
      });
      this.#parts.engine.returnDelivery(this.#parts.driver.now(), deliveryId, error);
      this.#parts.driver.advance();
    } else if (acknowledgement !== "manual" || !wasSeen) {
      this.#acknowledge(deliveryId, PubackReasonCode.Success);
    }
  }
}
