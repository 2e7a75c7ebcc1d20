/**
 * The packet identifiers of one client: one set for every kind of packet, as section 2.2.1 demands. Identifiers are
 * handed out in turn, so that one is used again as late as possible; a bitmap says which are taken.
 */

/** The number of packet identifiers there are: 1 to 65 535. */
export const packetIdCount = 65_535;

const bitsPerWord = 32;

/** Hands out packet identifiers and takes them back. */
export class PacketIds {
  /** One bit an identifier; grows with the highest one used, since most clients use few. */
  #taken = new Uint32Array(4);
  #takenCount = 0;
  #last = 0;

  /** True while at least one identifier is free. */
  get hasFree(): boolean {
    return this.#takenCount < packetIdCount;
  }

  /** A non-zero identifier that is not in use (MQTT-2.2.1-3), or undefined when all are. */
  take(): number | undefined {
    if (!this.hasFree) {
      return undefined;
    }
    let id = this.#last;
    do {
      id = id === packetIdCount ? 1 : id + 1;
    } while (this.#isTaken(id));
    this.#last = id;
    this.#mark(id);
    return id;
  }

  /** Gives an identifier back; one that is free already stays so. */
  release(id: number): void {
    if (this.#isTaken(id)) {
      const word = id >>> 5;
      this.#taken[word] = (this.#taken[word] ?? 0) & ~(1 << (id & (bitsPerWord - 1)));
      this.#takenCount -= 1;
    }
  }

  #isTaken(id: number): boolean {
    return ((this.#taken[id >>> 5] ?? 0) & (1 << (id & (bitsPerWord - 1)))) !== 0;
  }

  #mark(id: number): void {
    const word = id >>> 5;
    if (word >= this.#taken.length) {
      const grown = new Uint32Array(Math.min((packetIdCount + 1) / bitsPerWord, this.#taken.length * 4));
      grown.set(this.#taken);
      this.#taken = grown;
    }
    this.#taken[word] = (this.#taken[word] ?? 0) | (1 << (id & (bitsPerWord - 1)));
    this.#takenCount += 1;
  }
}
