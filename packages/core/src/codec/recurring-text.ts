/**
 * Texts that come again and again, such as the topics of a stream of messages: each is decoded and judged once.
 *
 * A text is kept in the one slot that a hash of its bytes tells, and known again by comparing the bytes, four at a time.
 * Where the texts turn out not to recur, looking is given up for a while, so that a stream of ever new texts hardly pays
 * for it.
 */

/** Powers of two; together they bound the memory. */
const slotCount = 128;
const slotLength = 64;

/** Shorter texts are as quickly decoded. */
const shortestText = 4;

/** One in so many misses fills its slot. */
const missesPerFill = 4;

/** So many more misses than hits end the looking, for so many texts. */
const patience = 32;
const pauseLength = 512;

/** All slots; the bytes of each text stand at its slot's place. */
interface Slots {
  readonly bytes: DataView;
  readonly lengths: Uint8Array;
  readonly texts: string[];
}

export class RecurringTexts {
  /** None before there is a text to keep: most connections need none. */
  #slots: Slots | undefined;
  #misses = 0;
  #patience = patience;
  #pause = 0;

  /** The text of the bytes, where it is one of those kept. */
  find(view: DataView, start: number, length: number): string | undefined {
    if (this.#pause > 0) {
      this.#pause--;
      return undefined;
    }
    return this.#lookUp(view, start, length);
  }

  /** Offers a text that was looked for and not found. */
  offer(view: DataView, start: number, length: number, text: string): void {
    if (this.#pause === 0) {
      this.#learn(view, start, length, text);
    }
  }

  #lookUp(view: DataView, start: number, length: number): string | undefined {
    const slots = this.#slots;
    if (slots === undefined || length < shortestText || length > slotLength) {
      return undefined;
    }
    const slot = slotOf(view, start, length);
    if (slots.lengths[slot] !== length || !holds(slots, slot, view, start)) {
      return undefined;
    }
    if (this.#patience < patience) {
      this.#patience++;
    }
    return slots.texts[slot];
  }

  #learn(view: DataView, start: number, length: number, text: string): void {
    if (length < shortestText || length > slotLength) {
      return;
    }
    this.#misses++;
    if (this.#misses % missesPerFill === 0) {
      this.#fill(view, start, length, text);
    }
    this.#patience--;
    if (this.#patience === 0) {
      this.#patience = patience;
      this.#pause = pauseLength;
    }
  }

  #fill(view: DataView, start: number, length: number, text: string): void {
    const slots = (this.#slots ??= newSlots());
    const slot = slotOf(view, start, length);
    for (let index = 0; index < length; index++) {
      slots.bytes.setUint8(slot * slotLength + index, view.getUint8(start + index));
    }
    slots.lengths[slot] = length;
    slots.texts[slot] = text;
  }
}

function newSlots(): Slots {
  return {
    bytes: new DataView(new ArrayBuffer(slotCount * slotLength)),
    lengths: new Uint8Array(slotCount),
    texts: new Array<string>(slotCount).fill(""),
  };
}

/** Whether a slot holds the bytes at `start`; the last four may overlap with those before. */
function holds({ bytes, lengths }: Slots, slot: number, view: DataView, start: number): boolean {
  const from = slot * slotLength - start;
  const last = start + (lengths[slot] ?? 0) - 4;
  for (let offset = start; offset < last; offset += 4) {
    if (bytes.getInt32(from + offset) !== view.getInt32(offset)) {
      return false;
    }
  }
  return bytes.getInt32(from + last) === view.getInt32(last);
}

function slotOf(view: DataView, start: number, length: number): number {
  const last = start + length - 4;
  let hash = length;
  for (let offset = start; offset < last; offset += 4) {
    hash = mix(hash ^ view.getInt32(offset));
  }
  return mix(mix(hash ^ view.getInt32(last))) & (slotCount - 1);
}

function mix(hash: number): number {
  const mixed = Math.imul(hash, 0x9e37_79b1);
  return mixed ^ (mixed >>> 16);
}
