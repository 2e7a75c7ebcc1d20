/**
 * Packs subscriptions that are renewed into few SUBSCRIBEs. The subscriptions of one packet have the same user
 * properties and the same subscription identifier. No two of them can match the same topic, so that the identifier and
 * the topic of a message together tell the subscription that it was sent for.
 */

import { packetSize } from "../../../codec/packet-size.js";
import { encodeSubscribe, type Subscription } from "../../../codec/packets/subscribe.js";
import { hasServerPrefix } from "../../../codec/topic.js";
import { encodedLength } from "../../../codec/wire/utf8.js";
import { variableByteIntegerWidth } from "../../../codec/wire/variable-byte-integer.js";
import type { NegotiatedSettings } from "../../connection/negotiated-settings.js";
import { subscriptionProblem } from "../../connection/server-limits.js";
import type { OutboundSubscribePacket } from "../operation.js";
import { DisjointFilters } from "./filter-overlap.js";

/** A subscription that is renewed. */
export interface OwedSubscription {
  readonly subscription: Subscription;
  /** The SUBSCRIBE that asked for it last. Its identifier and user properties apply to the subscription. */
  readonly packet: OutboundSubscribePacket;
}

/** The limits of a packet. */
export interface PackingLimits {
  readonly settings: NegotiatedSettings;
  /** The largest number of subscriptions in one packet; Infinity for no limit. */
  readonly maxSubscriptions: number;
}

/** The most packets that are tried for one subscription. It bounds the work where many filters overlap. */
const mostTried = 64;

/** The least bytes of a fixed header. */
const leastHeaderBytes = 2;

/** The bytes of a subscription beside its filter: the length of the filter, and the options. */
const subscriptionBytes = 3;

/** A packet that has room for more subscriptions. */
class OpenPacket {
  readonly owed: OwedSubscription[] = [];
  readonly #limits: PackingLimits;
  readonly #filters = new DisjointFilters();

  /** The Remaining Length (section 2.1.4), or a little more. */
  #length: number;

  constructor({ packet }: OwedSubscription, limits: PackingLimits) {
    this.#limits = limits;
    this.#length = packetSize(encodeSubscribe, { ...packet, subscriptions: [] }) - leastHeaderBytes;
  }

  get isFull(): boolean {
    return this.owed.length >= this.#limits.maxSubscriptions;
  }

  /** Adds a subscription if there is room. The first one is added in any case. */
  add(owed: OwedSubscription): boolean {
    if (this.isFull) {
      return false;
    }
    const { topicFilter } = owed.subscription;
    const length = this.#length + subscriptionBytes + encodedLength(topicFilter);
    const isTooLarge = 1 + variableByteIntegerWidth(length) + length > this.#limits.settings.maximumPacketSizeToServer;
    const isFirst = this.owed.length === 0;
    if ((!isFirst && isTooLarge) || !this.#filters.add(topicFilter)) {
      return false;
    }
    this.#length = length;
    this.owed.push(owed);
    return true;
  }
}

/** Packs subscriptions, in their order. Gives the contents of the packets. */
export function packSubscriptions(
  all: readonly OwedSubscription[],
  limits: PackingLimits,
): readonly (readonly OwedSubscription[])[] {
  const packets: OpenPacket[] = [];
  const openByKind = new Map<string, readonly OpenPacket[]>();
  for (const owed of all) {
    const kind = goesAlone(owed.subscription, limits.settings) ? undefined : kindOf(owed);
    const open = kind === undefined ? [] : (openByKind.get(kind) ?? []);
    if (!open.some((packet) => packet.add(owed))) {
      const packet = new OpenPacket(owed, limits);
      packet.add(owed);
      packets.push(packet);
      if (kind !== undefined) {
        openByKind.set(kind, [...open, packet].filter(({ isFull }) => !isFull).slice(-mostTried));
      }
    }
  }
  return packets.map(({ owed }) => owed);
}

/**
 * True for a subscription that shares its packet with no other: the server does not accept it, or has a way of its own
 * to match its filter.
 */
function goesAlone(subscription: Subscription, settings: NegotiatedSettings): boolean {
  return hasServerPrefix(subscription.topicFilter) || subscriptionProblem(subscription, settings) !== undefined;
}

/** Subscriptions of the same kind may share a packet. The identifiers of the client itself can be exchanged. */
function kindOf({ packet }: OwedSubscription): string {
  const { subscriptionIdentifier, isIdentifierOptional, userProperties = [] } = packet;
  const identifier = isIdentifierOptional === true ? "own" : subscriptionIdentifier;
  return JSON.stringify([identifier, userProperties.map(({ name, value }) => [name, value])]);
}
