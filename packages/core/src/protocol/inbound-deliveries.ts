/**
 * The QoS 1 and 2 messages of one connection that are delivered and not yet acknowledged, in the order in which they
 * came. Acknowledgements leave in that order, whatever the order in which the application finishes (MQTT-4.6.0-2,
 * MQTT-4.6.0-3).
 */

import type { ExactlyOnceEntry } from "./inbound-exactly-once.js";

/** A message whose acknowledgement has its place in the order. */
export class Delivery {
  /** Counts up by one with each delivery. */
  readonly deliveryId: number;
  readonly packetId: number;

  /** The exchange that a QoS 2 message belongs to; its answer may outlive this connection. */
  readonly exchange: ExactlyOnceEntry | undefined;

  /** When a missing answer is a matter for a warning; Infinity once there was one. */
  deadline: number;

  #reasonCode: number | undefined;

  constructor(deliveryId: number, packetId: number, deadline: number, exchange?: ExactlyOnceEntry) {
    this.deliveryId = deliveryId;
    this.packetId = packetId;
    this.deadline = deadline;
    this.exchange = exchange;
  }

  /** The application's answer, once it is there. */
  get reasonCode(): number | undefined {
    return this.exchange === undefined ? this.#reasonCode : this.exchange.reasonCode;
  }

  /** Takes the answer to a QoS 1 message. */
  answer(reasonCode: number): void {
    this.#reasonCode = reasonCode;
  }
}

/** Below this many sent acknowledgements it does not pay to move the rest. */
const smallestCompaction = 64;

export class InboundDeliveries {
  readonly #receiveMaximum: number;
  #deliveries: Delivery[] = [];
  #first = 0;
  #openCount = 0;

  /** The QoS 2 exchanges that began on this connection. */
  readonly #exchanges = new Set<number>();

  constructor(receiveMaximum: number) {
    this.#receiveMaximum = receiveMaximum;
  }

  /** How many messages of this connection the server holds a unit of its send quota for. */
  get openCount(): number {
    return this.#openCount;
  }

  /** False when another message would be more than our Receive Maximum allows (MQTT-3.3.4-9). */
  get hasRoom(): boolean {
    return this.#openCount < this.#receiveMaximum;
  }

  /** True when a QoS 2 exchange of this connection has its unit already. */
  holds(packetId: number): boolean {
    return this.#exchanges.has(packetId);
  }

  /** Gives a message its place. A QoS 2 message that is repeated on this connection takes no further unit. */
  add(delivery: Delivery): void {
    this.#deliveries.push(delivery);
    if (delivery.exchange === undefined) {
      this.#openCount += 1;
    } else if (!this.#exchanges.has(delivery.packetId)) {
      this.#exchanges.add(delivery.packetId);
      this.#openCount += 1;
    }
  }

  /** The QoS 1 delivery with this id if it still waits for an answer. */
  find(deliveryId: number): Delivery | undefined {
    const oldest = this.#deliveries[this.#first];
    if (oldest === undefined || deliveryId < oldest.deliveryId) {
      return undefined;
    }
    const delivery = this.#deliveries[this.#first + deliveryId - oldest.deliveryId];
    return delivery?.exchange === undefined && delivery?.reasonCode === undefined ? delivery : undefined;
  }

  /** The deliveries whose answer was not sent, oldest first. */
  get open(): readonly Delivery[] {
    return this.#deliveries.slice(this.#first);
  }

  /** When the oldest delivery, which holds up all others, has waited too long; Infinity when none has to be told of. */
  get nextDeadline(): number {
    return this.#deliveries[this.#first]?.deadline ?? Infinity;
  }

  /** The oldest delivery if it has waited too long by now; once. */
  takeDue(now: number): Delivery | undefined {
    const oldest = this.#deliveries[this.#first];
    if (oldest === undefined || now < oldest.deadline) {
      return undefined;
    }
    oldest.deadline = Infinity;
    return oldest;
  }

  /** Takes out the oldest delivery if it has its answer. */
  takeAnswered(): Delivery | undefined {
    const delivery = this.#deliveries[this.#first];
    if (delivery?.reasonCode === undefined) {
      return undefined;
    }
    this.#first += 1;
    if (this.#first === this.#deliveries.length) {
      this.#deliveries = [];
      this.#first = 0;
    } else if (this.#first > smallestCompaction && this.#first * 2 > this.#deliveries.length) {
      this.#deliveries.splice(0, this.#first);
      this.#first = 0;
    }
    return delivery;
  }

  /** A QoS 1 message was acknowledged. */
  handleAcknowledged(): void {
    this.#openCount -= 1;
  }

  /** A QoS 2 exchange ended: by PUBREL, or by our failing PUBREC. */
  handleCompleted(packetId: number): void {
    if (this.#exchanges.delete(packetId)) {
      this.#openCount -= 1;
    }
  }
}
