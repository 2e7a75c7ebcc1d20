/**
 * The timers of the engine. Each has a name, and the part that owns it arms it. {@link Timers} shows all of them at
 * once. A time is in milliseconds of the engine's clock; Infinity means that the timer is not armed.
 */

/** The timers of an attempt to connect and of its connection. Once a later one is armed, the earlier ones rest. */
export interface AttemptTimers {
  /** `connectTimeoutMs`: the attempt takes too long as a whole. */
  readonly connect: number;
  /** `connackTimeoutMs`: the server, or the application that authenticates, does not answer. */
  readonly connack: number;
  /** The next PINGREQ is due, or the answer to the last one is overdue. */
  readonly keepAlive: number;
  /** A later authentication takes too long, as a whole or in one step. */
  readonly authentication: number;
  /** The transport takes too long to close. */
  readonly close: number;
}

/** The timers of the lifecycle. */
export interface LifecycleTimers extends AttemptTimers {
  /** The next attempt is due. */
  readonly reconnect: number;
  /** `timeoutMs` of a stop is over. */
  readonly stop: number;
}

/** The timers of the session. */
export interface SessionTimers {
  /** `timeoutMs` of a call is over, or a message that was not sent expires. */
  readonly operation: number;
  /** `ackTimeoutMs`: an acknowledgement is overdue. */
  readonly acknowledgement: number;
  /** The throttle lets the next operation pass. */
  readonly throttle: number;
  /** The application has not acknowledged a message for long. */
  readonly delivery: number;
}

/** All timers of the engine. */
export interface Timers extends LifecycleTimers, SessionTimers {
  /** The session store is asked again. */
  readonly store: number;
}

/** The time of the nearest timer; Infinity when none is armed. */
export function nearest(timers: Readonly<Record<keyof Timers, number>>): number {
  return Math.min(...Object.values(timers));
}
