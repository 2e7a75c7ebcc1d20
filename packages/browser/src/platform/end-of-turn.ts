/**
 * Returns the function that calls back at the end of the current turn of the event loop.
 *
 * It uses a message channel, because a hidden tab delays a timer but not a message. It prefers `setImmediate`, which
 * exists on servers that run browser code: an open channel would keep the process alive.
 */
export function makeEndOfTurn(): (callback: () => void) => void {
  if (typeof setImmediate === "function") {
    return (callback) => void setImmediate(callback);
  }
  if (typeof MessageChannel !== "function") {
    return (callback) => void setTimeout(callback, 0);
  }
  const { port1, port2 } = new MessageChannel();
  const callbacks: (() => void)[] = [];
  port1.onmessage = () => callbacks.shift()?.();
  return (callback) => {
    callbacks.push(callback);
    port2.postMessage(undefined);
  };
}
