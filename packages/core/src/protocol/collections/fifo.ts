/** What waits in the order in which it came; the rest is not moved for each one that is taken out. */
export class Fifo<Item> {
  #items: Item[] = [];
  #taken = 0;

  /** The oldest. */
  get first(): Item | undefined {
    return this.#items[this.#taken];
  }

  /** The one that came so many after the oldest. */
  at(distance: number): Item | undefined {
    return this.#items[this.#taken + distance];
  }

  /** All that wait, oldest first. */
  all(): Item[] {
    return this.#items.slice(this.#taken);
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Takes out the oldest. */
  poll(): Item | undefined {
    const item = this.first;
    if (item !== undefined) {
      this.#taken += 1;
      if (this.#taken * 2 >= this.#items.length) {
        // Half of it at a time, so that each is moved about once.
        this.#items = this.all();
        this.#taken = 0;
      }
    }
    return item;
  }
}
