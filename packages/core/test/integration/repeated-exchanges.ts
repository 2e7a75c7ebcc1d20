/**
 * Watches what a broker sends a client, over all connections of a session, for a PUBLISH at QoS 2 that comes again after
 * its PUBREL (against MQTT-4.3.3-6): no client can tell that from a new message. Mosquitto 2.0 does it where a connection
 * breaks before the PUBREL went out again, and so does the next.
 */

import { type FramedPacket, packetTypes } from "./packet-framer.js";

const { publish, pubrel } = packetTypes;
const dupFlag = 8;

export class RepeatedExchanges {
  readonly #released = new Set<number>();
  readonly #topics: string[] = [];

  get count(): number {
    return this.#topics.length;
  }

  /** How many there were of a topic. */
  countOf(topic: string): number {
    return this.#topics.filter((each) => each === topic).length;
  }

  note({ type, flags, topic, packetId }: FramedPacket): void {
    if (type === pubrel) {
      this.#released.add(packetId);
    } else if (type === publish && (flags & dupFlag) === 0) {
      this.#released.delete(packetId);
    } else if (type === publish && this.#released.delete(packetId)) {
      this.#topics.push(topic);
    }
  }
}
