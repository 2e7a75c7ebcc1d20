/**
 * Runs an engine in the real world: hands it what happens, does what it asks for, and wakes it in time. The order is
 * always the same: the input, the events it gave rise to, the store; at the end of the turn one write to the transport,
 * and the next wake-up.
 */

import type { MqttError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import type { Transport, TransportFactory, TransportHandlers } from "../ports/transport.js";
import type { AuthenticationFields, AuthenticationStep } from "../protocol/connection/authentication-step.js";
import { AuthenticationError, ConnectionError, describeFailure } from "../protocol/errors/connection-errors.js";
import { DeadlineHeap, type Expiring } from "../protocol/collections/deadline-heap.js";
import type { EngineEvent, EngineNews } from "../protocol/engine-event.js";
import type { Engine } from "../protocol/engine.js";
import type { ConnectRequest } from "../protocol/connection/connect-packet.js";
import type { ReconnectDecision } from "../protocol/lifecycle/reconnect-schedule.js";
import { afterwards, isPromiseLike } from "./promise-like.js";

/** What an attempt needs. */
export interface Preparation {
  /** What CONNECT says. */
  readonly connect: ConnectRequest;
  readonly openTransport: TransportFactory;
}

/** What the driver does not do itself. */
export interface DriverOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Called for each attempt; may throw or reject, which fails the attempt. */
  readonly prepare: (attempt: number) => Preparation | PromiseLike<Preparation>;
  /** Calls the application's function for a step of an authentication; a throw is a rejection. */
  readonly authenticate: (step: AuthenticationStep) => Promise<AuthenticationFields>;
  /** Decides on the next attempt; `undefined` leaves it to the engine. */
  readonly decideReconnect: (error: MqttError, attempt: number) => ReconnectDecision | undefined;
  /** Takes every event that is not a request to the driver. */
  readonly handleNews: (event: EngineNews) => void;
  /** Stores what the engine wants stored, and then advances; left out for an engine without a journal. */
  readonly commit?: (driver: Driver) => void;
}

/** Something of the client's own that has its time. */
interface Alarm extends Expiring {
  readonly expire: () => void;
}

export class Driver {
  readonly #options: DriverOptions;
  readonly #engine: Engine;
  readonly #clock: Clock;
  #alarms = new DeadlineHeap<Alarm>();
  #alarmCount = 0;

  /** That of the attempt that was prepared last: the engine asks for it before another one can be ready. */
  #factory: TransportFactory | undefined;

  /** The attempt that the transport belongs to; 0 when there is none. */
  #attempt = 0;
  #transport: Transport | undefined;

  /** When the next wake-up comes; Infinity when none is planned. */
  #wakesAt = Infinity;
  #cancelWakeUp: (() => void) | undefined;
  #isDispatching = false;
  #isFlushPlanned = false;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#engine = options.engine;
    this.#clock = options.clock;
  }

  /** The time that the engine is told. */
  now(): number {
    return this.#clock.now();
  }

  /** The engine was told something: passes on what follows from it. */
  advance(): void {
    this.#dispatch();
    if (this.#engine.isFull && !this.#isDispatching) {
      this.#flush();
    }
    // Also after that: what was written has deadlines.
    this.#planEndOfTurn();
  }

  /** Calls `expire` after this time, unless the function that it gives is called before, or the client stops. */
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

  /** What waits to be read comes first: a wake-up that is late, in a process that was busy, is no sign that the peer was. */
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
        for (let event = this.#engine.pollEvent(); event; event = this.#engine.pollEvent()) {
          this.#handleEvent(event);
        }
        this.#options.commit?.(this);
      } while (this.#engine.hasEvents);
    } finally {
      this.#isDispatching = false;
    }
  }

  #handleEvent(event: EngineEvent): void {
    if (event.type === "connectRequested") {
      this.#prepare(event.attempt);
    } else if (event.type === "reconnectPlanned") {
      this.#decideReconnect(event.error, event.attempt);
    } else if (event.type === "openRequested") {
      this.#openTransport(event.attempt);
    } else if (event.type === "authenticationRequested") {
      this.#authenticate(event.attempt, event.number, event.step);
    } else if (event.type === "closeRequested") {
      this.#closeTransport(event.attempt, event.isImmediate);
    } else {
      if (event.type === "stopped") {
        this.#alarms = new DeadlineHeap();
      }
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
    const deadline = Math.min(this.#engine.pollTimeout() ?? Infinity, this.#alarms.first?.deadline ?? Infinity);
    // One that comes too early then finds the new deadline: cheaper than to move it with every packet.
    if (deadline < this.#wakesAt || deadline === Infinity) {
      this.#cancelWakeUp?.();
      this.#cancelWakeUp = deadline === Infinity ? undefined : this.#clock.wakeAt(deadline, this.#wake);
      this.#wakesAt = deadline;
    }
  }

  /** Asks for what the attempt needs; the engine bounds the time, and drops an answer that comes too late. */
  #prepare(attempt: number): void {
    const fail = (cause: unknown): void => {
      const message = describeFailure("prepare failed", cause);
      const error =
        cause instanceof AuthenticationError ? cause : new ConnectionError({ phase: "prepare", message, cause });
      this.#engine.handleTransportClosed(this.now(), attempt, error);
      this.advance();
    };
    const ready = ({ connect, openTransport }: Preparation): void => {
      this.#factory = openTransport;
      this.#engine.handleConnectReady(attempt, connect);
      this.advance();
    };
    try {
      const preparation = afterwards(this.#options.prepare(attempt), ready);
      if (isPromiseLike(preparation)) {
        preparation.then(undefined, fail);
      }
    } catch (error) {
      fail(error);
    }
  }

  /** Asks the application; the engine bounds the time, and drops an answer that comes too late. */
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

  #decideReconnect(error: MqttError, attempt: number): void {
    const decision = this.#options.decideReconnect(error, attempt);
    if (decision !== undefined) {
      this.#engine.handleReconnectDecision(this.now(), attempt, decision);
    }
  }

  #openTransport(attempt: number): void {
    this.#attempt = attempt;
    const transport = this.#factory?.(this.#handlersFor(attempt));
    this.#factory = undefined;
    // It may have failed before the call returned.
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
