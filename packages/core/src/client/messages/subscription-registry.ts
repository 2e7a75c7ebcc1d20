/**
 * The users of each topic filter. `subscribe` is one user of a filter, and every loop and responder is another. The
 * first user makes the subscription. UNSUBSCRIBE goes out after the last one is gone.
 */

import type { SubackPacket } from "../../codec/packets/suback.js";
import type { SubscribePacket, Subscription } from "../../codec/packets/subscribe.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import type { UnsubscribePacket } from "../../codec/packets/unsubscribe.js";
import { isFailure } from "../../codec/reason-codes.js";
import type { MqttError } from "../../errors.js";
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
  /** The subscription that the server has until it grants this one. */
  before: RegisteredSubscription | undefined;
}

/**
 * The use of the filters that match a topic.
 *
 * - `used`: a filter is in use, or the session has kept it over a stop
 * - `ending`: UNSUBSCRIBE is under way for every filter
 * - `none`: there is no such filter
 */
export type FilterUse = "used" | "ending" | "none";

/** The functions and limits that the subscriptions work with. */
interface SubscriptionParts {
  readonly subscribe: (packet: OutboundSubscribePacket, request: CallRequest) => Promise<SubackPacket>;
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
  readonly #identifiers = new OwnIdentifiers(subscriptionRange);
  /** Undefined before the first connection. */
  #isSessionOlder: boolean | undefined;

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
    const answer = this.#send(packet, request);
    for (const [index, options] of packet.subscriptions.entries()) {
      this.#add(options, packet.subscriptionIdentifier, grantOf(answer, index)).isSubscribed = true;
    }
    return answer;
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
      const identifier = this.#identifiers.take();
      const packet = { subscriptions: [options], subscriptionIdentifier: identifier, isIdentifierOptional: true };
      const answer = this.#send({ type: "subscribe", packetId: 0, ...packet }, plainRequest);
      registered = this.#add(options, identifier, grantOf(answer, 0));
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

  /**
   * Ends the consumers of a filter: the server refused to renew its subscription. The subscription is forgotten, unless
   * a new SUBSCRIBE for it is pending.
   */
  handleResubscribeFailed(topicFilter: string, error: MqttError): void {
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
  handleRenewed({ subscriptions, subscriptionIdentifier }: SubscribePacket): void {
    for (const { topicFilter } of subscriptions) {
      const chain = chainOf(this.#byFilter.get(topicFilter));
      const renewed = chain.find(({ isGranted }) => isGranted === true) ?? chain.at(0);
      if (renewed) {
        this.#origins.renew(topicFilter, renewed, subscriptionIdentifier);
      }
    }
  }

  /** True in a session from before this client object: it may have subscriptions that this object did not make. */
  get isSessionOlder(): boolean {
    return this.#isSessionOlder === true;
  }

  /** Takes in a new connection. If the server has no session, it sends no copies for the subscriptions that ended. */
  handleConnected(rejoinedSession: boolean): void {
    this.#isSessionOlder = rejoinedSession && (this.#isSessionOlder ?? true);
    if (!rejoinedSession) {
      this.#origins.keepOnly((topicFilter) => chainOf(this.#byFilter.get(topicFilter)));
    }
  }

  /**
   * Finds the consumers of a message by its topic and its identifiers.
   *
   * A server may send one copy for each matching subscription (MQTT-3.3.4-3). If the subscription of a copy is known,
   * the copy goes to the consumers of that subscription, and to those of filters without an identifier. It goes to
   * nobody when that subscription has ended, so that no consumer of another filter gets the message twice.
   * `isPlain` is true for a message without identifiers from a server that sends them.
   */
  consumersOf(topic: string, identifiers: readonly number[], isPlain: boolean): readonly Consumer[] {
    const all: Consumer[] = [];
    const meant: Consumer[] = [];
    let isOriginKnown = false;
    for (const topicFilter of this.#origins.match(topic)) {
      const consumers = this.#byFilter.get(topicFilter)?.consumers ?? [];
      all.push(...consumers);
      const claim = this.#origins.claimOf(topicFilter, identifiers, isPlain);
      if (claim !== "none") {
        meant.push(...consumers);
        isOriginKnown ||= claim === "certain";
      }
    }
    return isOriginKnown ? meant : all;
  }

  /** Tells how this client uses the filters that match a topic. */
  useOf(topic: string): FilterUse {
    const filters = this.#origins.match(topic);
    const isEnding = (topicFilter: string): boolean =>
      !this.#byFilter.has(topicFilter) &&
      [...this.#unsubscribes].some(({ topicFilters }) => topicFilters.includes(topicFilter));
    if (filters.length === 0) {
      return "none";
    }
    return filters.every(isEnding) ? "ending" : "used";
  }

  #send(packet: OutboundSubscribePacket, request: CallRequest): Promise<SubscribeResult> {
    const { subscribe, limits } = this.#parts;
    checkSubscriptionLimits(packet.subscriptions, limits);
    return subscribe(packet, request).then((suback) => toSubscribeResult(packet, suback));
  }

  #add(options: Subscription, identifier: number | undefined, granted: Promise<void>): RegisteredSubscription {
    const before = this.#byFilter.get(options.topicFilter);
    const registered: RegisteredSubscription = {
      options,
      identifier,
      isSubscribed: false,
      consumers: before?.consumers ?? new Set(),
      granted,
      isGranted: undefined,
      before,
    };
    this.#byFilter.set(options.topicFilter, registered);
    this.#origins.add(options.topicFilter, registered);
    granted.then(
      () => {
        this.#origins.handleGranted(options.topicFilter, registered);
        registered.before = undefined;
      },
      (error: unknown) => {
        registered.isGranted = false;
        const isRefused = error instanceof SubscribeRejectedError;
        if (this.#byFilter.get(options.topicFilter) === registered) {
          this.#revert(registered, isRefused);
        }
        if (isRefused) {
          this.#origins.remove(options.topicFilter, [registered]);
        }
      },
    );
    return registered;
  }

  /** Forgets the users of a filter. Copies that are on their way are still known by their origin. */
  #forget(topicFilter: string): void {
    this.#byFilter.delete(topicFilter);
  }

  /** Sends UNSUBSCRIBE. After a successful UNSUBACK no more copies come for the subscriptions until now. */
  async #unsubscribe(packet: UnsubscribePacket, request: CallRequest): Promise<UnsubackPacket> {
    const ended = packet.topicFilters.map((topicFilter) => [topicFilter, this.#origins.of(topicFilter)] as const);
    this.#unsubscribes.add(packet);
    const unsuback = await this.#parts.unsubscribe(packet, request).finally(() => this.#unsubscribes.delete(packet));
    for (const [index, [topicFilter, origins]] of ended.entries()) {
      if (!isFailure(unsuback.reasonCodes[index] ?? 0)) {
        this.#origins.remove(topicFilter, origins);
      }
    }
    return unsuback;
  }

  #endUnused({ options: { topicFilter }, consumers, isSubscribed }: RegisteredSubscription): void {
    if (consumers.size === 0 && !isSubscribed) {
      this.#forget(topicFilter);
      const { engine } = this.#parts;
      if (engine.state === "stopped") {
        // The session keeps the subscription beyond the stop, for the next user of the filter.
        engine.forgetSubscriptions([topicFilter]);
      } else {
        const packet: UnsubscribePacket = { type: "unsubscribe", packetId: 0, topicFilters: [topicFilter] };
        this.#unsubscribe(packet, plainRequest).catch(() => undefined);
      }
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
