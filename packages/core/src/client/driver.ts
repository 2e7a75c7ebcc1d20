/**
 * Runs an engine in the real world: reports to it, carries out its requests, and wakes it in time. The order is always
 * the same: the input, the events that follow from it, the store. At the end of the turn come one write to the
 * transport and the next wake-up.
 */

import type { MqttError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import type { Transport, TransportFactory, TransportHandlers } from "../ports/transport.js";
import type { AuthenticationFields, AuthenticationStep } from "../protocol/connection/authentication-step.js";
import { AuthenticationError, ConnectionError, describeFailure } from "../protocol/errors/connection-errors.js";
import { isInstance } from "../protocol/errors/thrown-values.js";
import { DeadlineHeap, type Expiring } from "../protocol/collections/deadline-heap.js";
import { Fifo } from "../protocol/collections/fifo.js";
import type { EngineEvent, EngineNews } from "../protocol/engine-event.js";
import type { Engine } from "../protocol/engine.js";
import type { ConnectRequest } from "../protocol/connection/connect-packet.js";
import type { ReconnectAnswer } from "../protocol/lifecycle/reconnect-schedule.js";
import { afterwards, isPromiseLike } from "./promise-like.js";

/** The result of preparing an attempt. */
export interface Preparation {
  /** The application's part of the CONNECT. */
  readonly connect: ConnectRequest;
  /** The name of the server, which tells its session from those of other servers. */
  readonly server: string;
  /** Opens the transport of the attempt. */
  readonly openTransport: TransportFactory;
}

/** The engine, the clock, and the functions that the driver calls. */
export interface DriverOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Prepares an attempt at the server with this place in the list. If it throws or rejects, the attempt fails. */
  readonly prepare: (attempt: number, serverIndex: number) => Preparation | PromiseLike<Preparation>;
  /** Calls the application's function for a step of an authentication. If that function throws, the promise rejects. */
  readonly authenticate: (step: AuthenticationStep) => Promise<AuthenticationFields>;
  /** Decides on the next attempt. */
  readonly decideReconnect: (error: MqttError, attempt: number) => ReconnectAnswer;
  /** Takes every event that is not a request to the driver. */
  readonly handleNews: (event: EngineNews) => void;
  /** Stores the batches of the engine, and then advances. Left out for an engine without a journal. */
  readonly commit?: (driver: Driver) => void;
}

/** A timer of the client itself. */
interface Alarm extends Expiring {
  readonly expire: () => void;
}

export class Driver {
  readonly #options: DriverOptions;
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #alarms = new DeadlineHeap<Alarm>();
  #alarmCount = 0;

  /** The factory of the attempt that was prepared last. The engine asks for it before another attempt can be ready. */
  #factory: TransportFactory | undefined;

  /** The attempt that the transport belongs to; 0 without a transport. */
  #attempt = 0;
  #transport: Transport | undefined;

