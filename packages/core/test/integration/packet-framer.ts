/**
 * Follows a stream of MQTT packets byte by byte, by their beginnings alone: whether the last byte ended a packet, which
 * exchanges of QoS 2 stand between PUBREC and PUBCOMP, and what each packet was. It is apart from the codec that is tested.
 */

/** What the beginning of a packet says. */
export interface FramedPacket {
  readonly type: number;
  readonly flags: number;
  /** Of a PUBLISH; else empty. */
  readonly topic: string;
  /** What stands where the packets of an exchange have theirs. */
  readonly packetId: number;
}

/** The types of packets that are told apart (section 2.1.2). */
export const packetTypes = { publish: 3, pubrec: 5, pubrel: 6, pubcomp: 7 } as const;

const firstFailure = 0x80;

export class PacketFramer {
  readonly #handlePacket: (packet: FramedPacket) => void;
  readonly #received = new Set<number>();
  #firstByte = 0;
  /** Of the packet so far; 0 between packets. */
  #length = 0;
  #headerLength = 0;
  #remaining = 0;
  /** The first bytes after the fixed header: packet id and reason code, of a PUBLISH topic and packet id. */
  #beginning: number[] = [];

  constructor(handlePacket: (packet: FramedPacket) => void = () => undefined) {
    this.#handlePacket = handlePacket;
  }

  /** Whether the last byte was not the last of its packet. */
  get isInside(): boolean {
    return this.#length > 0;
  }

  /** How many PUBRECs have passed whose PUBCOMP has not, in this direction. */
  get openExchanges(): number {
    return this.#received.size;
  }

  read(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#isInBody() && this.#beginning.length > this.#topicEnd() + 2) {
        const skipped = Math.min(this.#remaining, bytes.length - at);
        this.#remaining -= skipped;
        at += skipped;
        this.#endWhenComplete();
      } else {
        this.#readByte(bytes[at] ?? 0);
        at += 1;
      }
    }
  }

  #isInBody(): boolean {
    return this.#length > 0 && this.#headerLength > 0;
  }

  /** Where in the beginning the topic of a PUBLISH is over; 0 for other packets. */
  #topicEnd(): number {
    const [high = 0, low = 0] = this.#beginning;
    return this.#firstByte >> 4 === packetTypes.publish ? 2 + high * 256 + low : 0;
  }

  #readByte(byte: number): void {
    if (this.#isInBody()) {
      this.#beginning.push(byte);
      this.#remaining -= 1;
    } else if (this.#length === 0) {
      this.#firstByte = byte;
      this.#length = 1;
      return;
    } else {
      // Remaining Length, seven bits at a time (section 1.5.5).
      this.#remaining += (byte & 0x7f) * 128 ** (this.#length - 1);
      this.#length += 1;
      if (byte >= 0x80) {
        return;
      }
      this.#headerLength = this.#length;
    }
    this.#endWhenComplete();
  }

  #endWhenComplete(): void {
    if (this.#remaining > 0) {
      return;
    }
    const type = this.#firstByte >> 4;
    const topicEnd = this.#topicEnd();
    const [high = 0, low = 0, reasonCode = 0] = this.#beginning.slice(topicEnd);
    const packetId = high * 256 + low;
    if (type === packetTypes.pubrec && reasonCode < firstFailure) {
      this.#received.add(packetId);
    } else if (type === packetTypes.pubcomp) {
      this.#received.delete(packetId);
    }
    const topic = new TextDecoder().decode(Uint8Array.from(this.#beginning.slice(2, topicEnd)));
    this.#handlePacket({ type, flags: this.#firstByte & 0x0f, topic, packetId });
    this.#length = 0;
    this.#headerLength = 0;
    this.#beginning = [];
  }
}
