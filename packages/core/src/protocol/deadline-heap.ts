/**
 * The deadlines of operations that have one of their own: a binary heap, so that the nearest is at hand whatever the
 * order in which they were set. Entries whose operation is settled are left where they are and dropped when they reach
 * the top, or all at once when they are the greater part.
 */

/** What a deadline belongs to. */
export interface Expiring {
  /** In milliseconds of the engine's clock; Infinity when it is not in the heap. */
  deadline: number;
  readonly isSettled: boolean;
}

/** Below this many entries it does not pay to look for settled ones. */
const smallestCompaction = 64;

export class DeadlineHeap<Entry extends Expiring> {
  #entries: Entry[] = [];
  #settledCount = 0;

  /** Takes an entry in, unless it has no deadline. */
  add(entry: Entry): void {
    if (entry.deadline === Infinity) {
      return;
    }
    let index = this.#entries.push(entry) - 1;
    while (index > 0 && this.#swapIfLater((index - 1) >> 1, index)) {
      index = (index - 1) >> 1;
    }
  }

  /** Tells that an entry was settled. */
  settle(entry: Entry): void {
    if (entry.deadline === Infinity) {
      return;
    }
    this.#settledCount += 1;
    if (this.#settledCount > smallestCompaction && this.#settledCount * 2 > this.#entries.length) {
      this.#entries = this.#entries.filter((entry) => !entry.isSettled);
      // An array in order is a heap.
      this.#entries.sort((one, other) => one.deadline - other.deadline);
      this.#settledCount = 0;
    }
  }

  /** The nearest deadline of an entry that is not settled; Infinity when there is none. */
  get next(): number {
    this.#dropSettled();
    return this.#entries[0]?.deadline ?? Infinity;
  }

  /** Takes out an entry whose deadline has come, or undefined. */
  takeDue(now: number): Entry | undefined {
    this.#dropSettled();
    const first = this.#entries[0];
    if (first === undefined || first.deadline > now) {
      return undefined;
    }
    this.#removeFirst();
    first.deadline = Infinity;
    return first;
  }

  #dropSettled(): void {
    while (this.#entries[0]?.isSettled === true) {
      this.#removeFirst();
      this.#settledCount = Math.max(0, this.#settledCount - 1);
    }
  }

  #removeFirst(): void {
    const last = this.#entries.pop();
    if (last !== undefined && this.#entries.length > 0) {
      this.#entries[0] = last;
      let index = 0;
      let child = this.#nearerChild(index);
      while (this.#swapIfLater(index, child)) {
        index = child;
        child = this.#nearerChild(index);
      }
    }
  }

  #nearerChild(index: number): number {
    const left = 2 * index + 1;
    return this.#deadlineAt(left + 1) < this.#deadlineAt(left) ? left + 1 : left;
  }

  #deadlineAt(index: number): number {
    return this.#entries[index]?.deadline ?? Infinity;
  }

  #swapIfLater(upper: number, lower: number): boolean {
    const one = this.#entries[upper];
    const other = this.#entries[lower];
    if (one === undefined || other === undefined || one.deadline <= other.deadline) {
      return false;
    }
    this.#entries[upper] = other;
    this.#entries[lower] = one;
    return true;
  }
}
