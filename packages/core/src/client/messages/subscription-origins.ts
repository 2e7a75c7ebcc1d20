/**
 * The subscriptions for which the server may send messages: those in use, those that a newer SUBSCRIBE replaced, and
 * those that ended. Messages of an ended subscription can be on their way until UNSUBACK arrives, or until the session
 * ends. The identifier of a message says for which subscription it was sent.
 */

import { FilterTrie } from "./filter-trie.js";

/** A SUBSCRIBE for one filter, as the server knows it. */
export interface SubscriptionOrigin {
  /**
   * The subscription identifier. It tells the copies apart that a server sends for overlapping filters. It may change
   * when the subscription is renewed.
   */
  identifier: number | undefined;
  /** Undefined until the server has answered. */
  isGranted: boolean | undefined;
}

/**
 * Says whether a message was sent for a filter.
 *
 * - `certain`: its identifier says so
 * - `possible`: the filter has no identifier
 * - `none`: it was sent for another filter
 */
export type OriginClaim = "certain" | "possible" | "none";

export class SubscriptionOrigins {
  readonly #byFilter = new Map<string, readonly SubscriptionOrigin[]>();
  /** The keys of `#byFilter`, to find those that match a topic. */
  readonly #filters = new FilterTrie();

  /** Adds a subscription. It replaces one that failed and had the same identifier. */
  add(topicFilter: string, origin: SubscriptionOrigin): void {
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

  /** Keeps only the subscriptions that `kept` gives for a filter. */
  keepOnly(kept: (topicFilter: string) => readonly SubscriptionOrigin[]): void {
    for (const [topicFilter, origins] of [...this.#byFilter]) {
      const live = kept(topicFilter);
      this.#set(
        topicFilter,
        origins.filter((origin) => live.includes(origin)),
      );
    }
  }

  /** Finds every filter that matches. */
  match(topic: string): readonly string[] {
    return this.#filters.match(topic);
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
    if (origins.length > 0) {
      this.#byFilter.set(topicFilter, origins);
      this.#filters.add(topicFilter);
    } else if (this.#byFilter.delete(topicFilter)) {
      this.#filters.remove(topicFilter);
    }
  }
}
