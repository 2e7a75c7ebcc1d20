/**
 * When a page, or a worker, has reason to doubt its connection: the network is back, the page is seen again (also when it
 * comes back from the cache of pages), or it was resumed after it had been frozen. A connection may have gone meanwhile
 * without a word, and the next attempt may be minutes off.
 */

/** Calls back at each of these moments; gives the function that ends it. Does nothing where there are no such events. */
export function watchPage(check: () => void): () => void {
  const watch = new AbortController();
  // A page and a worker are event targets themselves; on a server there is no such thing.
  if (typeof globalThis.addEventListener === "function") {
    globalThis.addEventListener("online", check, watch);
  }
  if (typeof document === "object") {
    const checkSeen = (): void => {
      if (document.visibilityState === "visible") {
        check();
      }
    };
    document.addEventListener("visibilitychange", checkSeen, watch);
    document.addEventListener("resume", check, watch);
  }
  return () => watch.abort();
}
