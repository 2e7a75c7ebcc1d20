/**
 * The users of each topic filter. `subscribe` is one user of a filter, and every loop and responder is another. The
 * first user makes the subscription. UNSUBSCRIBE goes out after the last one is gone.
 */

import { hasServerPrefix } from "../../codec/topic.js";
import type { SubackPacket } from "../../codec/packets/suback.js";
import type { SubscribePacket, Subscription } from "../../codec/packets/subscribe.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import type { UnsubscribePacket } from "../../codec/packets/unsubscribe.js";
import { isFailure } from "../../codec/reason-codes.js";
import type { MqttError } from "../../errors.js";
import type { EngineNews } from "../../protocol/engine-event.js";
import type { Engine } from "../../protocol/engine.js";
import type { OutboundSubscribePacket } from "../../protocol/session/operation.js";
import { SubscribeRejectedError } from "../../protocol/errors/operation-errors.js";
import { OwnIdentifiers, subscriptionRange } from "../../protocol/session/subscriptions/own-identifiers.js";
import { refuse } from "../options/checks.js";
import { type CallRequest, plainRequest } from "../operations/call-options.js";
import { type SubscriptionOrigin, SubscriptionOrigins } from "./subscription-origins.js";
import { checkSubscriptionLimits, checkTopicLimits, type FlowControlLimits } from "../options/service-limits.js";
import type { Consumer } from "./consumer.js";
import {
  type SubscribeResult,
  toSubscribeResult,
  toUnsubscribeResult,
  type UnsubscribeResult,
} from "../operations/operation-results.js";

/** A filter in use, with the options of its last SUBSCRIBE. */
interface RegisteredSubscription extends SubscriptionOrigin {
  readonly options: Subscription;
  /** True when a call of `subscribe` made the subscription, or made it again. */
  isSubscribed: boolean;
  /** The other users: the loops and responders that take its messages. */
  readonly consumers: Set<Consumer>;
  /** Rejects when the server does not grant the subscription. */
  readonly granted: Promise<void>;
  /** Takes back the SUBSCRIBE of consumers alone. Returns false if it was sent or has failed. */
  withdraw: (() => boolean) | undefined;
  /** The subscription that the server has until it grants this one. */
  before: RegisteredSubscription | undefined;
}

/**
 * The use of the filters that match a topic.
 *
 * - `used`: a filter is in use, or the session has kept it over a stop
 * - `ended`: UNSUBSCRIBE was sent for every filter, or for the filter that an identifier names
 * - `none`: there is no such filter
 */
export type FilterUse = "used" | "ended" | "none";

/** A SUBSCRIBE that was handed to the engine. */
interface Submitted<Answer> {
  readonly answer: Promise<Answer>;
  /** Takes it back, if it can be cancelled. Returns false if it was sent or has failed. */
  readonly withdraw: () => boolean;
}

/** The functions and limits that the subscriptions work with. */
interface SubscriptionParts {
  readonly subscribe: (packet: OutboundSubscribePacket, request: CallRequest) => Submitted<SubackPacket>;
  readonly unsubscribe: (packet: UnsubscribePacket, request: CallRequest) => Promise<UnsubackPacket>;
  readonly engine: Engine;
  readonly limits: FlowControlLimits;
}

