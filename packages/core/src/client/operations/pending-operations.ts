/** The promises of operations. Each settles once: by an event of the engine, or by the abort signal of its call. */

import type { AuthPacket } from "../../codec/packets/auth.js";
import type { SubackPacket } from "../../codec/packets/suback.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import { IdTable } from "../../protocol/collections/id-table.js";
import type { EngineNews, PublishResult } from "../../protocol/engine-event.js";
import type { OperationId } from "../../protocol/session/operation.js";
import { PendingPromises } from "./pending-promises.js";

/** The events that end an operation. */
type OperationNews = Extract<EngineNews, { readonly id: OperationId }>;

export class PendingOperations {
  readonly publishes: PendingPromises<OperationId, PublishResult>;
  readonly subscribes: PendingPromises<OperationId, SubackPacket>;
  readonly unsubscribes: PendingPromises<OperationId, UnsubackPacket>;
  readonly reauthentications: PendingPromises<OperationId, AuthPacket>;

  /** `onAborted` is called after an abort signal rejected the promise of an operation. */
  constructor(onAborted: (id: OperationId) => void) {
    this.publishes = new PendingPromises({ onAborted }, new IdTable());
    this.subscribes = new PendingPromises({ onAborted });
    this.unsubscribes = new PendingPromises({ onAborted });
    this.reauthentications = new PendingPromises({ onAborted });
  }

  /** Settles the promise of the operation that an event is about, unless it is settled already. */
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
        for (const promises of [this.publishes, this.subscribes, this.unsubscribes, this.reauthentications]) {
          promises.reject(news.id, news.error);
        }
    }
  }
}
