/**
 * Runs an engine in the real world: hands it what happens, does what it asks for, and wakes it in time. The order is
 * always the same: the input, the events it gave rise to, the store; at the end of the turn one write to the transport,
 * and the next wake-up.
 */

import type { MqttError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import type { StoreBatch } from "../ports/session-store.js";
import type { Transport, TransportFactory, TransportHandlers } from "../ports/transport.js";
import type {
  AuthenticationAnswer,
  AuthenticationFields,
  AuthenticationStep,
} from "../protocol/authentication-step.js";
import { AuthenticationError, ConnectionError, describeFailure } from "../protocol/connection-errors.js";
import type { EngineEvent, EngineNews } from "../protocol/engine-event.js";
import type { Engine } from "../protocol/engine.js";
import type { ConnectRequest } from "../protocol/handshake.js";
import type { ReconnectDecision } from "../protocol/reconnect-schedule.js";
import type { Commit } from "./commit.js";
import { isPromiseLike } from "./promise-like.js";

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
  /** Keeps the session state; left out, as for an engine without a journal, its own memory is the store. */
  readonly commit?: Commit;
}

/** A transport with the attempt that it belongs to. */
interface OpenTransport {
  readonly attempt: number;
  readonly transport: Transport;
}

/** A wake-up that is on its way. */
interface WakeUp {
  readonly deadline: number;
  readonly cancel: () => void;
}

export class Driver {
  readonly #options: DriverOptions;
  readonly #engine: Engine;
  readonly #clock: Clock;
  #open: OpenTransport | undefined;

  /** That of the attempt that was prepared last: the engine asks for it before another one can be ready. */
  #factory: TransportFactory | undefined;

  /** A transport may fail before the call that opens it returns. */
  #lastClosedAttempt = 0;

  #wakeUp: WakeUp | undefined;
  #isDispatching = false;
  #isFlushPlanned = false;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#engine = options.engine;
    this.#clock = options.clock;
  }

  /** The engine was told something: passes on what follows from it. */
  advance(): void {
    this.#dispatch();
    if (this.#engine.isFull && !this.#isDispatching) {
      this.#flush();
    }
    // Also after that: what was written has deadlines.
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
    this.#wakeUp = undefined;
    this.#clock.endOfTurn(this.#handleTimeout);
  };

  readonly #handleTimeout = (): void => {
    this.#engine.handleTimeout(this.#clock.now());
    this.advance();
  };

  #dispatch(): void {
    if (this.#isDispatching) {
      return;
    }
    this.#isDispatching = true;
    try {
      do {
        for (let event = this.#engine.pollEvent(); event !== undefined; event = this.#engine.pollEvent()) {
          this.#handleEvent(event);
        }
        for (let batch = this.#engine.pollStore(); batch !== undefined; batch = this.#engine.pollStore()) {
          this.#commit(batch);
        }
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
      this.#options.handleNews(event);
    }
  }

  #flush(): void {
    const now = this.#clock.now();
    for (let chunks = this.#engine.pollTransmit(now); chunks !== undefined; chunks = this.#engine.pollTransmit(now)) {
      if (this.#open === undefined) {
        break;
      }
      const { attempt, transport } = this.#open;
      this.#engine.handleWritten(now, attempt, transport.write(chunks));
    }
    this.#dispatch();
  }

  #planWakeUp(): void {
    const deadline = this.#engine.pollTimeout();
    if (this.#wakeUp !== undefined && deadline !== undefined && this.#wakeUp.deadline <= deadline) {
      // It comes early, and then finds the new deadline: cheaper than to move it with every packet.
      return;
    }
    this.#wakeUp?.cancel();
    this.#wakeUp = deadline === undefined ? undefined : { deadline, cancel: this.#clock.wakeAt(deadline, this.#wake) };
  }

  /** Asks for what the attempt needs; the engine bounds the time, and drops an answer that comes too late. */
  #prepare(attempt: number): void {
    const fail = (cause: unknown): void => {
      const message = describeFailure("prepare failed", cause);
      const error =
        cause instanceof AuthenticationError ? cause : new ConnectionError({ phase: "prepare", message, cause });
      this.#engine.handleTransportClosed(this.#clock.now(), attempt, error);
      this.advance();
    };
    const ready = ({ connect, openTransport }: Preparation): void => {
      this.#factory = openTransport;
      this.#engine.handleConnectReady(attempt, connect);
    };
    try {
      const preparation = this.#options.prepare(attempt);
      if (isPromiseLike(preparation)) {
        preparation.then((value) => {
          ready(value);
          this.advance();
        }, fail);
      } else {
        ready(preparation);
      }
    } catch (error) {
      fail(error);
    }
  }

  /** Asks the application; the engine bounds the time, and drops an answer that comes too late. */
  #authenticate(attempt: number, stepNumber: number, step: AuthenticationStep): void {
    const answer = (given: AuthenticationAnswer): void => {
      this.#engine.handleAuthentication(this.#clock.now(), attempt, stepNumber, given);
      this.advance();
    };
    this.#options.authenticate(step).then(
      (fields) => {
        answer({ fields });
      },
      (error: unknown) => {
        answer({ error });
      },
    );
  }

  #decideReconnect(error: MqttError, attempt: number): void {
    const decision = this.#options.decideReconnect(error, attempt);
    if (decision !== undefined) {
      this.#engine.handleReconnectDecision(this.#clock.now(), attempt, decision);
    }
  }

  #openTransport(attempt: number): void {
    const transport = this.#factory?.(this.#handlersFor(attempt));
    this.#factory = undefined;
    if (transport !== undefined && this.#lastClosedAttempt < attempt) {
      this.#open = { attempt, transport };
    }
  }

  #closeTransport(attempt: number, isImmediate: boolean): void {
    if (this.#open?.attempt !== attempt) {
      return;
    }
    const { transport } = this.#open;
    if (isImmediate) {
      this.#open = undefined;
      transport.abort();
    } else {
      transport.close();
    }
  }

  #handlersFor(attempt: number): TransportHandlers {
    const engine = this.#engine;
    return {
      phase: (phase) => {
        engine.handlePhase(attempt, phase);
      },
      opened: () => {
        engine.handleTransportOpened(this.#clock.now(), attempt);
        this.advance();
      },
      received: (chunk) => {
        engine.handleBytes(this.#clock.now(), attempt, chunk);
        this.advance();
      },
      writable: () => {
        engine.handleWritten(this.#clock.now(), attempt, true);
        this.advance();
      },
      closed: (error?: MqttError) => {
        this.#lastClosedAttempt = Math.max(this.#lastClosedAttempt, attempt);
        if (this.#open?.attempt === attempt) {
          this.#open = undefined;
        }
        engine.handleTransportClosed(this.#clock.now(), attempt, error);
        this.advance();
      },
    };
  }

  #commit(batch: StoreBatch): void {
    const report = (error?: unknown): void => {
      const now = this.#clock.now();
      if (error === undefined) {
        this.#engine.handleStored(now, batch.number);
      } else {
        this.#engine.handleStoreFailed(now, { number: batch.number, cause: error });
      }
      this.advance();
    };
    this.#options.commit?.(batch, report);
  }
}
