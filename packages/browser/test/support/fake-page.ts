/** The events of a page, or of a worker, as far as they are listened for. */

/** An event target that knows how many listen, each until its signal is aborted. */
class CountingTarget extends EventTarget {
  listenerCount = 0;

  override addEventListener(...request: Parameters<EventTarget["addEventListener"]>): void {
    const [, , options] = request;
    if (typeof options === "object") {
      options.signal?.addEventListener("abort", () => (this.listenerCount -= 1));
    }
    this.listenerCount += 1;
    super.addEventListener(...request);
  }
}

class FakeDocument extends CountingTarget {
  visibilityState = "visible";
}

interface Globals {
  addEventListener?: unknown;
  document?: unknown;
}

const globals = globalThis as Globals;

/** Puts itself in the place of the globals until `remove`. */
export class FakePage {
  readonly #global = new CountingTarget();
  readonly #document: FakeDocument | undefined;

  /** A worker has no document. */
  constructor(kind: "page" | "worker" = "page") {
    this.#document = kind === "page" ? new FakeDocument() : undefined;
    globals.addEventListener = this.#global.addEventListener.bind(this.#global);
    if (this.#document !== undefined) {
      globals.document = this.#document;
    }
  }

  get listenerCount(): number {
    return this.#global.listenerCount + (this.#document?.listenerCount ?? 0);
  }

  /** An event of the window or the worker. */
  tell(type: string): void {
    this.#global.dispatchEvent(new Event(type));
  }

  tellDocument(type: string): void {
    this.#document?.dispatchEvent(new Event(type));
  }

  show(visibilityState: "visible" | "hidden"): void {
    if (this.#document !== undefined) {
      this.#document.visibilityState = visibilityState;
      this.tellDocument("visibilitychange");
    }
  }

  remove(): void {
    delete globals.addEventListener;
    delete globals.document;
  }
}
