/**
 * The inbound half of the session state (section 4.1): QoS 2 messages between their PUBLISH and their PUBREL. As long as
 * an id stands here, a PUBLISH that carries it is the same message (MQTT-4.3.3-10), on whatever connection it comes.
 */

/** One QoS 2 message. */
export interface ExactlyOnceEntry {
  readonly packetId: number;

  /** Names the delivery to the application. */
  readonly deliveryId: number;

  /** The application's answer, once it is there: the PUBREC that is sent, and sent again for each repeat. */
  reasonCode: number | undefined;

  /** The attempt on whose connection a PUBREC already has its place; one answers all repeats before it. */
  queuedOn: number;
}

export class InboundExactlyOnce {
  readonly #byPacketId = new Map<number, ExactlyOnceEntry>();
  readonly #awaiting = new Map<number, ExactlyOnceEntry>();

  /** The number of messages between PUBLISH and PUBREL. */
  get count(): number {
    return this.#byPacketId.size;
  }

  get(packetId: number): ExactlyOnceEntry | undefined {
    return this.#byPacketId.get(packetId);
  }

  /** Takes note of a new message that is delivered to the application. */
  open(packetId: number, deliveryId: number): ExactlyOnceEntry {
    const entry: ExactlyOnceEntry = { packetId, deliveryId, reasonCode: undefined, queuedOn: 0 };
    this.#byPacketId.set(packetId, entry);
    this.#awaiting.set(deliveryId, entry);
    return entry;
  }

  /** Takes the application's answer; gives the entry, or undefined when there is none to answer. */
  answer(deliveryId: number, reasonCode: number): ExactlyOnceEntry | undefined {
    const entry = this.#awaiting.get(deliveryId);
    if (entry !== undefined) {
      entry.reasonCode = reasonCode;
      this.#awaiting.delete(deliveryId);
    }
    return entry;
  }

  /** Forgets an exchange that has no answer yet, and gives it; undefined when there is none. */
  abandon(deliveryId: number): ExactlyOnceEntry | undefined {
    const entry = this.#awaiting.get(deliveryId);
    if (entry !== undefined) {
      this.#awaiting.delete(deliveryId);
      this.#byPacketId.delete(entry.packetId);
    }
    return entry;
  }

  /** Ends an exchange: from now on the id means a new message (MQTT-4.3.3-9, MQTT-4.3.3-12). */
  close(packetId: number): boolean {
    return this.#byPacketId.delete(packetId);
  }

  /** Forgets everything: the session is lost, and late answers are void. */
  clear(): void {
    this.#byPacketId.clear();
    this.#awaiting.clear();
  }
}
