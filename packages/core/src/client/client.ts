/** The client as an application sees it. Each platform package derives its `Mqtt5Client` from the class below. */

import type { AuthPacket } from "../codec/packets/auth.js";
import type { Logger } from "../ports/logger.js";
import type { Random } from "../ports/random.js";
import type { ClientState } from "../protocol/lifecycle/client-state.js";
import type { EngineNews, PublishResult } from "../protocol/engine-event.js";
import { Engine } from "../protocol/engine.js";
import type { OperationId } from "../protocol/session/operation.js";
import type { OperationStatistics } from "../protocol/session/operation-statistics.js";
import { makeReconnectDecision } from "./connecting/application-hooks.js";
import { makePreparation } from "./connecting/attempt-preparation.js";
import { authenticate } from "./connecting/authenticator.js";
import { type CallOptions, type CallRequest, toCallRequest } from "./operations/call-options.js";
import { checkClientOptions, type ClientOptions, toEngineSettings } from "./options/client-options.js";
import type { ConnectionSuccessEvent, Mqtt5ClientEvents } from "./events/client-events.js";
import type { ClientParts } from "./client-parts.js";
import { CurrentConnection } from "./connecting/current-connection.js";
import { Driver } from "./driver.js";
import { EventDispatcher, type EventName, type Listener, type ListenerOptions } from "./events/event-dispatcher.js";
import { UnheardProblems } from "./events/unheard-problems.js";
import { checkTopicLimits, type FlowControlLimits, toFlowControlLimits } from "./options/service-limits.js";
import { PendingOperations } from "./operations/pending-operations.js";
import { PendingPromises } from "./operations/pending-promises.js";
import type { Platform } from "./platform.js";
import { type PublishOptions, toOutboundMessage } from "./options/publish-options.js";
import { type MessageStreamOptions, toStreamOptions } from "./messages/stream-options.js";
import { DroppedMessages } from "./messages/dropped-messages.js";
import { BufferedMessages, type MessageStream } from "./messages/message-stream.js";
import { MessageRouter } from "./messages/message-router.js";
import type { SubscribeResult, UnsubscribeResult } from "./operations/operation-results.js";
import { ServerChoice } from "./connecting/server-choice.js";
import { SubscriptionRegistry } from "./messages/subscription-registry.js";
import { guardLogger } from "./options/logger-option.js";
import { type StopOptions, toStopRequest } from "./options/stop-options.js";
import {
  type SubscribeOptions,
  type Subscription,
  toSubscribePacket,
  toUnsubscribePacket,
  type UnsubscribeOptions,
} from "./options/subscribe-options.js";

/** Gives the parts of a client. */
export let partsOf: (client: Mqtt5ClientBase) => ClientParts;

/**
 * An MQTT 5 client. It connects to a server, and reconnects until `stop` is called.
 *
 * Every promise of the client settles: with a result, an error, a timeout, an abort or the stop.
 */
export abstract class Mqtt5ClientBase {
  static {
    partsOf = (client) => ({
      random: client.#random,
      logger: client.#logger,
      driver: client.#driver,
      dispatcher: client.#dispatcher,
      router: client.#router,
      unheard: client.#unheard,
    });
  }

  readonly #engine: Engine;
  readonly #driver: Driver;
  readonly #dispatcher: EventDispatcher;
  readonly #pending: PendingOperations;
  readonly #connection: CurrentConnection;
  readonly #unheard: UnheardProblems;
  readonly #pendingStops: PendingPromises<symbol, void>;
  readonly #random: Random;
  readonly #logger: Logger;
  readonly #limits: FlowControlLimits;
  readonly #subscriptions: SubscriptionRegistry;
  readonly #router: MessageRouter;
  readonly #servers: ServerChoice;

