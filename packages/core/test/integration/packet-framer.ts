/**
 * Follows a stream of MQTT packets byte by byte, by the fixed header alone (section 2.1): whether the last byte ended a
 * packet, and which exchanges of QoS 2 stand between PUBREC and PUBCOMP. It is apart from the codec that is tested.
 */

const pubrec = 5;
const pubcomp = 7;
const firstFailure = 0x80;

export class PacketFramer {
  readonly #received = new Set<number>();
  #type = 0;
  /** Of the packet so far; 0 between packets. */
  #length = 0;
  #headerLength = 0;
  #remaining = 0;
  /** The first bytes after the fixed header: packet id and reason code of an acknowledgement. */
  #beginning: number[] = [];

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
      if (this.#isInBody() && this.#beginning.length === 3) {
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

  #readByte(byte: number): void {
    if (this.#isInBody()) {
      this.#beginning.push(byte);
      this.#remaining -= 1;
    } else if (this.#length === 0) {
      this.#type = byte >> 4;
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
    const [high = 0, low = 0, reasonCode = 0] = this.#beginning;
    const packetId = high * 256 + low;
    if (this.#type === pubrec && reasonCode < firstFailure) {
      this.#received.add(packetId);
    } else if (this.#type === pubcomp) {
      this.#received.delete(packetId);
    }
    this.#length = 0;
    this.#headerLength = 0;
    this.#beginning = [];
  }
}
