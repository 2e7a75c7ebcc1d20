/**
 * When a page, or a worker, has reason to doubt its connection: the network is back, the page is seen again, or it was
 * resumed after it had been frozen or put away. A connection may have gone meanwhile without a word, and the next attempt
 * may be minutes off.
 */

/** Calls back at each of these moments; gives the function that ends it. Does nothing where there are no such events. */
export function watchPage(check: () => void): () => void {
  const listener = (event: Event): void => {
    const { type } = event;
    const isMeant =
      type === "pageshow"
        ? // Else the page has just been loaded.
          "persisted" in event && event.persisted === true
        : type !== "visibilitychange" || document.visibilityState === "visible";
    if (isMeant) {
      check();
    }
  };
  const sources: [EventTarget, string[]][] = [];
  // A page and a worker are event targets themselves; on a server there is no such thing.
  if (typeof globalThis.addEventListener === "function") {
    sources.push([globalThis, ["online", "pageshow"]]);
  }
  if (typeof document === "object") {
    sources.push([document, ["resume", "visibilitychange"]]);
  }
  const forEach = (method: "addEventListener" | "removeEventListener"): void => {
    sources.forEach(([target, types]) => types.forEach((type) => target[method](type, listener)));
  };
  forEach("addEventListener");
  return () => forEach("removeEventListener");
}
