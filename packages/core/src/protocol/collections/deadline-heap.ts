/**
 * The deadlines of operations and alarms that have one of their own: a binary heap, so that the nearest is at hand whatever the
 * order in which they were set; of those that come at the same time the first that was made is first. Each entry knows
 * its place, so that it can be taken out wherever it stands.
 */

/** What a deadline belongs to. */
export interface Expiring {
  /** Counts up with each that is made. */
  readonly id: number;
  /** In milliseconds of the engine's clock; Infinity for none. */
  readonly deadline: number;
  /** Its index in the heap; -1 when it is not there. */
  heapIndex: number;
}

export class DeadlineHeap<Entry extends Expiring> {
  readonly #entries: Entry[] = [];

  /** The entry with the nearest deadline. */
  get first(): Entry | undefined {
    return this.#entries[0];
  }

  /** Takes an entry in, unless it has no deadline. */
  add(entry: Entry): void {
    if (entry.deadline < Infinity) {
      this.#place(entry, this.#entries.length);
    }
  }

  /** Takes an entry out; one that is not there is left alone. */
  remove(entry: Entry): void {
    const last = entry.heapIndex < 0 ? undefined : this.#entries.pop();
    if (last !== undefined && last !== entry) {
      this.#place(last, entry.heapIndex);
    }
    entry.heapIndex = -1;
  }

  /** Puts an entry at an index that is free, or above or below it where the order asks for that. */
  #place(entry: Entry, index: number): void {
    const upper = index > 0 ? this.#entries[(index - 1) >> 1] : undefined;
    const lower = this.#nearer(2 * index + 1);
    if (upper !== undefined && isBefore(entry, upper)) {
      this.#exchange(entry, upper, index);
    } else if (lower !== undefined && isBefore(lower, entry)) {
      this.#exchange(entry, lower, index);
    } else {
      this.#entries[index] = entry;
      entry.heapIndex = index;
    }
  }

  /** Moves an entry to the free index, and puts the other where that came from. */
  #exchange(entry: Entry, moved: Entry, index: number): void {
    const { heapIndex } = moved;
    this.#entries[index] = moved;
    moved.heapIndex = index;
    this.#place(entry, heapIndex);
  }

  /** Of two neighbours the one with the nearer deadline. */
  #nearer(left: number): Entry | undefined {
    const one = this.#entries[left];
    const other = this.#entries[left + 1];
    return one !== undefined && other !== undefined && isBefore(other, one) ? other : one;
  }
}

function isBefore(one: Expiring, other: Expiring): boolean {
  return one.deadline < other.deadline || (one.deadline === other.deadline && one.id < other.id);
}
