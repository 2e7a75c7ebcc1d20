/** A queue of items in the order of their arrival. Taking one out does not move all the others. */
export class Fifo<Item> {
  #items: Item[] = [];
  #taken = 0;

  /** The oldest item. */
  get first(): Item | undefined {
    return this.#items[this.#taken];
  }

  /** Gives the item at this distance after the oldest. */
  at(distance: number): Item | undefined {
    return this.#items[this.#taken + distance];
  }

  /** Gives all items, oldest first. */
  all(): Item[] {
    return this.#items.slice(this.#taken);
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Takes out the oldest item. */
  poll(): Item | undefined {
    const item = this.first;
    if (item !== undefined) {
      this.#taken += 1;
      if (this.#taken * 2 >= this.#items.length) {
        // Removes half of the array at a time, so that each item is moved about once.
        this.#items = this.all();
        this.#taken = 0;
      }
    }
    return item;
  }
}
