/**
 * The client as an application sees it, on every platform. An adapter's `Mqtt5Client` is this class with the platform
 * filled in.
 */

import type { AuthPacket } from "../codec/packets/auth.js";
import type { ClientState } from "../protocol/lifecycle/client-state.js";
import type { EngineNews, PublishResult } from "../protocol/engine-event.js";
import { Engine } from "../protocol/engine.js";
import { stoppedError } from "../protocol/session/outcomes.js";
import { SubscribeRejectedError } from "../protocol/errors/operation-errors.js";
import type { OperationId } from "../protocol/session/operation.js";
import type { OperationStatistics } from "../protocol/session/operation-statistics.js";
import { makeConnectPreparation, makePreparation, makeReconnectDecision } from "./connecting/application-hooks.js";
import { authenticate, withAuthentication } from "./connecting/authenticator.js";
import { type CallOptions, type CallRequest, checkCallOptions, toCallRequest } from "./operations/call-options.js";
import { checkClientOptions, type ClientOptions, toEngineSettings } from "./options/client-options.js";
import type { ConnectionSuccessEvent, Mqtt5ClientEvents } from "./events/client-events.js";
import { Driver } from "./driver.js";
import { EventDispatcher, type EventName, type Listener, type ListenerOptions } from "./events/event-dispatcher.js";
import { checkTopicLimits, type FlowControlLimits, toFlowControlLimits } from "./options/service-limits.js";
import { PendingOperations } from "./operations/pending-operations.js";
import { PendingPromises } from "./operations/pending-promises.js";
import type { Platform } from "./platform.js";
import { type PublishOptions, toPublishPacket } from "./options/publish-options.js";
import { type MessageStreamOptions, toStreamOptions } from "./messages/stream-options.js";
import { BufferedMessages, type MessageStream } from "./messages/message-stream.js";
import { MessageRouter } from "./messages/message-router.js";
import type { SubscribeResult, UnsubscribeResult } from "./operations/operation-results.js";
import { ServerChoice } from "./connecting/server-choice.js";
import { SharedSubscriptions } from "./messages/shared-subscriptions.js";
import { type StopOptions, toStopRequest } from "./options/stop-options.js";
import {
  type SubscribeOptions,
  type Subscription,
  toSubscribePacket,
  toUnsubscribePacket,
  type UnsubscribeOptions,
} from "./options/subscribe-options.js";

/** What is open to functions that belong to the client but are not shipped with it. */
interface ClientParts {
  readonly platform: Platform;
  readonly driver: Driver;
  readonly dispatcher: EventDispatcher;
  readonly router: MessageRouter;
}

export let partsOf: (client: Mqtt5ClientBase) => ClientParts;

/**
 * An MQTT 5 client: one connection to one server, made again whenever it is lost, until `stop`.
 *
 * Every promise that it gives settles: with the acknowledgement, a typed error, a timeout, an abort or the stop.
 */
export abstract class Mqtt5ClientBase {
  static {
    partsOf = (client) => ({
      platform: client.#platform,
      driver: client.#driver,
      dispatcher: client.#dispatcher,
      router: client.#router,
    });
  }

  readonly #engine: Engine;
  readonly #driver: Driver;
  readonly #dispatcher: EventDispatcher;
  readonly #pending: PendingOperations;
  readonly #pendingConnections: PendingPromises<symbol, ConnectionSuccessEvent>;
  readonly #pendingStops: PendingPromises<symbol, void>;
  readonly #platform: Platform;
  readonly #limits: FlowControlLimits;
  readonly #subscriptions: SharedSubscriptions;
  readonly #router: MessageRouter;
  readonly #servers: ServerChoice;
  #lastSuccess: ConnectionSuccessEvent | undefined;

