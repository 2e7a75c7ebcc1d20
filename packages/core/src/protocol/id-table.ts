/**
 * Values by identifiers that count up and mostly leave in the order in which they came. A value lies in an array, at the
 * place that the last bits of its identifier name; one that is still there when another comes to its place moves to a map.
 *
 * A map alone would do, and be slow: with entries that come and go it makes a new table every few thousand, and an old
 * table that the garbage collector has moved out of the young generation keeps alive whatever it held.
 */

/** Places at first; always a power of two. */
const fewestPlaces = 16;

export class IdTable<Value> {
  #ids: number[] = [];
  #values: (Value | undefined)[] = [];
  #lastPlace = fewestPlaces - 1;
  readonly #displaced = new Map<number, Value>();

  /** The number of values. */
  size = 0;

  get(id: number): Value | undefined {
    const place = id & this.#lastPlace;
    return this.#ids[place] === id ? this.#values[place] : this.#displaced.get(id);
  }

  /** Keeps a value by an identifier that has none. */
  add(id: number, value: Value): void {
    this.size += 1;
    if (this.size * 2 > this.#lastPlace) {
      this.#grow();
    }
    this.#put(id, value);
  }

  /** Takes out the value of an identifier, or nothing. */
  take(id: number): Value | undefined {
    const value = this.get(id);
    if (value !== undefined) {
      this.size -= 1;
      if (!this.#displaced.delete(id)) {
        this.#values[id & this.#lastPlace] = undefined;
      }
    }
    return value;
  }

  /** All values, in no order. */
  values(): Value[] {
    return [...this.#displaced.values(), ...this.#values.filter((value) => value !== undefined)];
  }

  #put(id: number, value: Value): void {
    const place = id & this.#lastPlace;
    const previousId = this.#ids[place];
    const previous = this.#values[place];
    if (previousId !== undefined && previous !== undefined) {
      this.#displaced.set(previousId, previous);
    }
    this.#ids[place] = id;
    this.#values[place] = value;
  }

  #grow(): void {
    const ids = this.#ids;
    const values = this.#values;
    this.#ids = [];
    this.#values = [];
    this.#lastPlace = 2 * this.#lastPlace + 1;
    ids.forEach((id, place) => {
      const value = values[place];
      if (value !== undefined) {
        this.#put(id, value);
      }
    });
  }
}
