/**
 * Keeps an eye on a client: every promise that it hands out is registered, and one that is unsettled once the client
 * has stopped is a failure of the client.
 */

import type { Mqtt5ClientBase } from "../../src/client/client.js";

/** How many turns of the microtask queue a settled promise may need to get through its wrappers. */
const patience = 20;

/** A client under watch. */
export interface TrackedClient {
  /** Behaves like the client itself. */
  readonly client: Mqtt5ClientBase;

  /** Stops the client and throws where a promise that it handed out is still unsettled. */
  readonly finish: () => Promise<void>;
}

export function trackClient(client: Mqtt5ClientBase): TrackedClient {
  const unsettled = new Map<Promise<unknown>, string>();
  const register = (promise: Promise<unknown>, name: string): void => {
    unsettled.set(promise, name);
    const settle = (): void => void unsettled.delete(promise);
    promise.then(settle, settle);
  };
  const watched = new Proxy(client, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") {
        return member;
      }
      return (...args: readonly unknown[]) => {
        const result: unknown = Reflect.apply(member, target, args);
        if (result instanceof Promise) {
          register(result, String(name));
        }
        return result;
      };
    },
  });
  return {
    client: watched,
    finish: async () => {
      await watched.stop();
      for (let turn = 0; turn < patience && unsettled.size > 0; turn += 1) {
        await Promise.resolve();
      }
      if (unsettled.size > 0) {
        throw new Error(`unsettled after stop: ${[...unsettled.values()].join(", ")}`);
      }
    },
  };
}