  /** The time of the next wake-up; Infinity when none is planned. */
  #wakesAt = Infinity;
  #cancelWakeUp: (() => void) | undefined;
  #isDispatching = false;
  /** Tasks that call listeners, and wait for the listeners of another event to return. */
  readonly #tasks = new Fifo<() => void>();
  #isFlushPlanned = false;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#engine = options.engine;
    this.#clock = options.clock;
  }

  /** The current time, as the engine gets it. */
  now(): number {
    return this.#clock.now();
  }

  /** Passes on everything that follows from the last input of the engine. */
  advance(): void {
    this.#dispatch();
    if (this.#engine.isFull && !this.#isDispatching) {
      this.#flush();
    }
    // Also after a flush: the packets that were written have deadlines.
    this.#planEndOfTurn();
  }

  /**
   * Runs a task that calls listeners: at once, or after the listeners that run now have returned. An event that the
   * listeners cause comes after the task.
   */
  readonly run = (task: () => void): void => {
    this.#tasks.push(task);
    this.advance();
  };

  /**
   * Calls `expire` after this time. Calling the returned function prevents that. While the client is stopped, nothing
   * wakes it: an alarm that is due then expires after the next start.
   */
  readonly setAlarm = (delayMs: number, expire: () => void): (() => void) => {
    const alarms = this.#alarms;
    this.#alarmCount += 1;
    const alarm: Alarm = { id: this.#alarmCount, deadline: this.now() + delayMs, heapIndex: -1, expire };
    alarms.add(alarm);
    this.#planEndOfTurn();
    return () => {
      alarms.remove(alarm);
      this.#planEndOfTurn();
    };
  };

  /** Passes on news of the client itself, at the latest at the end of this turn, but never while a listener runs. */
  readonly tell = (news: EngineNews): void => {
    this.#tasks.push(() => {
      this.#options.handleNews(news);
    });
    this.#planEndOfTurn();
  };

  #planEndOfTurn(): void {
    if (!this.#isFlushPlanned) {
      this.#isFlushPlanned = true;
      this.#clock.endOfTurn(this.#endTurn);
    }
  }

  readonly #endTurn = (): void => {
    this.#isFlushPlanned = false;
    this.#flush();
    this.#planWakeUp();
  };

  /** Reads before it checks deadlines: a late wake-up in a busy process does not mean that the server was late. */
  readonly #wake = (): void => {
    this.#wakesAt = Infinity;
    this.#clock.endOfTurn(this.#handleTimeout);
  };

  readonly #handleTimeout = (): void => {
    const now = this.now();
    this.#engine.handleTimeout(now);
    for (let next = this.#alarms.first; next && next.deadline <= now; next = this.#alarms.first) {
      this.#alarms.remove(next);
      next.expire();
    }
    this.advance();
  };

  #dispatch(): void {
    if (this.#isDispatching) {
      return;
    }
    this.#isDispatching = true;
    try {
      do {
        this.#runTasks();
        for (let event = this.#engine.pollEvent(); event; event = this.#engine.pollEvent()) {
          this.#handleEvent(event);
          this.#runTasks();
        }
        this.#options.commit?.(this);
      } while (this.#engine.hasEvents || this.#tasks.first);
    } finally {
      this.#isDispatching = false;
    }
  }

  #runTasks(): void {
    for (let task = this.#tasks.poll(); task; task = this.#tasks.poll()) {
      task();
    }
  }

  #handleEvent(event: EngineEvent): void {
    if (event.type === "connectRequested") {
      this.#prepare(event.attempt, event.serverIndex);
    } else if (event.type === "reconnectPlanned") {
      const answer = this.#options.decideReconnect(event.error, event.attempt);
      this.#engine.handleReconnectDecision(this.now(), event.attempt, answer);
    } else if (event.type === "openRequested") {
      this.#openTransport(event.attempt);
    } else if (event.type === "authenticationRequested") {
      this.#authenticate(event.attempt, event.number, event.step);
    } else if (event.type === "closeRequested") {
      this.#closeTransport(event.attempt, event.isImmediate);
    } else {
      this.#options.handleNews(event);
    }
  }

  #flush(): void {
    const now = this.now();
    do {
      const chunks = this.#engine.pollTransmit(now);
      if (!chunks || !this.#transport) {
        break;
      }
      this.#engine.handleWritten(now, this.#attempt, this.#transport.write(chunks));
    } while (this.#engine.hasMore);
    this.#dispatch();
  }

  #planWakeUp(): void {
    const alarm = this.#engine.state === "stopped" ? undefined : this.#alarms.first;
    const deadline = Math.min(this.#engine.pollTimeout() ?? Infinity, alarm?.deadline ?? Infinity);
    // A later deadline does not move the wake-up: a wake-up that is too early costs less than a move with every packet.
    if (deadline < this.#wakesAt || deadline === Infinity) {
      this.#cancelWakeUp?.();
      this.#cancelWakeUp = deadline === Infinity ? undefined : this.#clock.wakeAt(deadline, this.#wake);
      this.#wakesAt = deadline;
    }
  }

  /** Prepares an attempt. The engine limits the time, and drops an answer that is too late. */
  #prepare(attempt: number, serverIndex: number): void {
    const fail = (cause: unknown): void => {
      const message = describeFailure("prepare failed", cause);
      const error = isInstance(cause, AuthenticationError)
        ? cause
        : new ConnectionError({ phase: "prepare", message, cause });
      this.#engine.handleTransportClosed(this.now(), attempt, error);
      this.advance();
    };
    const ready = ({ connect, server, openTransport }: Preparation): void => {
      this.#factory = openTransport;
      this.#engine.handleConnectReady(attempt, connect, server);
      this.advance();
    };
    try {
      const preparation = afterwards(this.#options.prepare(attempt, serverIndex), ready);
      if (isPromiseLike(preparation)) {
        preparation.then(undefined, fail);
      }
    } catch (error) {
      fail(error);
    }
  }

  /** Asks the application for its answer. The engine limits the time, and drops an answer that is too late. */
  #authenticate(attempt: number, stepNumber: number, step: AuthenticationStep): void {
    const answer = this.#options.authenticate(step).then(
      (fields) => ({ fields }),
      (error: unknown) => ({ error }),
    );
    void answer.then((given) => {
      this.#engine.handleAuthentication(this.now(), attempt, stepNumber, given);
      this.advance();
    });
  }

  #openTransport(attempt: number): void {
    this.#attempt = attempt;
    const transport = this.#factory?.(this.#handlersFor(attempt));
    this.#factory = undefined;
    // The transport may have failed before the call returned.
    if (this.#attempt === attempt) {
      this.#transport = transport;
    }
  }

  #closeTransport(attempt: number, isImmediate: boolean): void {
    if (this.#attempt !== attempt) {
      return;
    }
    if (isImmediate) {
      this.#transport?.abort();
    } else {
      this.#transport?.close();
    }
  }

  #handlersFor(attempt: number): TransportHandlers {
    const engine = this.#engine;
    return {
      phase: (phase) => {
        engine.handlePhase(attempt, phase);
      },
      opened: () => {
        engine.handleTransportOpened(this.now(), attempt);
        this.advance();
      },
      received: (chunk) => {
        engine.handleBytes(this.now(), attempt, chunk);
        this.advance();
      },
      writable: () => {
        engine.handleWritten(this.now(), attempt, true);
        this.advance();
      },
      progress: (direction, byteCount) => {
        // It only moves deadlines to a later time, so nothing has to be planned.
        engine.handleProgress(this.now(), attempt, direction, byteCount);
      },
      closed: (error?: MqttError) => {
        if (this.#attempt === attempt) {
          this.#attempt = 0;
          this.#transport = undefined;
        }
        engine.handleTransportClosed(this.now(), attempt, error);
        this.advance();
      },
    };
  }
}
