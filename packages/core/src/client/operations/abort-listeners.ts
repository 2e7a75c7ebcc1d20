/**
 * Listens to abort signals. An application may use one signal for many calls and listeners. The client adds one
 * listener to it, however often it is used: Node warns of a leak from the eleventh on.
 */

const watches = /* @__PURE__ */ new WeakMap<AbortSignal, AbortWatch>();

/** The one listener on a signal, and what to call after the abort. */
class AbortWatch {
  readonly #signal: AbortSignal;
  /** The calls in the order in which they were added. The keys tell equal functions apart. */
  readonly #calls = new Map<symbol, () => void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    watches.set(signal, this);
    signal.addEventListener("abort", this.#handleAbort, { once: true });
  }

  add(call: () => void): () => void {
    const key = Symbol();
    this.#calls.set(key, call);
    return () => {
      if (this.#calls.delete(key) && this.#calls.size === 0) {
        this.#end();
      }
    };
  }

  readonly #handleAbort = (): void => {
    for (const call of this.#calls.values()) {
      call();
    }
    this.#end();
  };

  #end(): void {
    if (watches.get(this.#signal) === this) {
      watches.delete(this.#signal);
    }
    this.#signal.removeEventListener("abort", this.#handleAbort);
  }
}

/** Calls `call` after the signal is aborted. The returned function prevents that. */
export function onAbort(signal: AbortSignal, call: () => void): () => void {
  return (watches.get(signal) ?? new AbortWatch(signal)).add(call);
}
