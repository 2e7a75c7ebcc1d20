/**
 * Tells the log of problems that the application may not hear of: an invalid call that nobody awaits, an attempt that
 * fails while nothing listens for `connectionFailure`, a warning while nothing listens for `warning`.
 */

import { InvalidArgumentError } from "../../errors.js";
import type { Clock } from "../../ports/clock.js";
import type { Logger } from "../../ports/logger.js";
import type { EngineNews } from "../../protocol/engine-event.js";
import { isInstance } from "../../protocol/errors/thrown-values.js";
import { adviceFor } from "../connecting/advice.js";
import { handled, rejected } from "../operations/handled.js";
import type { WarningEvent } from "./client-events.js";
import type { EventDispatcher } from "./event-dispatcher.js";
import { LimitedLog } from "./limited-log.js";

/** The parts of the client that {@link UnheardProblems} works with. */
interface UnheardProblemsParts {
  readonly dispatcher: EventDispatcher;
  readonly logger: Logger;
  readonly clock: Clock;
}

export class UnheardProblems {
  readonly #parts: UnheardProblemsParts;
  readonly #invalidCalls: LimitedLog;
  readonly #failedAttempts: LimitedLog;
  readonly #warnings = new Map<WarningEvent["code"], LimitedLog>();

  constructor(parts: UnheardProblemsParts) {
    this.#parts = parts;
    this.#invalidCalls = this.#makeLog();
    this.#failedAttempts = this.#makeLog();
  }

  /** Makes a call, and marks its promise as handled. An invalid argument is logged. */
  watch<Value>(name: string, call: () => Promise<Value>): Promise<Value> {
    const promise = call();
    promise.catch((error: unknown) => {
      this.#logIfInvalid(name, error);
    });
    return promise;
  }

  /** Makes the promise of a call that failed before it became an operation. */
  refuse(name: string, error: unknown): Promise<never> {
    this.#logIfInvalid(name, error);
    return handled(rejected(error));
  }

  #logIfInvalid(name: string, error: unknown): void {
    // The reason of an abort signal can be anything.
    if (isInstance(error, InvalidArgumentError) && error.code === "INVALID_ARGUMENT") {
      this.#invalidCalls.warn(`${name} was called with an invalid argument: ${error.message}`, error);
    }
  }

  /**
   * Logs warnings, and attempts that failed, if they have no listener. Of a series of attempts it logs the first, then
   * one a minute. The series ends with a connection or a stop. `server` names the server of the attempt, if it is known.
   */
  handleNews(news: EngineNews, server: string | undefined): void {
    if (news.type === "connectionSuccess" || news.type === "stopped") {
      this.#failedAttempts.reset();
    } else if (news.type === "connectionFailure" && !this.#parts.dispatcher.hasListener(news.type)) {
      const to = server === undefined ? "" : ` to ${server}`;
      this.#failedAttempts.warn(`no connection${to}: ${news.error.message}. ${adviceFor(news.error)}`, news.error);
    } else if (news.type === "warning" && !this.#parts.dispatcher.hasListener(news.type)) {
      this.#logWarning(news);
    }
  }

  #logWarning({ code, message }: WarningEvent): void {
    const log = this.#warnings.get(code) ?? this.#makeLog();
    this.#warnings.set(code, log);
    log.warn(`${code}: ${message}`);
  }

  #makeLog(): LimitedLog {
    return new LimitedLog(this.#parts.logger, this.#parts.clock);
  }
}
