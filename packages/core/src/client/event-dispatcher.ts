/**
 * Calls listeners so that none can harm another or the client: in order, each guarded on its own, with what they throw
 * or reject reported as `handlerError`. eventemitter3 keeps them; its own `emit` would stop at the first that throws.
 */

import { EventEmitter } from "eventemitter3";
import type { Logger } from "../ports/logger.js";
import { type Check, checkFunction, checkOneOf } from "./checks.js";
import type { Mqtt5ClientEvents } from "./client-events.js";
import { isPromiseLike } from "./promise-like.js";
import type { ReceivedMessage } from "./received-message.js";

/** Takes an event. A promise that it returns is not waited for, but holds the acknowledgement of a message. */
export type Listener<Payload> = (event: Payload) => unknown;

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

/** What a listener threw or rejected with, and where. */
interface Failure {
  readonly event: EventName;
  readonly error: unknown;
  readonly message: ReceivedMessage | undefined;
}

export class EventDispatcher {
  readonly #emitter = new EventEmitter<string>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Adds a listener; throws an `InvalidArgumentError` for an event that does not exist. */
  on<Name extends EventName>(name: Name, listener: Listener<Mqtt5ClientEvents[Name]>): void {
    checkEventName(name, "name");
    checkFunction(listener, "listener");
    this.#emitter.on(name, listener);
  }

  /** Removes a listener; every time that it was added. */
  off<Name extends EventName>(name: Name, listener: Listener<Mqtt5ClientEvents[Name]>): void {
    this.#emitter.off(name, listener);
  }

  /** Calls the listeners of an event. */
  emit<Name extends EventName>(name: Name, event: Mqtt5ClientEvents[Name]): void {
    void this.#call(name, event, undefined);
  }

  /**
   * Calls the listeners of a message. Gives a promise where a listener did: it resolves, and never rejects, when all of
   * theirs are settled.
   */
  emitMessage(message: ReceivedMessage): Promise<unknown> | undefined {
    const pending = this.#call("messageReceived", { message }, message);
    return pending.length === 0 ? undefined : Promise.all(pending);
  }

  #call(event: EventName, payload: unknown, message: ReceivedMessage | undefined): readonly Promise<void>[] {
    const failures: Failure[] = [];
    const pending: Promise<void>[] = [];
    const listeners: readonly Listener<unknown>[] = this.#emitter.listeners(event);
    for (const listener of listeners) {
      try {
        const result = listener(payload);
        if (isPromiseLike(result)) {
          pending.push(this.#watch(event, message, result));
        }
      } catch (error) {
        failures.push({ event, error, message });
      }
    }
    for (const failure of failures) {
      this.#report(failure);
    }
    return pending;
  }

  async #watch(event: EventName, message: ReceivedMessage | undefined, result: PromiseLike<unknown>): Promise<void> {
    try {
      await result;
    } catch (error) {
      this.#report({ event, error, message });
    }
  }

  #report(failure: Failure): void {
    if (failure.event === "handlerError" || this.#emitter.listenerCount("handlerError") === 0) {
      this.#logger.warn(`a listener of ${failure.event} failed`, failure.error);
    } else {
      this.emit("handlerError", failure);
    }
  }
}
