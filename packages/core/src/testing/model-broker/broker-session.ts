/** The state of a session, as a server keeps it (section 4.1). */
import type { Subscription } from "../../codec/packets/subscribe.js";
import type { QoS } from "../../codec/qos.js";
import { matchesTopicFilter } from "../../codec/topic.js";
import type { BrokerDelivery, BrokerMessage } from "./broker-records.js";

/** The largest number of packet identifiers. */
const packetIdCount = 65_535;

/** A subscription of a session. */
export interface BrokerSubscription extends Subscription {
  /** The subscription identifier. Undefined if SUBSCRIBE had none. */
  readonly identifier: number | undefined;
}

/** A delivery that the broker changes. */
export type MutableDelivery = { -readonly [Key in keyof BrokerDelivery]: BrokerDelivery[Key] };

/** The largest Session Expiry Interval: the session never expires. */
const never = 0xffffffff;

/** A session. It outlives the connections of its client. */
export class BrokerSession {
  /** The number of the session in its broker, from 1. A client that lost its session gets another number. */
  readonly number: number;
  /** The client identifier. */
  readonly clientId: string;
  /** The subscriptions, by topic filter. */
  readonly subscriptions: ReadonlyMap<string, BrokerSubscription>;
  /** The QoS 2 packet identifiers that the client has published and not released. */
  readonly receivedIds: ReadonlySet<number>;
  /** The deliveries that are not finished, in order. */
  readonly outgoing: readonly BrokerDelivery[];

  readonly #subscriptions = new Map<string, BrokerSubscription>();
  readonly #receivedIds = new Set<number>();
  #outgoing: MutableDelivery[] = [];
  #expiryInterval = 0;
  #endsAt = Infinity;
  #lastPacketId = 0;

  /**
   * Makes a session. The broker calls this.
   *
   * @internal
   */
  constructor(number: number, clientId: string) {
    this.number = number;
    this.clientId = clientId;
    this.subscriptions = this.#subscriptions;
    this.receivedIds = this.#receivedIds;
    this.outgoing = this.#outgoing;
  }

  /** The Session Expiry Interval, in seconds. */
  get expiryInterval(): number {
    return this.#expiryInterval;
  }

  /** @internal */
  set expiryInterval(seconds: number) {
    this.#expiryInterval = seconds;
  }

  /** Whether the session is over at this time. A session with a connection is never over. */
  isOverAt(now: number): boolean {
    return now >= this.#endsAt;
  }

  /** @internal */
  handleConnected(): void {
    this.#endsAt = Infinity;
  }

  /** @internal */
  handleDisconnected(now: number): void {
    this.#endsAt = this.#expiryInterval === never ? Infinity : now + this.#expiryInterval * 1_000;
  }

  /**
   * Adds a subscription, or replaces the one with the same filter. Returns whether it is new.
   *
   * @internal
   */
  subscribe(subscription: BrokerSubscription): boolean {
    const isNew = !this.#subscriptions.has(subscription.topicFilter);
    this.#subscriptions.set(subscription.topicFilter, subscription);
    return isNew;
  }

  /**
   * Ends a subscription, and drops its copies that were not sent yet, as the specification allows (section 3.10.4).
   * Returns whether there was one.
   *
   * @internal
   */
  unsubscribe(topicFilter: string): boolean {
    for (const delivery of [...this.#outgoing]) {
      if (delivery.sentCount === 0 && delivery.topicFilters.every((filter) => filter === topicFilter)) {
        this.finish(delivery, "lost");
      }
    }
    return this.#subscriptions.delete(topicFilter);
  }

  /** The subscriptions that match a message. A message of the session itself does not match with No Local. */
  matching(message: BrokerMessage): readonly BrokerSubscription[] {
    return [...this.#subscriptions.values()].filter(
      ({ topicFilter, noLocal }) =>
        matchesTopicFilter(topicFilter, message.topic) && !(noLocal && message.sessionNumber === this.number),
    );
  }

  /** @internal */
  receive(packetId: number): boolean {
    const isNew = !this.#receivedIds.has(packetId);
    this.#receivedIds.add(packetId);
    return isNew;
  }

  /** @internal */
  release(packetId: number): boolean {
    return this.#receivedIds.delete(packetId);
  }

  /** @internal */
  enqueue(delivery: MutableDelivery): void {
    this.#outgoing.push(delivery);
  }

  /** The delivery with this packet identifier and QoS that is not finished. */
  find(packetId: number, qos: QoS): MutableDelivery | undefined {
    return this.#outgoing.find((delivery) => delivery.packetId === packetId && delivery.qos === qos);
  }

  /** The deliveries that are not finished. The connection moves them on. */
  get deliveries(): readonly MutableDelivery[] {
    return this.#outgoing;
  }

  /** @internal */
  finish(delivery: MutableDelivery, state: BrokerDelivery["state"]): void {
    delivery.state = state;
    const index = this.#outgoing.indexOf(delivery);
    if (index >= 0) {
      this.#outgoing.splice(index, 1);
    }
  }

  /** @internal */
  takePacketId(): number {
    do {
      this.#lastPacketId = (this.#lastPacketId % packetIdCount) + 1;
    } while (this.#outgoing.some(({ packetId }) => packetId === this.#lastPacketId));
    return this.#lastPacketId;
  }

  /**
   * Ends the session: its deliveries are lost.
   *
   * @internal
   */
  end(): void {
    for (const delivery of [...this.#outgoing]) {
      this.finish(delivery, "lost");
    }
    this.#subscriptions.clear();
    this.#receivedIds.clear();
  }
}
