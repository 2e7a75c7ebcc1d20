/**
 * Who uses which topic filter. `subscribe` is one user of a filter, and every iterable and responder is another: the
 * first makes the subscription, and UNSUBSCRIBE goes when the last is gone.
 */

import { refuse } from "../codec/arguments.js";
import type { Subscription } from "../codec/packets/subscribe.js";
import type { OutboundSubscribePacket } from "../protocol/operation.js";
import { SubscribeRejectedError } from "../protocol/operation-errors.js";
import { FilterTrie } from "./filter-trie.js";
import type { SubscribeResult } from "./results.js";

/** A filter in use. */
export interface SharedSubscription {
  readonly options: Subscription;
  /** What tells copies apart that the server sends for overlapping filters. */
  readonly identifier: number | undefined;
  /** Whether `subscribe` made it, or made it again. */
  isSubscribed: boolean;
  userCount: number;
  /** Rejects when the server did not grant it. */
  readonly granted: Promise<void>;
  /** Undefined as long as it is under way. */
  isGranted: boolean | undefined;
  /** What stands at the server until this is granted. */
  before: SharedSubscription | undefined;
}

/** How a subscription is made and ended. */
interface Requests {
  readonly subscribe: (packet: OutboundSubscribePacket) => Promise<SubscribeResult>;
  readonly unsubscribe: (topicFilter: string) => void;
}

/** Identifiers go down from the top of their range (section 3.8.2.1.2), out of the way of the application's own. */
const topIdentifier = 268_435_455;
const identifierCount = 1_048_576;

export class SharedSubscriptions {
  readonly #requests: Requests;
  readonly #byFilter = new Map<string, SharedSubscription>();
  /** Its keys, to find those that match a topic. */
  readonly #filters = new FilterTrie<string>();
  #identifiersTaken = 0;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Throws an `InvalidArgumentError` where this SUBSCRIBE would change what another user of a filter relies on. */
  check(packet: OutboundSubscribePacket): void {
    for (const options of packet.subscriptions) {
      const shared = this.#byFilter.get(options.topicFilter);
      if (shared !== undefined && shared.userCount > 0) {
        demandSame(shared.options, options);
      }
    }
  }

  /** Takes note of an application's SUBSCRIBE that is under way. */
  handleSubscribe(packet: OutboundSubscribePacket, answer: Promise<SubscribeResult>): void {
    for (const [index, options] of packet.subscriptions.entries()) {
      this.#add(options, packet.subscriptionIdentifier, grantOf(answer, index)).isSubscribed = true;
    }
  }

  /** The filters that an application's UNSUBSCRIBE ends: those that nobody else uses. */
  handleUnsubscribe(topicFilters: readonly string[]): readonly string[] {
    return topicFilters.filter((topicFilter) => {
      const shared = this.#byFilter.get(topicFilter);
      if (shared !== undefined && shared.userCount > 0) {
        shared.isSubscribed = false;
        return false;
      }
      this.#forget(topicFilter);
      return true;
    });
  }

  /** Adds a user; throws an `InvalidArgumentError` where the filter is in use with other options. */
  acquire(options: Subscription): SharedSubscription {
    const { topicFilter } = options;
    let shared = this.#byFilter.get(topicFilter);
    if (shared === undefined) {
      const identifier = topIdentifier - (this.#identifiersTaken % identifierCount);
      const answer = this.#requests.subscribe({
        type: "subscribe",
        packetId: 0,
        subscriptions: [options],
        subscriptionIdentifier: identifier,
        isIdentifierOptional: true,
      });
      this.#identifiersTaken += 1;
      shared = this.#add(options, identifier, grantOf(answer, 0));
    } else {
      demandSame(shared.options, options);
    }
    shared.userCount += 1;
    return shared;
  }

  /** Takes a user back. */
  release(topicFilter: string): void {
    const shared = this.#byFilter.get(topicFilter);
    if (shared === undefined) {
      return;
    }
    shared.userCount -= 1;
    if (shared.userCount === 0 && !shared.isSubscribed) {
      this.#forget(topicFilter);
      this.#requests.unsubscribe(topicFilter);
    }
  }

  /** The server has no such subscription any more, unless one is under way. */
  handleRefused(topicFilter: string): void {
    const shared = this.#byFilter.get(topicFilter);
    if (shared?.isGranted === true) {
      this.#forget(topicFilter);
    } else if (shared !== undefined) {
      shared.before = undefined;
    }
  }

  /** What is in use under a filter. */
  get(topicFilter: string): SharedSubscription | undefined {
    return this.#byFilter.get(topicFilter);
  }

  /** Whether `subscribe` made a subscription for which a server sends a copy with these identifiers (MQTT-3.3.4-3). */
  isOrigin(topic: string, identifiers: readonly number[]): boolean {
    return this.#filters.match(topic).some((topicFilter) => {
      const { isSubscribed, isGranted, identifier } = this.#byFilter.get(topicFilter) ?? {};
      const isTold = identifier === undefined ? identifiers.length === 0 : identifiers.includes(identifier);
      return isSubscribed === true && isGranted === true && isTold;
    });
  }

  #add(options: Subscription, identifier: number | undefined, granted: Promise<void>): SharedSubscription {
    const before = this.#byFilter.get(options.topicFilter);
    const shared: SharedSubscription = {
      options,
      identifier,
      isSubscribed: false,
      userCount: before?.userCount ?? 0,
      granted,
      isGranted: undefined,
      before,
    };
    this.#byFilter.set(options.topicFilter, shared);
    this.#filters.add(options.topicFilter, options.topicFilter);
    granted.then(
      () => {
        shared.isGranted = true;
        shared.before = undefined;
      },
      (error: unknown) => {
        shared.isGranted = false;
        if (this.#byFilter.get(options.topicFilter) === shared) {
          this.#revert(shared, error instanceof SubscribeRejectedError);
        }
      },
    );
    return shared;
  }

  #forget(topicFilter: string): void {
    this.#byFilter.delete(topicFilter);
    this.#filters.remove(topicFilter, topicFilter);
  }

  /** The SUBSCRIBE was not granted: what stood before it stands again. */
  #revert(shared: SharedSubscription, isRefused: boolean): void {
    const { topicFilter } = shared.options;
    let { before } = shared;
    while (before?.isGranted === false) {
      before = before.before;
    }
    if (before !== undefined) {
      // One more user, who leaves at once: it ends here where the others left meanwhile.
      before.userCount = shared.userCount + 1;
      this.#byFilter.set(topicFilter, before);
      this.release(topicFilter);
    } else if (isRefused || shared.userCount === 0) {
      this.#forget(topicFilter);
    } else {
      // The server may have granted it all the same: the last user ends it.
      shared.isSubscribed = false;
    }
  }
}

function grantOf(answer: Promise<SubscribeResult>, index: number): Promise<void> {
  const granted = answer.then(({ suback, results }) => {
    if (results[index]?.ok !== true) {
      throw new SubscribeRejectedError(suback);
    }
  });
  granted.catch(() => undefined);
  return granted;
}

function demandSame(options: Subscription, other: Subscription): void {
  for (const name of ["qos", "noLocal", "retainAsPublished", "retainHandling"] as const) {
    if (options[name] !== other[name]) {
      refuse(name, other[name], `${String(options[name])}, with which ${options.topicFilter} is in use`);
    }
  }
}
