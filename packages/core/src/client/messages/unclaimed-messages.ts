/**
 * The messages that no consumer takes. A server may send what it kept for a session before the application has added
 * its listener, loop or responder. So these messages wait, unacknowledged:
 *
 * - while the client has no consumer at all: until the first one comes. Our Receive Maximum bounds their number
 * - in a session from before this client object, if no filter of this client matches: until ten seconds after CONNACK.
 *   Their subscription was made by a program that ran before, so nobody may want them any more
 *
 * When consumers are added, all messages that wait are delivered again, in their order. The end of the connection drops
 * them: the server sends them again when it resumes the session. A QoS 0 message does not wait; it is dropped.
 */

import { printable } from "../../codec/printable-text.js";
import { PubackReasonCode } from "../../codec/reason-codes.js";
import type { MqttError } from "../../errors.js";
import type { EngineNews } from "../../protocol/engine-event.js";
import type { Engine } from "../../protocol/engine.js";
import type { Driver } from "../driver.js";
import type { ReceivingOptions } from "../options/receiving-options.js";
import type { DroppedMessages } from "./dropped-messages.js";
import { routingIdentifiers } from "./subscription-origins.js";
import type { FilterUse, SubscriptionRegistry } from "./subscription-registry.js";

/** The news that a message arrived. */
export type MessageNews = Extract<EngineNews, { readonly type: "messageReceived" }>;

/** The other parts of the client that {@link UnclaimedMessages} works with. */
interface UnclaimedMessagesParts {
  readonly options: ReceivingOptions;
  readonly subscriptions: SubscriptionRegistry;
  readonly engine: Engine;
  readonly driver: Driver;
  readonly dropped: DroppedMessages;
  /** Delivers a message that waited. */
  readonly deliver: (news: MessageNews) => void;
  /** Tells whether the client has a listener of `messageReceived`, a loop or a responder. */
  readonly hasConsumer: () => boolean;
}

/** The time after CONNACK for which the messages of an older session wait. */
const claimTimeMs = 10_000;

export class UnclaimedMessages {
  readonly #parts: UnclaimedMessagesParts;
  #waiting: MessageNews[] = [];
  /** The time until which the messages of an older session wait, on this connection. */
  #claimDeadline = 0;
  #cancelClaimAlarm: (() => void) | undefined;
  /** True once a QoS 0 message was dropped after the last consumer came. */
  #hasWarnedOfDrop = false;
  /** True once a message was unclaimed on this connection. */
  #hasWarnedOfUnclaimed = false;

  constructor(parts: UnclaimedMessagesParts) {
    this.#parts = parts;
  }

  /** Takes a message that has no consumer. Returns false for one that nobody waits for: acknowledge it at once. */
  take(news: MessageNews): boolean {
    const isOlder = this.#isOfOlderProgram(news);
    if (!isOlder && (this.#parts.hasConsumer() || this.#useOf(news) === "ended")) {
      return false;
    }
    if (news.deliveryId === 0) {
      this.#drop(news);
    } else if (isOlder && this.#parts.driver.now() >= this.#claimDeadline) {
      this.#giveUp([news]);
    } else {
      this.#waiting.push(news);
    }
    return true;
  }

  /** Takes in that a consumer was added. Others may follow in the same run of the application, so the messages wait. */
  handleConsumer(): void {
    this.#hasWarnedOfDrop = false;
    if (this.#waiting.length > 0) {
      void Promise.resolve().then(this.#deliverAll);
    }
  }

  handleConnected(): void {
    const { driver, subscriptions } = this.#parts;
    this.#hasWarnedOfUnclaimed = false;
    if (subscriptions.isSessionOlder) {
      this.#claimDeadline = driver.now() + claimTimeMs;
      this.#cancelClaimAlarm = driver.setAlarm(claimTimeMs, () => {
        this.#handleClaimDeadline();
      });
    }
  }

  /**
   * Drops the messages that wait. At QoS 2 the engine forgets them too: otherwise it would take the repeat on the next
   * connection for a message that was delivered.
   */
  handleDisconnected(error: MqttError): void {
    const { driver, engine } = this.#parts;
    this.#cancelClaimAlarm?.();
    this.#cancelClaimAlarm = undefined;
    for (const { deliveryId } of this.#waiting) {
      engine.returnDelivery(driver.now(), deliveryId, error);
    }
    this.#waiting = [];
  }

  /** Delivers the messages that wait. Those that no consumer takes come back to `take`. */
  readonly #deliverAll = (): void => {
    const { deliver, driver } = this.#parts;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const news of waiting) {
      driver.run(() => {
        deliver(news);
      });
    }
  };

  #handleClaimDeadline(): void {
    this.#cancelClaimAlarm = undefined;
    const unclaimed = this.#waiting.filter((news) => this.#isOfOlderProgram(news));
    this.#waiting = this.#waiting.filter((news) => !unclaimed.includes(news));
    if (unclaimed.length > 0) {
      this.#giveUp(unclaimed);
    }
  }

  /** True for a message of a subscription that this client object did not make. */
  #isOfOlderProgram(news: MessageNews): boolean {
    return this.#parts.subscriptions.isSessionOlder && this.#useOf(news) === "none";
  }

  #useOf({ packet }: MessageNews): FilterUse {
    return this.#parts.subscriptions.useOf(packet.topic, routingIdentifiers(packet) ?? []);
  }

  #drop({ packet: { topic } }: MessageNews): void {
    const { dropped } = this.#parts;
    dropped.add(1);
    if (!this.#hasWarnedOfDrop) {
      this.#hasWarnedOfDrop = true;
      const message = `a QoS 0 message on "${printable(topic)}" was dropped, as all others will be: nothing takes it. Add a listener of messageReceived, a loop or a responder`;
      dropped.warn("NO_CONSUMER", message);
    }
  }

  /** Acknowledges messages for good. To hold one for ever would hold all acknowledgements after it (MQTT-4.6.0-2). */
  #giveUp(unclaimed: readonly MessageNews[]): void {
    const { options, engine, driver, dropped } = this.#parts;
    const isManual = options.acknowledgement === "manual";
    for (const { deliveryId } of unclaimed) {
      engine.acknowledge(deliveryId, isManual ? PubackReasonCode.UnspecifiedError : PubackReasonCode.Success);
    }
    driver.advance();
    dropped.add(unclaimed.length);
    if (!this.#hasWarnedOfUnclaimed) {
      this.#hasWarnedOfUnclaimed = true;
      dropped.warn("UNCLAIMED_MESSAGE", unclaimedText(unclaimed, isManual));
    }
  }
}

function unclaimedText(unclaimed: readonly MessageNews[], isManual: boolean): string {
  const topic = printable(unclaimed[0]?.packet.topic ?? "");
  const fate = isManual ? "refused with 0x80" : "acknowledged";
  return `${unclaimed.length} message(s) of an earlier session, the first on "${topic}", were ${fate}, as all further ones will be: no filter of this client matched within ${claimTimeMs} ms of CONNACK. Add the consumer earlier, or unsubscribe`;
}