export class SubscriptionRegistry {
  readonly #parts: SubscriptionParts;
  readonly #byFilter = new Map<string, RegisteredSubscription>();
  readonly #origins = new SubscriptionOrigins();
  /** The packets whose UNSUBACK is awaited. */
  readonly #unsubscribes = new Set<UnsubscribePacket>();
  /** The subscriptions of each SUBSCRIBE that may still be answered. */
  readonly #unanswered = new WeakMap<SubscribePacket, readonly RegisteredSubscription[]>();
  readonly #identifiers = new OwnIdentifiers(subscriptionRange);

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
  }

  /**
   * Subscribes.
   *
   * @throws {InvalidArgumentError} a consumer uses one of the filters with other options
   */
  subscribe(packet: OutboundSubscribePacket, request: CallRequest): Promise<SubscribeResult> {
    for (const options of packet.subscriptions) {
      const registered = this.#byFilter.get(options.topicFilter);
      if (registered && registered.consumers.size > 0) {
        demandSame(registered.options, options);
      }
    }
    const sent = this.#withIdentifierInUse(packet);
    const { answer } = this.#send(sent, request);
    const added = sent.subscriptions.map((options, index) => this.#add(options, sent, grantOf(answer, index)));
    for (const registered of added) {
      registered.isSubscribed = true;
    }
    this.#unanswered.set(sent, added);
    return answer;
  }

  /**
   * Adds the identifier with which a consumer uses the filter, if the packet has none. Without it the server's copies for
   * the consumer would look like those for other filters.
   */
  #withIdentifierInUse(packet: OutboundSubscribePacket): OutboundSubscribePacket {
    const [subscription, ...others] = packet.subscriptions;
    const { identifier, consumers } = this.#byFilter.get(subscription?.topicFilter ?? "") ?? {};
    const isFree = packet.subscriptionIdentifier === undefined && others.length === 0;
    return isFree && identifier !== undefined && consumers && consumers.size > 0
      ? { ...packet, subscriptionIdentifier: identifier, isIdentifierOptional: true }
      : packet;
  }

  /** Unsubscribes from the filters that no consumer uses. */
  async unsubscribe(packet: UnsubscribePacket, request: CallRequest): Promise<UnsubscribeResult> {
    for (const [index, topicFilter] of packet.topicFilters.entries()) {
      checkTopicLimits(topicFilter, `topicFilters[${index}]`, this.#parts.limits);
    }
    const asked = packet.topicFilters.filter((topicFilter) => {
      const registered = this.#byFilter.get(topicFilter);
      if (registered && registered.consumers.size > 0) {
        registered.isSubscribed = false;
        return false;
      }
      this.#forget(topicFilter);
      return true;
    });
    const unsuback =
      asked.length === 0 ? undefined : await this.#unsubscribe({ ...packet, topicFilters: asked }, request);
    return toUnsubscribeResult(packet.topicFilters, asked, unsuback);
  }

  /**
   * Adds a consumer. The promise rejects when the server does not grant the subscription.
   *
   * @throws {InvalidArgumentError} the filter is in use with other options
   */
  add(options: Subscription, consumer: Consumer): Promise<void> {
    let registered = this.#byFilter.get(options.topicFilter);
    if (!registered) {
      const packet: OutboundSubscribePacket = {
        type: "subscribe",
        packetId: 0,
        subscriptions: [options],
        subscriptionIdentifier: this.#identifiers.take(),
        isIdentifierOptional: true,
      };
      const { answer, withdraw } = this.#send(packet, { ...plainRequest, isCancellable: true });
      registered = this.#add(options, packet, grantOf(answer, 0));
      registered.withdraw = withdraw;
      this.#unanswered.set(packet, [registered]);
    } else {
      demandSame(registered.options, options);
    }
    registered.consumers.add(consumer);
    return registered.granted;
  }

  /** Removes a consumer. */
  remove(topicFilter: string, consumer: Consumer): void {
    const registered = this.#byFilter.get(topicFilter);
    if (registered?.consumers.delete(consumer) === true) {
      this.#endUnused(registered);
    }
  }

  /** True in a session from before this client object: it may have subscriptions that this object did not make. */
  get isSessionOlder(): boolean {
    return !this.#origins.isOwnSession;
  }

  /** Takes in what the engine tells about subscriptions. It comes before the event that the application gets. */
  handleNews(news: EngineNews): void {
    if (news.type === "subscribeCompleted") {
      this.#handleAnswer(news.subscribe, news.suback);
    } else if (news.type === "subscriptionsRenewed") {
      this.#handleRenewed(news.subscribe);
    } else if (news.type === "resubscribeFailed") {
      this.#handleResubscribeFailed(news.subscription.topicFilter, new SubscribeRejectedError(news.suback));
    } else if (news.type === "connectionSuccess" && !news.negotiatedSettings.rejoinedSession) {
      // A server without a session sends no copies for the subscriptions that ended.
      this.#origins.handleNewSession((topicFilter) => chainOf(this.#byFilter.get(topicFilter)));
    }
  }

  /**
   * Finds the consumers of a message by its topic and its identifiers.
   *
   * A server may send one copy for each matching subscription (MQTT-3.3.4-3). If the subscription of a copy is known,
   * the copy goes to the consumers of that subscription, and to those of filters without an identifier. It goes to
   * nobody when that subscription has ended, so that no consumer of another filter gets the message twice. In a session
   * from before this client object, the identifiers of an earlier program may be the same. There, the topic has to match.
   * `isPlain` is true for a message without identifiers from a server that sends them.
   */
  consumersOf(topic: string, identifiers: readonly number[], isPlain: boolean): readonly Consumer[] {
    const all: Consumer[] = [];
    const meant: Consumer[] = [];
    let isOriginKnown = false;
    for (const topicFilter of this.#origins.match(topic, identifiers)) {
      const consumers = this.#byFilter.get(topicFilter)?.consumers ?? [];
      all.push(...consumers);
      const claim = this.#origins.claimOf(topicFilter, identifiers, isPlain);
      if (claim !== "none") {
        meant.push(...consumers);
        isOriginKnown ||= claim === "certain";
      }
    }
    return isOriginKnown || this.#origins.hasEnded(identifiers) ? meant : all;
  }

  /** Tells how this client uses the filters of a message without a consumer. */
  useOf(topic: string, identifiers: readonly number[]): FilterUse {
    const filters = this.#origins.match(topic, identifiers);
    const isEnding = (topicFilter: string): boolean =>
      !this.#byFilter.has(topicFilter) &&
      [...this.#unsubscribes].some(({ topicFilters }) => topicFilters.includes(topicFilter));
    if (this.#origins.hasEnded(identifiers) || (filters.length > 0 && filters.every(isEnding))) {
      return "ended";
    }
    return filters.length > 0 ? "used" : "none";
  }

  #send(packet: OutboundSubscribePacket, request: CallRequest): Submitted<SubscribeResult> {
    const { subscribe, limits } = this.#parts;
    checkSubscriptionLimits(packet.subscriptions, limits);
    const { answer, withdraw } = subscribe(packet, request);
    return { answer: answer.then((suback) => toSubscribeResult(packet, suback)), withdraw };
  }

  #add(options: Subscription, packet: OutboundSubscribePacket, granted: Promise<void>): RegisteredSubscription {
    const before = this.#byFilter.get(options.topicFilter);
    const registered: RegisteredSubscription = {
      options,
      decidesAlone: packet.isIdentifierOptional === true && hasServerPrefix(options.topicFilter),
      identifier: packet.subscriptionIdentifier,
      isSubscribed: false,
      consumers: before?.consumers ?? new Set(),
      granted,
      isGranted: undefined,
      withdraw: undefined,
      before,
    };
    this.#byFilter.set(options.topicFilter, registered);
    this.#origins.add(options.topicFilter, registered);
    granted.catch(() => {
      this.#handleNotGranted(registered, false);
    });
    return registered;
  }

  /** Takes in a SUBACK. Messages can follow it at once, before the promise of the call has called back. */
  #handleAnswer(packet: SubscribePacket, { reasonCodes }: SubackPacket): void {
    for (const [index, registered] of (this.#unanswered.get(packet) ?? []).entries()) {
      if (isFailure(reasonCodes[index] ?? 0)) {
        this.#handleNotGranted(registered, true);
      } else {
        this.#origins.handleGranted(registered.options.topicFilter, registered);
        registered.before = undefined;
      }
    }
  }

  /** Takes in that the server refused a subscription, or that no answer will come. */
  #handleNotGranted(registered: RegisteredSubscription, isRefused: boolean): void {
    if (registered.isGranted !== undefined) {
      return;
    }
    const { topicFilter } = registered.options;
    registered.isGranted = false;
    if (this.#byFilter.get(topicFilter) === registered) {
      this.#revert(registered, isRefused);
    }
    if (isRefused) {
      this.#origins.remove(topicFilter, [registered]);
    }
  }

  /**
   * Ends the consumers of a filter: the server refused to renew its subscription. The subscription is forgotten, unless
   * a new SUBSCRIBE for it is pending.
   */
  #handleResubscribeFailed(topicFilter: string, error: MqttError): void {
    const registered = this.#byFilter.get(topicFilter);
    if (!registered) {
      return;
    }
    if (registered.isGranted === true) {
      this.#forget(topicFilter);
    }
    registered.before = undefined;
    for (const consumer of [...registered.consumers]) {
      consumer.end(error);
    }
  }

  /** Takes in that subscriptions are renewed with the identifier of this packet. */
  #handleRenewed({ subscriptions, subscriptionIdentifier }: SubscribePacket): void {
    for (const { topicFilter } of subscriptions) {
      const chain = chainOf(this.#byFilter.get(topicFilter));
      const renewed = chain.find(({ isGranted }) => isGranted === true) ?? chain.at(0);
      if (renewed) {
        this.#origins.renew(topicFilter, renewed, subscriptionIdentifier);
      }
    }
  }

  /** Forgets the users of a filter. Copies that are on their way are still known by their origin. */
  #forget(topicFilter: string): void {
    this.#byFilter.delete(topicFilter);
  }

  /** Sends UNSUBSCRIBE. After a successful UNSUBACK the server makes no more copies for the subscriptions until now. */
  async #unsubscribe(packet: UnsubscribePacket, request: CallRequest): Promise<UnsubackPacket> {
    const ended = packet.topicFilters.map((topicFilter) => [topicFilter, this.#origins.of(topicFilter)] as const);
    this.#unsubscribes.add(packet);
    const unsuback = await this.#parts.unsubscribe(packet, request).finally(() => this.#unsubscribes.delete(packet));
    for (const [index, [topicFilter, origins]] of ended.entries()) {
      if (!isFailure(unsuback.reasonCodes[index] ?? 0)) {
        this.#origins.end(topicFilter, origins);
      }
    }
    return unsuback;
  }

  #endUnused(registered: RegisteredSubscription): void {
    const { options, consumers, isSubscribed, withdraw } = registered;
    if (consumers.size > 0 || isSubscribed) {
      return;
    }
    const { topicFilter } = options;
    const { engine } = this.#parts;
    this.#forget(topicFilter);
    if (withdraw?.() === true) {
      this.#origins.remove(topicFilter, [registered]);
    } else if (engine.state === "stopped") {
      // The session keeps the subscription beyond the stop, for the next user of the filter.
      engine.forgetSubscriptions([topicFilter]);
    } else {
      const packet: UnsubscribePacket = { type: "unsubscribe", packetId: 0, topicFilters: [topicFilter] };
      this.#unsubscribe(packet, plainRequest).catch(() => undefined);
    }
  }

  /** Goes back to the subscription before a SUBSCRIBE that was not granted. */
  #revert(registered: RegisteredSubscription, isRefused: boolean): void {
    const { topicFilter } = registered.options;
    let { before } = registered;
    while (before?.isGranted === false) {
      before = before.before;
    }
    if (before) {
      this.#byFilter.set(topicFilter, before);
      this.#endUnused(before);
    } else if (isRefused || registered.consumers.size === 0) {
      this.#forget(topicFilter);
    } else {
      // The server may have granted it, though no answer came. The last user then ends it.
      registered.isSubscribed = false;
    }
  }
}

/** Gives a subscription in use, and those before it that the server may still have. */
function chainOf(registered: RegisteredSubscription | undefined): readonly SubscriptionOrigin[] {
  return registered ? [registered, ...chainOf(registered.before)] : [];
}

function grantOf(answer: Promise<SubscribeResult>, index: number): Promise<void> {
  return answer.then(({ suback, results }) => {
    if (results[index]?.ok !== true) {
      throw new SubscribeRejectedError(suback);
    }
  });
}

function demandSame<Options extends Subscription>(options: Options, other: Options): void {
  for (const name in options) {
    if (options[name] !== other[name]) {
      refuse(name, other[name], `${String(options[name])}, with which ${options.topicFilter} is in use`);
    }
  }
}
