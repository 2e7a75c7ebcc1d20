/**
 * Calls listeners so that none can disturb another one or the client. They are called in order, each in its own `try`.
 * An error of one is reported as `handlerError`. eventemitter3 keeps the listeners; its own `emit` would stop at the
 * first that throws.
 */

import { EventEmitter } from "eventemitter3";
import type { Clock } from "../../ports/clock.js";
import type { Logger } from "../../ports/logger.js";
import { onAbort } from "../operations/abort-listeners.js";
import { checkSignal } from "../operations/call-options.js";
import { type Check, checkFunction, checkObject, checkOneOf, type ChecksOf } from "../options/checks.js";
import type { Mqtt5ClientEvents } from "./client-events.js";
import { LimitedLog } from "./limited-log.js";
import { isPromiseLike } from "../promise-like.js";
import type { DroppedMessages } from "../messages/dropped-messages.js";
import { HandlerBacklog } from "../messages/handler-backlog.js";
import type { ReceivedMessage } from "../messages/received-message.js";

/**
 * Takes an event. The client does not wait for a promise that it returns. A message is acknowledged after that promise
 * settles.
 */
export type Listener<Payload> = (event: Payload) => unknown;

/** The options of a listener. */
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
  operationFailed: true,
  resubscribeFailed: true,
  warning: true,
};

const checkEventName: Check = /* @__PURE__ */ checkOneOf(...Object.keys(eventNames));
const checkOptions = /* @__PURE__ */ checkObject({ signal: checkSignal } satisfies ChecksOf<ListenerOptions>);

/** The news of the engine that has the fields of the event of the same name. */
type ForwardedNews = { readonly [Name in EventName]: { readonly type: Name } & Mqtt5ClientEvents[Name] }[EventName];

/** A listener may fail for every message, and an error with its stack is about 1 kB of log. */
const loggedFailuresPerMinute = 10;

/** An error of a listener, and the event that it was called for. */
export interface Failure {
  readonly event: EventName;
  readonly error: unknown;
  readonly message: ReceivedMessage | undefined;
}

/** The parts of the client that the dispatcher works with. */
interface DispatcherParts {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly dropped: DroppedMessages;
  /** Runs a task that calls listeners, after the listeners that run now have returned. */
  readonly run: (task: () => void) => void;
}

/** One addition of a listener. It may be added more than once. */
interface Registration {
  readonly listener: object;
  readonly remove: () => void;
}

export class EventDispatcher {
  readonly #emitter = new EventEmitter<string>();
  /** The registrations, by the function that the emitter keeps. Each registration has a function of its own. */
  readonly #registrations = new WeakMap<object, Registration>();
  /** The functions to call after a new listener, by event. */
  readonly #watchers = new Map<EventName, () => void>();
  readonly #failures: LimitedLog;
  readonly #run: DispatcherParts["run"];
  /** The QoS 0 messages that wait for listeners and responders. */
  readonly backlog: HandlerBacklog;

  constructor({ logger, clock, dropped, run }: DispatcherParts) {
    this.backlog = new HandlerBacklog(dropped);
    this.#failures = new LimitedLog(logger, clock, loggedFailuresPerMinute);
    this.#run = run;
  }

  /**
   * Adds a listener, and returns the function that removes it.
   *
   * @throws {InvalidArgumentError} the event does not exist, or the listener or an option is invalid
   */
  on<Name extends EventName>(
    name: Name,
    listener: Listener<Mqtt5ClientEvents[Name]>,
    options: ListenerOptions,
  ): () => void {
    return this.#add(name, listener, options, () => listener);
  }

  /** Adds a listener that is removed before its first call, and returns the function that removes it. */
  once<Name extends EventName>(
    name: Name,
    listener: Listener<Mqtt5ClientEvents[Name]>,
    options: ListenerOptions,
  ): () => void {
    return this.#add(name, listener, options, (remove) => (event) => {
      remove();
      return listener(event);
    });
  }

  /** Removes a listener, however often it was added. */
  off<Name extends EventName>(name: Name, listener: Listener<Mqtt5ClientEvents[Name]>): void {
    checkEventName(name, "name");
    for (const each of this.#emitter.listeners(name)) {
      const registration = this.#registrations.get(each);
      if (registration?.listener === listener) {
        registration.remove();
      }
    }
  }

  /** Calls `added` after each new listener of an event. */
  watchListeners(name: EventName, added: () => void): void {
    this.#watchers.set(name, added);
  }

  /** Emits the event for news of the engine. */
  forward({ type, ...event }: ForwardedNews): void {
    void this.#call(type, event);
  }

  /** Tells whether an event has a listener. */
  hasListener(name: EventName): boolean {
    return this.#emitter.listenerCount(name) > 0;
  }

  /**
   * Calls the listeners of `messageReceived`. Returns true when one of them failed. If a listener returned a promise,
   * the result is a promise too: it resolves when all have settled, and never rejects. `memory` is what the message
   * takes while it waits, in bytes.
   */
  emitMessage(message: ReceivedMessage, memory: number): boolean | Promise<boolean> {
    return this.#call("messageReceived", { message }, message, memory);
  }

  /**
   * Reports the failure of a listener as `handlerError`, or to the logger when that event has no listener. The failure
   * may come from a timer or a promise, so it waits for listeners that run now.
   */
  report(failure: Failure): void {
    if (failure.event === "handlerError" || !this.hasListener("handlerError")) {
      this.#failures.warn(`a listener of ${failure.event} failed`, failure.error);
    } else {
      this.#run(() => {
        void this.#call("handlerError", failure);
      });
    }
  }

  /** Adds what `toCall` makes of a listener. Its argument removes the listener again. */
  #add<Name extends EventName>(
    name: Name,
    listener: Listener<Mqtt5ClientEvents[Name]>,
    options: ListenerOptions,
    toCall: (remove: () => void) => Listener<Mqtt5ClientEvents[Name]>,
  ): () => void {
    checkEventName(name, "name");
    checkFunction(listener, "listener");
    checkOptions(options, "");
    const { signal } = options;
    let ignoreAbort: (() => void) | undefined;
    const remove = (): void => {
      this.#emitter.off(name, entry);
      ignoreAbort?.();
    };
    const call = toCall(remove);
    const entry: typeof call = (event) => call(event);
    if (signal?.aborted !== true) {
      this.#registrations.set(entry, { listener, remove });
      this.#emitter.on(name, entry);
      ignoreAbort = signal && onAbort(signal, remove);
      this.#watchers.get(name)?.();
    }
    return remove;
  }

  #call(event: EventName, payload: unknown, message?: ReceivedMessage, memory = 0): boolean | Promise<boolean> {
    const isBacklogged = message?.qos === 0;
    const failures: Failure[] = [];
    const pending: Promise<boolean>[] = [];
    const listeners: readonly Listener<unknown>[] = this.#emitter.listeners(event);
    for (const listener of listeners) {
      if (isBacklogged && !this.backlog.admits(listener, memory)) {
        continue;
      }
      try {
        const result = listener(payload);
        if (isPromiseLike(result)) {
          const done = this.watch(event, message, result);
          pending.push(done);
          if (isBacklogged) {
            this.backlog.hold(listener, memory, done);
          }
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

  /** Waits for the promise of a handler, and reports its rejection. Resolves with true after a rejection. */
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
