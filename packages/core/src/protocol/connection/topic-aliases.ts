/**
 * Topic aliases (section 3.3.2.3.4): numbers that replace topics on the wire. The first use of an alias names its
 * topic. An alias belongs to one connection and one direction, so each connection has new objects of both classes
 * (MQTT-3.3.2-7).
 */

import type { OutboundMessage, ReceivedPublish } from "../../codec/packets/publish.js";
import { DisconnectReasonCode } from "../../codec/reason-codes.js";
import { ProtocolViolationError } from "../../errors.js";

/**
 * The use of topic aliases in messages to the server.
 *
 * - `disabled`: none
 * - `manual`: the `topicAlias` of each publish
 * - `lru`: automatic, for the topics that were used last
 */
export type OutboundTopicAliasing = "disabled" | "manual" | "lru";

/** The use of topic aliases in both directions. */
export interface TopicAliasingSettings {
  /** The use of aliases in messages to the server. */
  readonly outbound: OutboundTopicAliasing;
  /** The number of topics that `lru` remembers. */
  readonly outboundCacheMaxSize: number;
  /** The highest alias that the server may use; 0 for none. */
  readonly inboundMaximum: number;
}

/** The aliases of the server, with their topics. */
export class InboundAliases {
  readonly #maximum: number;
  readonly #topics = new Map<number, string>();

  /** `maximum` is the Topic Alias Maximum of the CONNECT; 0 forbids aliases. */
  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /**
   * Gives the packet its topic in full.
   *
   * @throws {ProtocolViolationError} the alias is above the maximum, or has no topic yet
   */
  resolve(packet: ReceivedPublish): void {
    const { topic, topicAlias } = packet;
    if (topicAlias === undefined) {
      return;
    }
    if (topicAlias > this.#maximum) {
      const statement = this.#maximum === 0 ? "MQTT-3.1.2-27" : "MQTT-3.1.2-26";
      const message = `topic alias ${topicAlias} beyond our maximum ${this.#maximum}`;
      throw new ProtocolViolationError(message, statement, DisconnectReasonCode.TopicAliasInvalid);
    }
    if (topic !== "") {
      this.#topics.set(topicAlias, topic);
      return;
    }
    const known = this.#topics.get(topicAlias);
    if (known === undefined) {
      throw new ProtocolViolationError(`topic alias ${topicAlias} without a topic`, "3.3.4");
    }
    packet.topic = known;
  }
}

/**
 * The largest growth by an alias, in bytes: three for the alias, and one for each of the two length fields before it.
 */
const mostGrowth = 5;

/** The aliases of this client towards the server. */
export class OutboundAliases {
  readonly #isAutomatic: boolean;

  /** The highest alias to use. The maximum of the server limits it (MQTT-3.3.2-9). */
  readonly #maximum: number;

  /** The topic of each alias. */
  readonly #topics = new Map<number, string>();

  /** The alias of each topic, in `lru` mode. The one used last is at the end. */
  readonly #aliases = new Map<string, number>();

  constructor({ outbound, outboundCacheMaxSize }: TopicAliasingSettings, serverMaximum: number) {
    const ownMaximum = { disabled: 0, manual: Infinity, lru: outboundCacheMaxSize };
    this.#isAutomatic = outbound === "lru";
    this.#maximum = Math.min(ownMaximum[outbound], serverMaximum);
  }

  /**
   * Gives the message as it goes onto the wire. The argument has no alias and stays unchanged, for another connection.
   *
   * `requested` is the caller's alias. `room` is the number of bytes that the packet may grow before it is too large
   * for the server.
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

  /**
   * Gives the alias of a topic. A new topic gets a free alias, or the alias of the topic that was unused for longest.
   */
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
