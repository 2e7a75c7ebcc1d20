/** The promises of operations under way: each settles once, by the engine's word or by the caller's abort signal. */

import type { AuthPacket } from "../codec/packets/auth.js";
import type { SubackPacket } from "../codec/packets/suback.js";
import type { UnsubackPacket } from "../codec/packets/unsuback.js";
import type { EngineNews, PublishResult } from "../protocol/engine-event.js";
import type { OperationId } from "../protocol/operation.js";
import type { Driver } from "./driver.js";
import { Waiters } from "./waiters.js";

/** An event that ends an operation. */
export type OperationNews = Extract<EngineNews, { readonly id: OperationId }>;

export class PendingOperations {
  readonly publishes: Waiters<OperationId, PublishResult>;
  readonly subscribes: Waiters<OperationId, SubackPacket>;
  readonly unsubscribes: Waiters<OperationId, UnsubackPacket>;
  readonly reauthentications: Waiters<OperationId, AuthPacket>;

  /** `handleAbort` is told of an operation whose caller aborted it. */
  constructor(driver: Driver, handleAbort: (id: OperationId) => void) {
    const options = { driver, handleAbort };
    this.publishes = new Waiters(options);
    this.subscribes = new Waiters(options);
    this.unsubscribes = new Waiters(options);
    this.reauthentications = new Waiters(options);
  }

  /** Settles the promise that an event of the engine is about, if it is not settled yet. */
  handleNews(news: OperationNews): void {
    switch (news.type) {
      case "publishCompleted":
        this.publishes.resolve(news.id, news.result);
        return;
      case "subscribeCompleted":
        this.subscribes.resolve(news.id, news.suback);
        return;
      case "unsubscribeCompleted":
        this.unsubscribes.resolve(news.id, news.unsuback);
        return;
      case "reauthenticationCompleted":
        this.reauthentications.resolve(news.id, news.auth);
        return;
      case "operationFailed":
        for (const waiters of [this.publishes, this.subscribes, this.unsubscribes, this.reauthentications]) {
          waiters.reject(news.id, news.error);
        }
    }
  }
}
