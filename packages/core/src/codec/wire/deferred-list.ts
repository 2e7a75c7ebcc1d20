/**
 * Lists that are built when they are asked for.
 *
 * A packet can hold millions of entries. Their bytes are few, but the values in JavaScript take ten times the memory,
 * and seconds to make. So a long list is only checked when it arrives, and its bytes are kept. The field that holds the
 * list is then an accessor: it is the object's own and enumerable, so spread, `Object.keys`, `JSON.stringify` and
 * `structuredClone` see what they see of a plain field. A short list, as nearly all are, is a plain field.
 */

/** The largest list that is built when it arrives, in bytes of memory: 128 user properties, or 1 024 numbers. */
export const mostAtOnceBytes = 8_192;

/** The largest list that is built at all, in bytes of memory: 4 194 304 user properties, or 33 554 432 numbers. */
const mostInAllBytes = 268_435_456;

/** The memory for an entry that is a number, in bytes. */
export const numberBytes = 8;

/** The memory for an entry that is a user property, in bytes, without long texts. */
export const userPropertyBytes = 64;

/** A list of known length that may not be built yet. */
export class DeferredList<Entry> {
  readonly length: number;
  readonly #entryBytes: number;
  #build: (() => readonly Entry[]) | undefined;
  #entries: readonly Entry[] = [];

  /** `entryBytes` is the memory for one entry. `build` makes the list; it is called once at most. */
  constructor(length: number, entryBytes: number, build: () => readonly Entry[]) {
    this.length = length;
    this.#entryBytes = entryBytes;
    this.#build = build;
  }

  /**
   * Gives the list, and builds it at the first call.
   *
   * @throws {RangeError} the list is too long to be built
   */
  entries(): readonly Entry[] {
    const most = mostInAllBytes / this.#entryBytes;
    if (this.length > most) {
      const hint = "connectOptions.maximumPacketSize limits what a server can send";
      throw new RangeError(`a list of ${this.length} entries, more than ${most}, is not built; ${hint}`);
    }
    if (this.#build) {
      this.#entries = this.#build();
      this.#build = undefined; // and with it the bytes
    }
    return this.#entries;
  }
}

/** The fields that may hold a deferred list. */
type ListField = "reasonCodes" | "subscriptionIdentifiers" | "userProperties";

/** The deferred lists by the object that holds them. */
const listsOf = /* @__PURE__ */ new WeakMap<object, Map<ListField, DeferredList<unknown>>>();

/** Whether a list was ever deferred. Until then nothing has to be looked up for a received message. */
let isInUse = false;

/** Makes `holder[field]` an accessor that gives the list. */
export function defer(holder: object, field: ListField, list: DeferredList<unknown>): void {
  Object.defineProperty(holder, field, { get: () => list.entries(), enumerable: true, configurable: true });
  isInUse = true;
  listsOf.set(holder, (listsOf.get(holder) ?? new Map<ListField, DeferredList<unknown>>()).set(field, list));
}

/** Gives the list of a field, if it was deferred. */
export function deferredList(holder: object, field: ListField): DeferredList<unknown> | undefined {
  return isInUse ? listsOf.get(holder)?.get(field) : undefined;
}

/** Gives `to` the list of `from`, and does not build it. Returns false if `from` has no deferred list in the field. */
export function shareDeferred(from: object, to: object, field: ListField): boolean {
  const list = deferredList(from, field);
  if (list) {
    defer(to, field, list);
  }
  return list !== undefined;
}
