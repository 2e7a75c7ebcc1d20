/**
 * Promises that nobody awaits. A platform takes a rejection without a handler for a fault of the program, and Node ends
 * the process. So the promises of the client have a handler. Events and the log tell of the failure.
 */

/** Does nothing. */
export function ignore(): void {
  // A handler that is there is enough.
}

/** Marks a promise as handled, and returns it. A caller that awaits it still gets its rejection. */
export function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(ignore);
  return promise;
}

/** Makes a promise that rejects in the next microtask. */
export function rejected(error: unknown): Promise<never> {
  return Promise.resolve().then(() => {
    throw error;
  });
}
