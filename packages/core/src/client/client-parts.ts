import type { Driver } from "./driver.js";
import type { EventDispatcher } from "./events/event-dispatcher.js";
import type { UnheardProblems } from "./events/unheard-problems.js";
import type { MessageRouter } from "./messages/message-router.js";
import type { Platform } from "./platform.js";

/** The parts of a client that its standalone functions, such as `request` and `respond`, may use. */
export interface ClientParts {
  readonly platform: Platform;
  readonly driver: Driver;
  readonly dispatcher: EventDispatcher;
  readonly router: MessageRouter;
  readonly unheard: UnheardProblems;
}
