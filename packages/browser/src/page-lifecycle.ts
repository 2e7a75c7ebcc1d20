/**
 * When a page, or a worker, has reason to doubt its connection: the network is back, the page is seen again, or it was
 * resumed after it had been frozen or put away. A connection may have gone meanwhile without a word, and the next attempt
 * may be minutes off.
 */

/** Calls back at each of these moments; gives the function that ends it. Does nothing where there are no such events. */
export function watchPage(check: () => void): () => void {
  const undoing: (() => void)[] = [];
  const listen = (target: EventTarget, type: string, listener: (event: Event) => void): void => {
    target.addEventListener(type, listener);
    undoing.push(() => target.removeEventListener(type, listener));
  };
  // A page and a worker are event targets themselves; on a server there is no such thing.
  if (typeof globalThis.addEventListener === "function") {
    listen(globalThis, "online", check);
    listen(globalThis, "pageshow", (event) => {
      // Without `persisted` the page has just been loaded.
      if ("persisted" in event && event.persisted === true) {
        check();
      }
    });
  }
  if (typeof document === "object") {
    listen(document, "resume", check);
    listen(document, "visibilitychange", () => {
      if (document.visibilityState === "visible") {
        check();
      }
    });
  }
  return () => undoing.forEach((undo) => undo());
}
