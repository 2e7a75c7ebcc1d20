/**
 * The subscriptions for which the server may send messages: those in use, those that a newer SUBSCRIBE replaced, and
 * those that ended. The identifier of a message says for which subscription it was sent. Of a subscription that UNSUBACK
 * ended only the identifier is kept, since messages that the server had buffered may follow (section 3.10.4).
 */

import { deferredList } from "../../codec/wire/deferred-list.js";
import { FilterTrie } from "./filter-trie.js";

/** A SUBSCRIBE for one filter, as the server knows it. */
export interface SubscriptionOrigin {
  /**
   * The subscription identifier. It tells the copies apart that a server sends for overlapping filters. It may change
   * when the subscription is renewed.
   */
  identifier: number | undefined;
  /**
   * True when the identifier says for which filter a message was sent, whatever its topic: only this filter has it, and
   * the server matches the filter in a way of its own.
   */
  readonly decidesAlone: boolean;
  /** Undefined until the server has answered. */
  isGranted: boolean | undefined;
}

/**
 * Gives the subscription identifiers of a message, for its way to the consumers. Undefined for a list so long that it is
 * not built: a server that sends that many in one copy sends no copy for each, so the topic alone decides.
 */
export function routingIdentifiers(message: {
  readonly subscriptionIdentifiers?: readonly number[];
}): readonly number[] | undefined {
  return deferredList(message, "subscriptionIdentifiers") ? undefined : (message.subscriptionIdentifiers ?? []);
}

/**
 * Says whether a message was sent for a filter.
 *
 * - `certain`: its identifier says so
 * - `possible`: the filter has no identifier
 * - `none`: it was sent for another filter
 */
export type OriginClaim = "certain" | "possible" | "none";

/** The number of identifiers of ended subscriptions that are remembered. */
const endedCount = 1_000;

export class SubscriptionOrigins {
  readonly #byFilter = new Map<string, readonly SubscriptionOrigin[]>();
  /** The keys of `#byFilter`, to find those that match a topic. */
  readonly #filters = new FilterTrie();
  /** The filters of identifiers that decide alone. */
  readonly #byIdentifier = new Map<number, string>();

  /** The identifiers of the subscriptions that ended last, in this session. */
  readonly #ended = new Set<number>();
  /**
   * True for a session that this client has begun. In an older one the same identifiers may stand for subscriptions that
   * a client before this one made.
   */
  #isOwnSession = false;

  /** Adds a subscription. It replaces one that failed and had the same identifier. */
  add(topicFilter: string, origin: SubscriptionOrigin): void {
    this.#ended.delete(origin.identifier ?? 0);
    const isKept = (other: SubscriptionOrigin): boolean =>
      other.identifier !== origin.identifier || other.isGranted !== false;
    this.#set(topicFilter, [...this.of(topicFilter).filter(isKept), origin]);
  }

  /**
   * Takes in that the server granted a subscription. It replaces all others with the same identifier: their messages
   * cannot be told apart.
   */
  handleGranted(topicFilter: string, origin: SubscriptionOrigin): void {
    origin.isGranted = true;
    const others = this.of(topicFilter).filter(({ identifier }) => identifier !== origin.identifier);
    this.#set(topicFilter, [...others, origin]);
  }

  /** Takes in that a subscription is renewed. Messages with its identifier until now may still be on their way. */
  renew(topicFilter: string, origin: SubscriptionOrigin, identifier: number | undefined): void {
    const { identifier: earlier } = origin;
    if (identifier === earlier) {
      return;
    }
    const others = this.of(topicFilter).filter((other) => other !== origin && other.identifier !== identifier);
    this.#set(topicFilter, [...others, { ...origin, identifier: earlier }, origin]);
    origin.identifier = identifier;
  }

  /** Gives the subscriptions of a filter. */
  of(topicFilter: string): readonly SubscriptionOrigin[] {
    return this.#byFilter.get(topicFilter) ?? [];
  }

  /** Removes subscriptions of a filter: the server sends no more messages for them. */
  remove(topicFilter: string, ended: readonly SubscriptionOrigin[]): void {
    this.#set(
      topicFilter,
      this.of(topicFilter).filter((origin) => !ended.includes(origin)),
    );
  }

  /** Removes subscriptions that UNSUBACK ended. */
  end(topicFilter: string, ended: readonly SubscriptionOrigin[]): void {
    this.remove(topicFilter, ended);
    for (const { identifier } of this.#isOwnSession ? ended : []) {
      if (identifier !== undefined) {
        this.#ended.add(identifier);
      }
    }
    for (const identifier of this.#ended) {
      if (this.#ended.size <= endedCount) {
        break;
      }
      this.#ended.delete(identifier);
    }
  }

  /** Tells whether a message with these identifiers was sent for a subscription that ended. */
  hasEnded(identifiers: readonly number[]): boolean {
    return this.#ended.size > 0 && identifiers.some((identifier) => this.#ended.has(identifier));
  }

  /** Takes in a new session. Of the subscriptions it keeps those that `kept` gives for a filter. */
  handleNewSession(kept: (topicFilter: string) => readonly SubscriptionOrigin[]): void {
    this.#isOwnSession = true;
    this.#ended.clear();
    for (const [topicFilter, origins] of [...this.#byFilter]) {
      const live = kept(topicFilter);
      this.#set(
        topicFilter,
        origins.filter((origin) => live.includes(origin)),
      );
    }
  }

  /** True in a session that began with this client object. */
  get isOwnSession(): boolean {
    return this.#isOwnSession;
  }

  /**
   * Finds every filter that matches the topic, and every filter that one of the identifiers decides for alone. In an
   * older session, the identifiers of an earlier program may be the same. There, the topic has to match.
   */
  match(topic: string, identifiers: readonly number[]): readonly string[] {
    const matching = this.#filters.match(topic);
    if (this.#byIdentifier.size > 0 && this.#isOwnSession) {
      const decided = identifiers.flatMap((identifier) => this.#byIdentifier.get(identifier) ?? []);
      return [...new Set([...matching, ...decided])];
    }
    return matching;
  }

  /**
   * Says whether a message with these identifiers was sent for a filter. `isPlain` is true for a message without
   * identifiers from a server that sends them.
   */
  claimOf(topicFilter: string, identifiers: readonly number[], isPlain: boolean): OriginClaim {
    let claim: OriginClaim = "none";
    for (const { identifier, isGranted } of this.of(topicFilter)) {
      if (identifier === undefined ? isPlain && isGranted === true : identifiers.includes(identifier)) {
        return "certain";
      }
      if (identifier === undefined) {
        claim = "possible";
      }
    }
    return claim;
  }

  #set(topicFilter: string, origins: readonly SubscriptionOrigin[]): void {
    for (const { identifier } of this.of(topicFilter)) {
      if (identifier !== undefined && this.#byIdentifier.get(identifier) === topicFilter) {
        this.#byIdentifier.delete(identifier);
      }
    }
    for (const { identifier, decidesAlone } of origins) {
      if (identifier !== undefined && decidesAlone) {
        this.#byIdentifier.set(identifier, topicFilter);
      }
    }
    if (origins.length > 0) {
      this.#byFilter.set(topicFilter, origins);
      this.#filters.add(topicFilter);
    } else if (this.#byFilter.delete(topicFilter)) {
      this.#filters.remove(topicFilter);
    }
  }
}
