/** WebSockets that broke while the page itself was closing them. */

declare global {
  /** The addresses of those WebSockets: one entry for each. */
  var closingFailures: string[] | undefined;
}

/**
 * Takes down each WebSocket that breaks after the page began to close it. A page sends DISCONNECT and then the Close
 * frame. A broker closes its socket as soon as it has read the first; where the second comes later, the network answers
 * with a reset. Firefox calls that an interruption, as if the WebSocket had broken in use.
 *
 * Runs in a page by itself, so it uses nothing of this file.
 */
export function watchClosings(): void {
  const failures: string[] = [];
  globalThis.closingFailures = failures;
  const prototype: { close: (this: WebSocket, code?: number, reason?: string) => void } = WebSocket.prototype;
  const { close } = prototype;
  prototype.close = function (...request) {
    if (this.readyState === WebSocket.OPEN) {
      this.addEventListener("error", () => failures.push(this.url));
    }
    close.apply(this, request);
  };
}
