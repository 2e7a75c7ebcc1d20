/**
 * Who uses which topic filter. `subscribe` is one user of a filter, and every iterable and responder is another: the
 * first makes the subscription, and UNSUBSCRIBE goes when the last is gone.
 */

import type { Subscription } from "../codec/packets/subscribe.js";
import type { OutboundSubscribePacket } from "../protocol/operation.js";
import { SubscribeRejectedError } from "../protocol/operation-errors.js";
import { fail } from "./checks.js";
import type { SubscribeResult } from "./results.js";

/** A filter in use. */
export interface SharedSubscription {
  readonly options: Subscription;
  /** What tells copies apart that the server sends for overlapping filters. */
  readonly identifier: number | undefined;
  /** Whether `subscribe` made it, or made it again. */
  isSubscribed: boolean;
  userCount: number;
  /** Whether a SUBSCRIBE that came after it replaced it before it was refused. */
  isVoid?: boolean;
  /** Rejects when the server did not grant it. */
  readonly granted: Promise<void>;
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
      const before = this.#byFilter.get(options.topicFilter);
      const granted = grantOf(answer, index);
      const identifier = packet.subscriptionIdentifier;
      const userCount = before?.userCount ?? 0;
      const shared: SharedSubscription = { options, identifier, isSubscribed: true, userCount, granted };
      this.#byFilter.set(options.topicFilter, shared);
      granted.catch(() => {
        if (this.#byFilter.get(options.topicFilter) === shared) {
          this.#revert(shared, before?.isVoid === true ? undefined : before);
        }
        shared.isVoid = true;
      });
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
      this.#byFilter.delete(topicFilter);
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
      const granted = grantOf(answer, 0);
      shared = { options, identifier, isSubscribed: false, userCount: 0, granted };
      this.#byFilter.set(topicFilter, shared);
      granted.catch((error: unknown) => {
        // After any other failure the server may have granted it all the same: the last user ends it.
        if (error instanceof SubscribeRejectedError) {
          this.handleRefused(topicFilter);
        }
      });
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
      this.#byFilter.delete(topicFilter);
      this.#requests.unsubscribe(topicFilter);
    }
  }

  /** The server has no such subscription any more. */
  handleRefused(topicFilter: string): void {
    this.#byFilter.delete(topicFilter);
  }

  /** What is in use under a filter. */
  get(topicFilter: string): SharedSubscription | undefined {
    return this.#byFilter.get(topicFilter);
  }

  /** The SUBSCRIBE was not granted: what stood before it stands again. */
  #revert(shared: SharedSubscription, before: SharedSubscription | undefined): void {
    const { topicFilter } = shared.options;
    if (before !== undefined) {
      before.userCount = shared.userCount;
      this.#byFilter.set(topicFilter, before);
    } else if (shared.userCount === 0) {
      this.#byFilter.delete(topicFilter);
    } else {
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
      fail(name, other[name], `${String(options[name])}, with which ${options.topicFilter} is in use`);
    }
  }
}
