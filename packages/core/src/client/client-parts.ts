import type { Logger } from "../ports/logger.js";
import type { Random } from "../ports/random.js";
import type { Driver } from "./driver.js";
import type { EventDispatcher } from "./events/event-dispatcher.js";
import type { UnheardProblems } from "./events/unheard-problems.js";
import type { MessageRouter } from "./messages/message-router.js";

/** The parts of a client that its standalone functions, such as `request` and `respond`, may use. */
export interface ClientParts {
  readonly random: Random;
  /** The option `logger`, or else the log of the platform. */
  readonly logger: Logger;
  readonly driver: Driver;
  readonly dispatcher: EventDispatcher;
  readonly router: MessageRouter;
  readonly unheard: UnheardProblems;
}
