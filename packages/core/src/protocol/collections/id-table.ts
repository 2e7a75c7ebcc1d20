/**
 * A map for identifiers that count up and mostly leave in the order in which they came. A value is in an array, at the
 * place given by the last bits of its identifier. If a newer value needs the same place, the older one moves to a real
 * map.
 *
 * A real map alone would be slow. When entries come and go, it makes a new table every few thousand entries. Once the
 * garbage collector has moved an old table out of the young generation, that table keeps its values alive.
 */

/** The common part of a `Map` and an {@link IdTable}. */
export type Table<Key, Value> = Pick<Map<Key, Value>, "get" | "delete"> & {
  set(key: Key, value: Value): unknown;
  forEach(visit: (value: Value, key: Key) => void): void;
};

/** The number of places at first; always a power of two. */
const fewestPlaces = 16;

export class IdTable<Value> implements Table<number, Value> {
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

  /** Adds a value for an identifier that has none. */
  set(id: number, value: Value): void {
    this.size += 1;
    if (this.size * 2 > this.#lastPlace) {
      this.#grow();
    }
    this.#put(id, value);
  }

  /** Removes a value; false when there was none. */
  delete(id: number): boolean {
    const isHeld = this.get(id) !== undefined;
    if (isHeld) {
      this.size -= 1;
      if (!this.#displaced.delete(id)) {
        this.#values[id & this.#lastPlace] = undefined;
      }
    }
    return isHeld;
  }

  /** Visits all values, in no particular order. */
  forEach(visit: (value: Value, id: number) => void): void {
    this.#displaced.forEach(visit);
    this.#values.forEach((value, place) => {
      const id = this.#ids[place];
      if (value !== undefined && id !== undefined) {
        visit(value, id);
      }
    });
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
    const entries: [number, Value][] = [];
    this.forEach((value, id) => {
      entries.push([id, value]);
    });
    this.#ids = [];
    this.#values = [];
    this.#displaced.clear();
    this.#lastPlace = 2 * this.#lastPlace + 1;
    for (const [id, value] of entries) {
      this.#put(id, value);
    }
  }
}
