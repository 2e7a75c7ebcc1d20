/**
 * Topic aliases (section 3.3.2.3.4): numbers that stand for topics, agreed on by using them. They belong to one
 * connection and one direction, so both kinds are made anew with each connection (MQTT-3.3.2-7).
 */

import type { OutboundMessage, PublishPacket } from "../../codec/packets/publish.js";
import { DisconnectReasonCode } from "../../codec/reason-codes.js";
import { ProtocolViolationError } from "../../errors.js";

/**
 * How the client uses aliases for what it sends: never, as the application says in each publish, or by itself for the
 * topics used last.
 */
export type OutboundTopicAliasing = "disabled" | "manual" | "lru";

/** How the client uses aliases, and lets the server use them. */
export interface TopicAliasingSettings {
  readonly outbound: OutboundTopicAliasing;
  /** How many topics `lru` keeps. */
  readonly outboundCacheMaxSize: number;
  /** The highest alias that the server may use; 0: none. */
  readonly inboundMaximum: number;
}

/** What the server stands for with its aliases. */
export class InboundAliases {
  readonly #maximum: number;
  readonly #topics = new Map<number, string>();

  /** `maximum` is what we said in CONNECT; 0 forbids aliases. */
  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** The packet with its topic in full; throws what the server did wrong. */
  resolve(packet: PublishPacket): PublishPacket {
    const { topic, topicAlias } = packet;
    if (topicAlias === undefined) {
      return packet;
    }
    if (topicAlias > this.#maximum) {
      const statement = this.#maximum === 0 ? "MQTT-3.1.2-27" : "MQTT-3.1.2-26";
      const message = `topic alias ${topicAlias} beyond our maximum ${this.#maximum}`;
      throw new ProtocolViolationError(message, statement, DisconnectReasonCode.TopicAliasInvalid);
    }
    if (topic !== "") {
      this.#topics.set(topicAlias, topic);
      return packet;
    }
    const known = this.#topics.get(topicAlias);
    if (known === undefined) {
      throw new ProtocolViolationError(`topic alias ${topicAlias} without a topic`, "3.3.4");
    }
    return { ...packet, topic: known };
  }
}

/** The alias has three bytes, and may lengthen the two length fields before it by one each. */
const mostGrowth = 5;

/** The aliases that we use towards the server. */
export class OutboundAliases {
  readonly #isAutomatic: boolean;

  /** The highest alias: no more than the server takes (MQTT-3.3.2-9). */
  readonly #maximum: number;

  /** The topic that each alias stands for. */
  readonly #topics = new Map<number, string>();

  /** The other way round, in `lru` mode: the one used last at the end. */
  readonly #aliases = new Map<string, number>();

  constructor({ outbound, outboundCacheMaxSize }: TopicAliasingSettings, serverMaximum: number) {
    const ownMaximum = { disabled: 0, manual: Infinity, lru: outboundCacheMaxSize };
    this.#isAutomatic = outbound === "lru";
    this.#maximum = Math.min(ownMaximum[outbound], serverMaximum);
  }

  /**
   * Gives the message as it goes onto the wire; the one passed in has no alias, and keeps its topic for another connection.
   * `requested` is the caller's alias, `room` the number of bytes that the packet may grow before it is larger than the
   * server takes.
   */
  apply(message: OutboundMessage, requested: number | undefined, room: number): OutboundMessage {
    if (this.#maximum === 0 || room < mostGrowth) {
      return message;
    }
    const { topic } = message;
    const topicAlias = this.#isAutomatic ? this.#leastRecentlyUsed(topic) : requested;
    if (topicAlias === undefined || topicAlias > this.#maximum) {
      return message;
    }
    const isKnown = this.#topics.get(topicAlias) === topic;
    this.#topics.set(topicAlias, topic);
    return { ...message, topic: isKnown ? "" : topic, topicAlias };
  }

  /** The alias that the topic has or, where it has none, a new one, or that of the topic that was not used for longest. */
  #leastRecentlyUsed(topic: string): number {
    let alias = this.#aliases.get(topic) ?? this.#aliases.size + 1;
    if (alias > this.#maximum) {
      const [[oldestTopic, oldestAlias] = ["", 1]] = this.#aliases;
      this.#aliases.delete(oldestTopic);
      alias = oldestAlias;
    }
    this.#aliases.delete(topic);
    this.#aliases.set(topic, alias);
    return alias;
  }
}
