/**
 * Calls listeners so that none can harm another or the client: in order, each guarded on its own, with what they throw
 * or reject reported as `handlerError`. eventemitter3 keeps them; its own `emit` would stop at the first that throws.
 */

import { EventEmitter } from "eventemitter3";
import type { Logger } from "../../ports/logger.js";
import { checkSignal } from "../operations/call-options.js";
import { type Check, checkFunction, checkObject, checkOneOf, type ChecksOf } from "../options/checks.js";
import type { Mqtt5ClientEvents } from "./client-events.js";
import { isPromiseLike } from "../promise-like.js";
import type { ReceivedMessage } from "../messages/received-message.js";

/** Takes an event. A promise that it returns is not waited for, but holds the acknowledgement of a message. */
export type Listener<Payload> = (event: Payload) => unknown;

/** What is said of an event listener. */
export interface ListenerOptions {
  /** Removes the listener when it is aborted. */
  readonly signal?: AbortSignal;
}

/** The name of an event. */
export type EventName = keyof Mqtt5ClientEvents;

const eventNames: Readonly<Record<EventName, true>> = {
  attemptingConnect: true,
  connectionSuccess: true,
  connectionFailure: true,
  disconnection: true,
  stopped: true,
  messageReceived: true,
  handlerError: true,
  resubscribeFailed: true,
  warning: true,
};

const checkEventName: Check = /* @__PURE__ */ checkOneOf(...Object.keys(eventNames));
const checkOptions = /* @__PURE__ */ checkObject({ signal: checkSignal } satisfies ChecksOf<ListenerOptions>);

/** News whose fields are those of the event of the same name. */
type ForwardedNews = { readonly [Name in EventName]: { readonly type: Name } & Mqtt5ClientEvents[Name] }[EventName];

/** What a listener threw or rejected with, and where. */
export interface Failure {
  readonly event: EventName;
  readonly error: unknown;
  readonly message: ReceivedMessage | undefined;
}

export class EventDispatcher {
  readonly #emitter = new EventEmitter<string>();
  /** What was added in place of a listener that is called once. */
  readonly #originals = new WeakMap<object, object>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Adds a listener and gives its undo; throws an `InvalidArgumentError` for an event that does not exist. */
  on<Name extends EventName>(
    name: Name,
    listener: Listener<Mqtt5ClientEvents[Name]>,
    options: ListenerOptions,
  ): () => void {
    checkEventName(name, "name");
    checkFunction(listener, "listener");
    checkOptions(options, "");
    const { signal } = options;
    // A listener may be added more than once: `remove`, as its context, tells this time from the others.
    const remove = (): void => {
      this.#emitter.off(name, listener, remove);
      signal?.removeEventListener("abort", remove);
    };
    if (signal?.aborted !== true) {
      this.#emitter.on(name, listener, remove);
      signal?.addEventListener("abort", remove, { once: true });
    }
    return remove;
  }

  /** Adds a listener that is removed before its first call, and gives its undo. */
  once<Name extends EventName>(
    name: Name,
    listener: Listener<Mqtt5ClientEvents[Name]>,
    options: ListenerOptions,
  ): () => void {
    checkFunction(listener, "listener");
    const callOnce: typeof listener = (event) => {
      remove();
      return listener(event);
    };
    this.#originals.set(callOnce, listener);
    const remove = this.on(name, callOnce, options);
    return remove;
  }

  /** Removes a listener; every time that it was added. */
  off<Name extends EventName>(name: Name, listener: Listener<Mqtt5ClientEvents[Name]>): void {
    checkEventName(name, "name");
    for (const each of this.#emitter.listeners(name)) {
      if (each === listener || this.#originals.get(each) === listener) {
        this.#emitter.off(name, each);
      }
    }
  }

  /** Passes on what the engine tells. */
  forward({ type, ...event }: ForwardedNews): void {
    void this.#call(type, event);
  }

  /** Whether an event has a listener. */
  hasListener(name: EventName): boolean {
    return this.#emitter.listenerCount(name) > 0;
  }

  /**
   * Calls the listeners of a message. True when one of them failed; where one gave a promise, a promise of that, which
   * never rejects and resolves when all are settled.
   */
  emitMessage(message: ReceivedMessage): boolean | Promise<boolean> {
    return this.#call("messageReceived", { message }, message);
  }

  /** Reports what a listener did: as `handlerError`, or to the logger where nobody listens to that. */
  report(failure: Failure): void {
    if (failure.event === "handlerError" || !this.hasListener("handlerError")) {
      this.#logger.warn(`a listener of ${failure.event} failed`, failure.error);
    } else {
      void this.#call("handlerError", failure);
    }
  }

  #call(event: EventName, payload: unknown, message?: ReceivedMessage): boolean | Promise<boolean> {
    const failures: Failure[] = [];
    const pending: Promise<boolean>[] = [];
    const listeners: readonly Listener<unknown>[] = this.#emitter.listeners(event);
    for (const listener of listeners) {
      try {
        const result = listener(payload);
        if (isPromiseLike(result)) {
          pending.push(this.watch(event, message, result));
        }
      } catch (error) {
        failures.push({ event, error, message });
      }
    }
    for (const failure of failures) {
      this.report(failure);
    }
    const hasFailed = failures.length > 0;
    return pending.length === 0
      ? hasFailed
      : Promise.all(pending).then((outcomes) => hasFailed || outcomes.includes(true));
  }

  /** Whether the promise of a listener, or of another handler, is rejected, which it reports. */
  async watch(event: EventName, message: ReceivedMessage | undefined, result: PromiseLike<unknown>): Promise<boolean> {
    try {
      await result;
      return false;
    } catch (error) {
      this.report({ event, error, message });
      return true;
    }
  }
}
