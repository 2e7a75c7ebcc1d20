/**
 * What calls back at the end of a turn of the event loop. A message to oneself is not slowed down in a hidden tab, as a
 * timer of no length is. On servers that run browser code there is `setImmediate`, which unlike an open channel does
 * not keep a process from ending.
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