  /** Throws an `InvalidArgumentError` for options that cannot be used. */
  protected constructor(options: ClientOptions, platform: Platform) {
    checkClientOptions(options, platform.optionChecks);
    this.#servers = new ServerChoice(options, platform);
    this.#platform = platform;
    this.#limits = toFlowControlLimits(options.flowControl);
    this.#engine = new Engine(toEngineSettings(options, platform), platform.random);
    this.#dispatcher = new EventDispatcher(platform.logger);
    const prepareConnect = makeConnectPreparation(options.connectOptions, this.#servers.original, this.#limits);
    this.#driver = new Driver({
      engine: this.#engine,
      clock: platform.clock,
      prepare: makePreparation(withAuthentication(prepareConnect, options.authentication), this.#servers, platform),
      authenticate: (step) => authenticate(options.authentication, step),
      decideReconnect: makeReconnectDecision(options.reconnectPolicy, this.#servers, platform.logger),
      handleNews: (event) => {
        this.#handleNews(event);
      },
    });
    this.#pending = new PendingOperations((id) => {
      this.#engine.cancel(id);
      this.#driver.advance();
    });
    this.#pendingConnections = new PendingPromises({ setAlarm: this.#driver.setAlarm });
    this.#pendingStops = new PendingPromises({});
    this.#subscriptions = new SharedSubscriptions({
      subscribe: (packet, request) =>
        this.#submitted(this.#pending.subscribes, this.#engine.subscribe(this.#driver.now(), packet, request), request),
      unsubscribe: (packet, request) =>
        this.#submitted(
          this.#pending.unsubscribes,
          this.#engine.unsubscribe(this.#driver.now(), packet, request),
          request,
        ),
      engine: this.#engine,
      limits: this.#limits,
    });
    this.#router = new MessageRouter({
      options,
      dispatcher: this.#dispatcher,
      subscriptions: this.#subscriptions,
      engine: this.#engine,
      driver: this.#driver,
    });
  }

  /** What the client is doing at the moment. */
  get state(): ClientState {
    return this.#engine.state;
  }

  /** True between `connectionSuccess` and the end of that connection. */
  get isConnected(): boolean {
    return this.#engine.state === "connected";
  }

  /** What is under way and what went over the connections, at this moment; counted at the call. */
  statistics(): OperationStatistics {
    return this.#engine.statistics();
  }

  /** Connects, and stays connected: a lost connection is made again until `stop`. Does nothing on a started client. */
  start(): void {
    this.#engine.start(this.#driver.now());
    this.#driver.advance();
  }

  /**
   * Disconnects and stays so. Settles every pending operation, and resolves when nothing is open any more: at the
   * latest after `timeoutMs`, whatever the server does. A further call shares the stop under way and may only hasten it.
   *
   * Rejects, and changes nothing, with an `InvalidArgumentError` for options that cannot be used.
   */
  async stop(options: StopOptions = {}): Promise<void> {
    this.#engine.stop(this.#driver.now(), toStopRequest(options, this.#engine.sessionExpiryInterval));
    if (this.#engine.state === "stopped") {
      this.#router.handleStopped();
      this.#driver.advance();
    } else {
      const stopped = this.#pendingStops.add(Symbol());
      this.#driver.advance();
      await stopped;
    }
  }

  /**
   * Finds out now whether the connection still stands, for instance after the network changed: sends PINGREQ where there
   * is one, and brings the next attempt forward where one is waited for, unless that wait is there to spare the server.
   */
  checkConnection(): void {
    this.#engine.checkConnection(this.#driver.now());
    this.#driver.advance();
  }

  /** Stops the client, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Resolves with the current connection, or else the next. Rejects with a `DisconnectedError` when the client is or
   * gets stopped, an `OperationTimeoutError`, or the reason of the signal.
   */
  async waitUntilConnected(call: CallOptions = {}): Promise<ConnectionSuccessEvent> {
    checkCallOptions(call);
    if (this.isConnected && this.#lastSuccess) {
      return this.#lastSuccess;
    }
    if (this.#engine.state === "stopped") {
      throw stoppedError();
    }
    return this.#pendingConnections.add(Symbol(), call.signal, call.timeoutMs);
  }

  /**
   * Publishes a message. Resolves at QoS 0 when the transport has taken it, at QoS 1 with the PUBACK and at QoS 2 with
   * the PUBCOMP. Every rejection but an abort says in `outcome` what became of the message.
   *
   * Rejects with `InvalidArgumentError`, `PublishRejectedError`, `OperationTimeoutError`, `DisconnectedError`,
   * `QueueFullError`, `MessageExpiredError`, `SessionLostError`, an `MqttError` with the code `REDELIVERY_LIMIT`, or the
   * reason of the signal.
   */
  publish(message: PublishOptions, call?: CallOptions): Promise<PublishResult> {
    // Not async, and without objects for a call that has no options: this is where a fast publisher spends its time.
    try {
      const request = toCallRequest(call);
      const packet = toPublishPacket(message);
      checkTopicLimits(packet.topic, "topic", this.#limits);
      const id = this.#engine.publish(this.#driver.now(), packet, request);
      return this.#submitted(this.#pending.publishes, id, request);
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * Subscribes: to one filter at QoS 0, to one with options, or to several in one packet. Resolves with the result of
   * each filter when at least one was granted. Rejects where `messages` uses one of them with other options.
   *
   * Rejects with `InvalidArgumentError`, `SubscribeRejectedError`, `OperationTimeoutError`, `DisconnectedError`,
   * `QueueFullError`, or the reason of the signal.
   */
  async subscribe(
    subscription: string | Subscription | SubscribeOptions,
    call: CallOptions = {},
  ): Promise<SubscribeResult> {
    const request = toCallRequest(call);
    return this.#subscriptions.subscribe(toSubscribePacket(subscription), request);
  }

  /**
   * Takes subscriptions back. Resolves with the result of each filter when at least one was ended or did not exist; one
   * that `messages` uses stays until that ends, too.
   *
   * Rejects with `InvalidArgumentError`, `UnsubscribeRejectedError`, `OperationTimeoutError`, `DisconnectedError`,
   * `QueueFullError`, or the reason of the signal.
   */
  async unsubscribe(
    topicFilters: string | readonly string[] | UnsubscribeOptions,
    call: CallOptions = {},
  ): Promise<UnsubscribeResult> {
    const request = toCallRequest(call);
    return this.#subscriptions.unsubscribe(toUnsubscribePacket(topicFilters), request);
  }

  /**
   * The messages that match a filter, which it subscribes to, or without one all messages, as an async iterable. It
   * begins to collect at once. Asking for the next message acknowledges the one before; leaving the loop ends the
   * subscription, unless somebody else uses the filter; `stop` ends the loop once what has come is read.
   *
   * Throws an `InvalidArgumentError`, also where the filter is in use with other options; the loop throws the error of a
   * SUBSCRIBE that failed. Retained messages come to the first user of a filter.
   */
  messages(topicFilter?: string, options: MessageStreamOptions = {}): MessageStream {
    return new BufferedMessages(toStreamOptions(topicFilter, options), this.#router);
  }

  /**
   * Authenticates again on the connection there is (section 4.12.1), one at a time; messages go on meanwhile. Resolves
   * with the AUTH of the server's that says success. Where it fails after AUTH was sent, the connection ends.
   *
   * Rejects with `AuthenticationError`, `OperationTimeoutError`, `DisconnectedError`, `InvalidArgumentError`, or the
   * reason of the signal.
   */
  async reauthenticate(call: CallOptions = {}): Promise<AuthPacket> {
    const request = toCallRequest(call);
    const id = this.#engine.reauthenticate(this.#driver.now(), request.timeoutMs);
    return this.#submitted(this.#pending.reauthentications, id, request);
  }

  /**
   * Adds a listener and gives the function that removes it. Listeners are called in the order in which they were added;
   * what one throws or rejects is reported as `handlerError` and harms nobody.
   *
   * Throws an `InvalidArgumentError` for an event that does not exist.
   */
  on<Name extends EventName>(
    name: Name,
    listener: Listener<Mqtt5ClientEvents[Name]>,
    options: ListenerOptions = {},
  ): () => void {
    return this.#dispatcher.on(name, listener, options);
  }

  /** Adds a listener that is removed before its first call; gives the function that removes it earlier. */
  once<Name extends EventName>(
    name: Name,
    listener: Listener<Mqtt5ClientEvents[Name]>,
    options: ListenerOptions = {},
  ): () => void {
    return this.#dispatcher.once(name, listener, options);
  }

  /**
   * Removes a listener that was added with `on` or `once`, every time that it was added. A listener that is not there is
   * no error; throws an `InvalidArgumentError` for an event that does not exist.
   */
  off<Name extends EventName>(name: Name, listener: Listener<Mqtt5ClientEvents[Name]>): void {
    this.#dispatcher.off(name, listener);
  }

  /** Gives the promise of an operation that the engine took over, and goes on with what the engine has to do for it. */
  #submitted<Value>(
    promises: PendingPromises<OperationId, Value>,
    id: OperationId,
    { signal }: CallRequest,
  ): Promise<Value> {
    const promise = promises.add(id, signal);
    this.#driver.advance();
    return promise;
  }

  #handleNews(news: EngineNews): void {
    if (news.type === "messageReceived") {
      this.#router.handleMessage(news);
    } else if ("id" in news) {
      this.#pending.handleNews(news);
    } else if (news.type === "stopped") {
      this.#handleStopped(news);
    } else {
      if (news.type === "connectionSuccess") {
        const { connack, negotiatedSettings } = news;
        this.#lastSuccess = { connack, negotiatedSettings };
        this.#pendingConnections.resolveAll(this.#lastSuccess);
      } else if (news.type === "resubscribeFailed") {
        // Before it is told: a listener may subscribe again.
        const error = new SubscribeRejectedError(news.suback);
        this.#subscriptions.handleResubscribeFailed(news.subscription.topicFilter, error);
      }
      this.#dispatcher.forward(news);
    }
  }

  #handleStopped(news: Extract<EngineNews, { readonly type: "stopped" }>): void {
    this.#lastSuccess = undefined;
    this.#servers.handleStopped();
    this.#pendingConnections.rejectAll(news.error ?? stoppedError());
    this.#router.handleStopped();
    this.#dispatcher.forward(news);
    this.#pendingStops.resolveAll();
  }
}

function rejected(error: unknown): Promise<never> {
  return Promise.resolve().then(() => {
    throw error;
  });
}
