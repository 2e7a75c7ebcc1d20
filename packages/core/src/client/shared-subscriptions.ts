/**
 * Who uses which topic filter. `subscribe` is one user of a filter, and every iterable and responder is another: the
 * first makes the subscription, and UNSUBSCRIBE goes when the last is gone.
 */

import { refuse } from "../codec/arguments.js";
import type { Subscription } from "../codec/packets/subscribe.js";
import type { OutboundSubscribePacket } from "../protocol/operation.js";
import { SubscribeRejectedError } from "../protocol/operation-errors.js";
import { FilterTrie } from "./filter-trie.js";
import type { MessageSink } from "./message-stream.js";
import type { SubscribeResult } from "./results.js";

/** A filter in use, as the last SUBSCRIBE for it has it. */
interface SharedSubscription {
  readonly options: Subscription;
  /** What tells copies apart that the server sends for overlapping filters. */
  readonly identifier: number | undefined;
  /** Whether `subscribe` made it, or made it again. */
  isSubscribed: boolean;
  /** Its other users: where its messages go. */
  readonly consumers: Set<MessageSink>;
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
  readonly #filters = new FilterTrie();
  #identifiersTaken = 0;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Throws an `InvalidArgumentError` where this SUBSCRIBE would change what another user of a filter relies on. */
  check(packet: OutboundSubscribePacket): void {
    for (const options of packet.subscriptions) {
      const shared = this.#byFilter.get(options.topicFilter);
      if (shared !== undefined && shared.consumers.size > 0) {
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
      if (shared !== undefined && shared.consumers.size > 0) {
        shared.isSubscribed = false;
        return false;
      }
      this.#forget(topicFilter);
      return true;
    });
  }

  /**
   * Adds a consumer. The promise rejects when the server did not grant the subscription. Throws an
   * `InvalidArgumentError` where the filter is in use with other options.
   */
  acquire(options: Subscription, consumer: MessageSink): Promise<void> {
    let shared = this.#byFilter.get(options.topicFilter);
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
    shared.consumers.add(consumer);
    return shared.granted;
  }

  /** Takes a consumer back. */
  release(topicFilter: string, consumer: MessageSink): void {
    const shared = this.#byFilter.get(topicFilter);
    if (shared?.consumers.delete(consumer) === true) {
      this.#endUnused(shared);
    }
  }

  /** The server has no such subscription any more, unless one is under way; gives those who lose it. */
  handleRefused(topicFilter: string): readonly MessageSink[] {
    const shared = this.#byFilter.get(topicFilter);
    if (shared?.isGranted === true) {
      this.#forget(topicFilter);
    } else if (shared !== undefined) {
      shared.before = undefined;
    }
    return [...(shared?.consumers ?? [])];
  }

  /**
   * Every consumer whose filter matches. A server may send a copy for each subscription (MQTT-3.3.4-3): one whose origin is
   * known goes to the consumers of that, and to those that cannot be told apart. `isPlain` is true for a message that has
   * no identifiers though the server sends them.
   */
  consumersOf(topic: string, identifiers: readonly number[], isPlain: boolean): readonly MessageSink[] {
    const matching = this.#filters.match(topic).flatMap((topicFilter) => this.#byFilter.get(topicFilter) ?? []);
    const isNamed = ({ identifier = 0 }: SharedSubscription): boolean => identifiers.includes(identifier);
    const isOriginKnown = matching.some(
      (shared) =>
        isNamed(shared) ||
        (isPlain && shared.identifier === undefined && shared.isSubscribed && shared.isGranted === true),
    );
    return matching.flatMap((shared) =>
      isOriginKnown && shared.identifier !== undefined && !isNamed(shared) ? [] : [...shared.consumers],
    );
  }

  #add(options: Subscription, identifier: number | undefined, granted: Promise<void>): SharedSubscription {
    const before = this.#byFilter.get(options.topicFilter);
    const shared: SharedSubscription = {
      options,
      identifier,
      isSubscribed: false,
      consumers: before?.consumers ?? new Set(),
      granted,
      isGranted: undefined,
      before,
    };
    this.#byFilter.set(options.topicFilter, shared);
    this.#filters.add(options.topicFilter);
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
    this.#filters.remove(topicFilter);
  }

  #endUnused({ options: { topicFilter }, consumers, isSubscribed }: SharedSubscription): void {
    if (consumers.size === 0 && !isSubscribed) {
      this.#forget(topicFilter);
      this.#requests.unsubscribe(topicFilter);
    }
  }

  /** The SUBSCRIBE was not granted: what stood before it stands again. */
  #revert(shared: SharedSubscription, isRefused: boolean): void {
    const { topicFilter } = shared.options;
    let { before } = shared;
    while (before?.isGranted === false) {
      before = before.before;
    }
    if (before !== undefined) {
      this.#byFilter.set(topicFilter, before);
      this.#endUnused(before);
    } else if (isRefused || shared.consumers.size === 0) {
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
