/**
 * The moments when a page or a worker should check its connection: the network is back, the page is visible again (also
 * from the back/forward cache), or a frozen page was resumed. In the meantime the connection may have broken without an
 * event, and the next attempt may be minutes away.
 */

/** Calls `check` at each of these moments, until the returned function is called. Does nothing outside a browser. */
export function watchPage(check: () => void): () => void {
  const watch = new AbortController();
  // The global object of a page or a worker is an event target. On a server it is not.
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
