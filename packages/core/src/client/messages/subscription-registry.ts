/**
 * The users of each topic filter. `subscribe` is one user of a filter, and every loop and responder is another. The
 * first user makes the subscription. UNSUBSCRIBE goes out after the last one is gone.
 */

import { largestSubscriptionIdentifier } from "../../codec/limits.js";
import type { SubackPacket } from "../../codec/packets/suback.js";
import type { Subscription } from "../../codec/packets/subscribe.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import type { UnsubscribePacket } from "../../codec/packets/unsubscribe.js";
import type { MqttError } from "../../errors.js";
import type { Engine } from "../../protocol/engine.js";
import type { OutboundSubscribePacket } from "../../protocol/session/operation.js";
import { SubscribeRejectedError } from "../../protocol/errors/operation-errors.js";
import { refuse } from "../options/checks.js";
import { type CallRequest, plainRequest } from "../operations/call-options.js";
import { FilterTrie } from "./filter-trie.js";
import { checkSubscriptionLimits, checkTopicLimits, type FlowControlLimits } from "../options/service-limits.js";
import type { Consumer } from "./consumer.js";
import {
  type SubscribeResult,
  toSubscribeResult,
  toUnsubscribeResult,
  type UnsubscribeResult,
} from "../operations/operation-results.js";

/** A filter in use, with the options of its last SUBSCRIBE. */
interface RegisteredSubscription {
  readonly options: Subscription;
  /** The subscription identifier. It tells the copies apart that a server sends for overlapping filters. */
  readonly identifier: number | undefined;
  /** True when a call of `subscribe` made the subscription, or made it again. */
  isSubscribed: boolean;
  /** The other users: the loops and responders that take its messages. */
  readonly consumers: Set<Consumer>;
  /** Rejects when the server does not grant the subscription. */
  readonly granted: Promise<void>;
  /** Undefined until the server has answered. */
  isGranted: boolean | undefined;
  /** The subscription that the server has until it grants this one. */
  before: RegisteredSubscription | undefined;
}

/** The functions and limits that the subscriptions work with. */
interface SubscriptionParts {
  readonly subscribe: (packet: OutboundSubscribePacket, request: CallRequest) => Promise<SubackPacket>;
  readonly unsubscribe: (packet: UnsubscribePacket, request: CallRequest) => Promise<UnsubackPacket>;
  readonly engine: Engine;
  readonly limits: FlowControlLimits;
}

/**
 * The number of identifiers for own use. They count down from the top of the range, away from those of the application.
 */
const identifierCount = 1_048_576;

export class SubscriptionRegistry {
  readonly #parts: SubscriptionParts;
  readonly #byFilter = new Map<string, RegisteredSubscription>();
  /** The keys of `#byFilter`, to find those that match a topic. */
  readonly #filters = new FilterTrie();
  #identifiersTaken = 0;

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
      asked.length === 0 ? undefined : await this.#parts.unsubscribe({ ...packet, topicFilters: asked }, request);
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
      const identifier = largestSubscriptionIdentifier - (this.#identifiersTaken % identifierCount);
      const packet = { subscriptions: [options], subscriptionIdentifier: identifier, isIdentifierOptional: true };
      const answer = this.#send({ type: "subscribe", packetId: 0, ...packet }, plainRequest);
      this.#identifiersTaken += 1;
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

  /**
   * Finds the consumers of a message by its topic and its identifiers.
   *
   * A server may send one copy for each matching subscription (MQTT-3.3.4-3). If the subscription of a copy is known,
   * the copy goes to the consumers of that subscription, and to those of filters without an identifier.
   * `isPlain` is true for a message without identifiers from a server that sends them.
   */
  consumersOf(topic: string, identifiers: readonly number[], isPlain: boolean): readonly Consumer[] {
    const all: Consumer[] = [];
    const meant: Consumer[] = [];
    let isOriginKnown = false;
    for (const topicFilter of this.#filters.match(topic)) {
      const { identifier, consumers = [], isSubscribed, isGranted } = this.#byFilter.get(topicFilter) ?? {};
      all.push(...consumers);
      if (identifier === undefined || identifiers.includes(identifier)) {
        meant.push(...consumers);
        isOriginKnown ||= identifier !== undefined || (isPlain && isSubscribed === true && isGranted === true);
      }
    }
    return isOriginKnown ? meant : all;
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
    this.#filters.add(options.topicFilter);
    granted.then(
      () => {
        registered.isGranted = true;
        registered.before = undefined;
      },
      (error: unknown) => {
        registered.isGranted = false;
        if (this.#byFilter.get(options.topicFilter) === registered) {
          this.#revert(registered, error instanceof SubscribeRejectedError);
        }
      },
    );
    return registered;
  }

  #forget(topicFilter: string): void {
    this.#byFilter.delete(topicFilter);
    this.#filters.remove(topicFilter);
  }

  #endUnused({ options: { topicFilter }, consumers, isSubscribed }: RegisteredSubscription): void {
    if (consumers.size === 0 && !isSubscribed) {
      this.#forget(topicFilter);
      const { unsubscribe, engine } = this.#parts;
      if (engine.state === "stopped") {
        // The session keeps the subscription beyond the stop, for the next user of the filter.
        engine.forgetSubscriptions([topicFilter]);
      } else {
        const packet: UnsubscribePacket = { type: "unsubscribe", packetId: 0, topicFilters: [topicFilter] };
        unsubscribe(packet, plainRequest).catch(() => undefined);
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
