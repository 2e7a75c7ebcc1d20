/**
 * The deadlines of operations and alarms, in a binary heap: the nearest is always first. Of two equal deadlines, the
 * entry that was made first comes first. Each entry knows its index, so it can be removed from any place.
 */

/** An owner of a deadline. */
export interface Expiring {
  /** Counts up with each new entry. */
  readonly id: number;
  /** In milliseconds of the engine's clock; Infinity for none. */
  readonly deadline: number;
  /** Its index in the heap; -1 outside the heap. */
  heapIndex: number;
}

export class DeadlineHeap<Entry extends Expiring> {
  readonly #entries: Entry[] = [];

  /** The entry with the nearest deadline. */
  get first(): Entry | undefined {
    return this.#entries[0];
  }

  /** Adds an entry, unless it has no deadline. */
  add(entry: Entry): void {
    if (entry.deadline < Infinity) {
      this.#place(entry, this.#entries.length);
    }
  }

  /** Removes an entry. Does nothing when it is not in the heap. */
  remove(entry: Entry): void {
    const last = entry.heapIndex < 0 ? undefined : this.#entries.pop();
    if (last !== undefined && last !== entry) {
      this.#place(last, entry.heapIndex);
    }
    entry.heapIndex = -1;
  }

  /** Puts an entry at a free index, or above or below it if the order requires that. */
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

  /** Moves an entry to the free index, and puts the other at the index that becomes free. */
  #exchange(entry: Entry, moved: Entry, index: number): void {
    const { heapIndex } = moved;
    this.#entries[index] = moved;
    moved.heapIndex = index;
    this.#place(entry, heapIndex);
  }

  /** Gives the neighbour with the nearer deadline. */
  #nearer(left: number): Entry | undefined {
    const one = this.#entries[left];
    const other = this.#entries[left + 1];
    return one !== undefined && other !== undefined && isBefore(other, one) ? other : one;
  }
}

function isBefore(one: Expiring, other: Expiring): boolean {
  return one.deadline < other.deadline || (one.deadline === other.deadline && one.id < other.id);
}