  /**
   * Creates a stopped client.
   *
   * @throws {InvalidArgumentError} an option is unknown or has an invalid value
   */
  protected constructor(options: ClientOptions, platform: Platform) {
    checkClientOptions(options, platform.optionChecks);
    const { clock, random } = platform;
    const logger = guardLogger(options.logger ?? platform.logger);
    this.#random = random;
    this.#logger = logger;
    this.#servers = new ServerChoice(options, platform.schemes, logger);
    this.#limits = toFlowControlLimits(options.flowControl);
    this.#engine = new Engine(toEngineSettings(options, platform), () => random.number());
    this.#driver = new Driver({
      engine: this.#engine,
      clock,
      prepare: makePreparation(options, { servers: this.#servers, platform, limits: this.#limits }),
      authenticate: (step) => authenticate(options.authentication, step),
      decideReconnect: makeReconnectDecision(options.reconnectPolicy, this.#servers, logger),
      handleNews: (event) => {
        this.#handleNews(event);
      },
    });
    const dropped = new DroppedMessages(this.#driver.tell);
    this.#dispatcher = new EventDispatcher({ logger, clock, dropped, run: this.#driver.run });
    this.#unheard = new UnheardProblems({ dispatcher: this.#dispatcher, logger, clock });
    this.#pending = new PendingOperations((id) => {
      const wasWithdrawn = this.#engine.cancel(id);
      this.#driver.advance();
      return wasWithdrawn;
    });
    this.#connection = new CurrentConnection(this.#engine, this.#driver);
    this.#pendingStops = new PendingPromises({});
    this.#subscriptions = new SubscriptionRegistry({
      subscribe: (packet, request) => {
        const id = this.#engine.subscribe(this.#driver.now(), packet, request);
        const answer = this.#submitted(this.#pending.subscribes, id, request);
        return { answer, withdraw: () => this.#pending.withdrawSubscribe(id) };
      },
      unsubscribe: (packet, request) => {
        const id = this.#engine.unsubscribe(this.#driver.now(), packet, request);
        return this.#submitted(this.#pending.unsubscribes, id, request);
      },
      engine: this.#engine,
      limits: this.#limits,
    });
    this.#router = new MessageRouter({
      options,
      dispatcher: this.#dispatcher,
      subscriptions: this.#subscriptions,
      engine: this.#engine,
      driver: this.#driver,
      dropped,
    });
  }

  /** The current state of the client. */
  get state(): ClientState {
    return this.#engine.state;
  }

  /** True from the event `connectionSuccess` until that connection ends. */
  get isConnected(): boolean {
    return this.#engine.state === "connected";
  }

  /** Counts the pending operations and the traffic of all connections until now. */
  statistics(): OperationStatistics {
    const { count: droppedMessageCount } = this.#router.dropped;
    return { ...this.#engine.statistics(), failedOperationCount: this.#pending.failedCount, droppedMessageCount };
  }

  /**
   * Connects, and reconnects after each lost connection until `stop` is called. Does nothing on a started client. A
   * call during a stop takes effect after that stop.
   */
  start(): void {
    this.#engine.start(this.#driver.now());
    this.#driver.advance();
  }

  /**
   * Disconnects, settles every pending operation, and resolves when nothing is open any more: at most after
   * `timeoutMs`, also when the server does not answer. Calls during a stop share that stop, and can only make it
   * faster.
   *
   * @throws {InvalidArgumentError} an option is invalid; the client is not stopped
   */
  stop(options: StopOptions = {}): Promise<void> {
    return this.#unheard.watch("stop", () => this.#stop(options));
  }

  async #stop(options: StopOptions): Promise<void> {
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
   * Checks now that the connection works, for instance after a change of the network. While connected, it sends
   * PINGREQ. While waiting to reconnect, it brings the next attempt forward, unless the client waits to spare the
   * server.
   */
  checkConnection(): void {
    this.#engine.checkConnection(this.#driver.now());
    this.#driver.advance();
  }

  /** Stops the client at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Resolves with the current connection, or with the next one. Failed attempts before it do not reject the promise.
   *
   * @throws {InvalidArgumentError} an option of the call is invalid
   * @throws {DisconnectedError} the client is stopped, or `stop` was called
   * @throws {OperationTimeoutError} there was no connection within `timeoutMs`
   * @throws {MqttError} `reconnectPolicy` stopped the client; this is the error that it was asked about
   * @throws the `reason` of the signal, after an abort
   */
  waitUntilConnected(call: CallOptions = {}): Promise<ConnectionSuccessEvent> {
    return this.#unheard.watch("waitUntilConnected", () => this.#connection.wait(call));
  }

  /**
   * Publishes a message. Resolves at QoS 0 when the transport took the message, at QoS 1 with the PUBACK, and at QoS 2
   * with the PUBCOMP. After an error other than an abort, `error.outcome` says what happened to the message.
   *
   * @throws {InvalidArgumentError} an option is invalid, or the server does not support it
   * @throws {PublishRejectedError} the server refused the message
   * @throws {OperationTimeoutError} `timeoutMs` or `ackTimeoutMs` is over
   * @throws {DisconnectedError} the client stopped, or the message does not wait for a connection
   * @throws {QueueFullError} the queue is full, or the message made room for a newer one
   * @throws {MessageExpiredError} `messageExpiryInterval` was over before the message was sent
   * @throws {SessionLostError} the server lost the session, and the message is not sent again
   * @throws {MqttError} code `REDELIVERY_LIMIT`: the server ended too many connections because of the message
   * @throws the `reason` of the signal, after an abort
   * @example
   * ```ts
   * await client.publish({ topic: "boilers/7/set", payload: "21.5", qos: 1 });
   * ```
   */
  publish(message: PublishOptions, call?: CallOptions): Promise<PublishResult> {
    // Not async, and no objects for a call without options: a fast publisher spends its time here.
    try {
      const outbound = toOutboundMessage(message);
      const request = toCallRequest(call);
      checkTopicLimits(outbound.topic, "topic", this.#limits);
      const id = this.#engine.publish(this.#driver.now(), outbound, request);
      return this.#submitted(this.#pending.publishes, id, request);
    } catch (error) {
      return this.#unheard.refuse("publish", error);
    }
  }

  /**
   * Subscribes to one filter at QoS 0, to one with options, or to several in one packet. Resolves with a result for
   * each filter when the server granted at least one.
   *
   * @throws {InvalidArgumentError} an option is invalid or unsupported, or the filter is in use with other options
   * @throws {SubscribeRejectedError} the server granted none of the filters
   * @throws {OperationTimeoutError} `timeoutMs` or `ackTimeoutMs` is over
   * @throws {DisconnectedError} the client stopped, or the operation does not wait for a connection
   * @throws {QueueFullError} the queue is full
   * @throws the `reason` of the signal, after an abort
   * @example
   * ```ts
   * const { allGranted } = await client.subscribe({ topicFilter: "boilers/+/temperature", qos: 1 });
   * ```
   */
  subscribe(subscription: string | Subscription | SubscribeOptions, call: CallOptions = {}): Promise<SubscribeResult> {
    return this.#unheard.watch("subscribe", async () => {
      const packet = toSubscribePacket(subscription);
      return this.#subscriptions.subscribe(packet, toCallRequest(call));
    });
  }

  /**
   * Ends subscriptions. Resolves with a result for each filter when at least one subscription ended or did not exist. A
   * filter that `messages` or a responder uses stays subscribed until that consumer ends.
   *
   * @throws {InvalidArgumentError} an option is invalid, or the packet is too large for the server
   * @throws {UnsubscribeRejectedError} the server ended none of the subscriptions
   * @throws {OperationTimeoutError} `timeoutMs` or `ackTimeoutMs` is over
   * @throws {DisconnectedError} the client stopped, or the operation does not wait for a connection
   * @throws {QueueFullError} the queue is full
   * @throws the `reason` of the signal, after an abort
   */
  unsubscribe(
    topicFilters: string | readonly string[] | UnsubscribeOptions,
    call: CallOptions = {},
  ): Promise<UnsubscribeResult> {
    return this.#unheard.watch("unsubscribe", async () => {
      const request = toCallRequest(call);
      return this.#subscriptions.unsubscribe(toUnsubscribePacket(topicFilters), request);
    });
  }

  /**
   * Subscribes to a filter, and gives the matching messages as an async iterable. Without a filter it gives all
   * messages and subscribes to nothing. It collects from the call on; each `next` acknowledges the message before.
   * Leaving the loop ends the subscription, unless another consumer uses the filter. `stop` ends the loop after the
   * messages that wait. Retained messages go to the first consumer of a filter. The loop throws if SUBSCRIBE fails.
   *
   * @throws {InvalidArgumentError} an option is invalid, or the filter is in use with other options
   * @example
   * ```ts
   * for await (const message of client.messages("boilers/+/temperature", { qos: 1 })) {
   *   console.log(message.topic, message.text());
   * }
   * ```
   */
  messages(topicFilter?: string, options: MessageStreamOptions = {}): MessageStream {
    return new BufferedMessages(toStreamOptions(topicFilter, options), this.#router);
  }

  /**
   * Authenticates again on the current connection, while messages go on. Resolves with the AUTH with which the server
   * accepts. A failure after an AUTH was sent ends the connection.
   * See [section 4.12.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901257).
   *
   * @throws {AuthenticationError} the server refused, a function of `authentication` failed, or another call is pending
   * @throws {OperationTimeoutError} `timeoutMs` is over, or a step took longer than `ackTimeoutMs`
   * @throws {DisconnectedError} there is no connection, or it ended
   * @throws {InvalidArgumentError} the client has no option `authentication`, or the AUTH is too large for the server
   * @throws the `reason` of the signal, after an abort
   */
  reauthenticate(call: CallOptions = {}): Promise<AuthPacket> {
    return this.#unheard.watch("reauthenticate", async () => {
      const request = toCallRequest(call);
      const id = this.#engine.reauthenticate(this.#driver.now(), request.timeoutMs);
      return this.#submitted(this.#pending.reauthentications, id, request);
    });
  }

  /**
   * Adds a listener, and returns the function that removes it. Listeners are called in the order in which they were
   * added. If one throws or rejects, the client emits `handlerError` and goes on.
   *
   * @throws {InvalidArgumentError} the event does not exist, or the listener or an option is invalid
   * @example
   * ```ts
   * const remove = client.on("messageReceived", ({ message }) => console.log(message.topic, message.text()));
   * ```
   */
  on<Name extends EventName>(
    name: Name,
    listener: Listener<Mqtt5ClientEvents[Name]>,
    options: ListenerOptions = {},
  ): () => void {
    return this.#dispatcher.on(name, listener, options);
  }

  /**
   * Adds a listener for one call, and returns the function that removes it before that.
   *
   * @throws {InvalidArgumentError} the event does not exist, or the listener or an option is invalid
   */
  once<Name extends EventName>(
    name: Name,
    listener: Listener<Mqtt5ClientEvents[Name]>,
    options: ListenerOptions = {},
  ): () => void {
    return this.#dispatcher.once(name, listener, options);
  }

  /**
   * Removes a listener of `on` or `once`, however often it was added. Does nothing for a listener that is not there.
   *
   * @throws {InvalidArgumentError} the event does not exist
   */
  off<Name extends EventName>(name: Name, listener: Listener<Mqtt5ClientEvents[Name]>): void {
    this.#dispatcher.off(name, listener);
  }

  /** Makes the promise of an operation that the engine took over, and passes on what follows from it. */
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
      return;
    }
    this.#unheard.handleNews(news, this.#servers.name);
    this.#router.handleNews(news);
    if ("id" in news) {
      const failure = this.#pending.handleNews(news);
      if (failure) {
        this.#dispatcher.forward({ type: "operationFailed", ...failure });
      }
    } else if (news.type === "stopped") {
      this.#servers.handleStopped();
      this.#connection.handleStopped(news.error);
      this.#dispatcher.forward(news);
      this.#pendingStops.resolveAll();
    } else if (news.type !== "subscriptionsRenewed") {
      if (news.type === "connectionSuccess") {
        this.#connection.handleConnected(this.#servers.named(news));
      }
      this.#dispatcher.forward(this.#servers.named(news));
    }
  }
}
