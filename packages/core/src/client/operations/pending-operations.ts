/** The promises of operations. Each settles once: by an event of the engine, or by the abort signal of its call. */

import type { AuthPacket } from "../../codec/packets/auth.js";
import type { SubackPacket } from "../../codec/packets/suback.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import { isFailure } from "../../codec/reason-codes.js";
import { DisconnectedError } from "../../protocol/errors/connection-errors.js";
import { SubscribeRejectedError, UnsubscribeRejectedError } from "../../protocol/errors/operation-errors.js";
import { IdTable } from "../../protocol/collections/id-table.js";
import type { EngineNews, PublishResult } from "../../protocol/engine-event.js";
import { type OperationId, subscribeSubject, unsubscribeSubject } from "../../protocol/session/operation.js";
import type { OperationFailedEvent } from "./operation-results.js";
import { PendingPromises } from "./pending-promises.js";

/** The events that end an operation. */
type OperationNews = Extract<EngineNews, { readonly id: OperationId }>;

export class PendingOperations {
  readonly publishes: PendingPromises<OperationId, PublishResult>;
  readonly subscribes: PendingPromises<OperationId, SubackPacket>;
  readonly unsubscribes: PendingPromises<OperationId, UnsubackPacket>;
  readonly reauthentications: PendingPromises<OperationId, AuthPacket>;
  readonly #cancel: (id: OperationId) => boolean;
  #failedCount = 0;

  /** `cancel` ends an operation for the application. It returns true when nothing of it was sent. */
  constructor(cancel: (id: OperationId) => boolean) {
    const onAborted = cancel;
    this.#cancel = cancel;
    this.publishes = new PendingPromises({ onAborted }, new IdTable());
    this.subscribes = new PendingPromises({ onAborted });
    this.unsubscribes = new PendingPromises({ onAborted });
    this.reauthentications = new PendingPromises({ onAborted });
  }

  /** The number of operations that failed. */
  get failedCount(): number {
    return this.#failedCount;
  }

  /** Takes back a cancellable SUBSCRIBE that nobody needs any more. Returns false if it was sent or has failed. */
  withdrawSubscribe(id: OperationId): boolean {
    const wasWithdrawn = this.#cancel(id);
    if (wasWithdrawn) {
      const message = "the subscription ended before SUBSCRIBE was sent";
      this.subscribes.reject(id, new DisconnectedError({ source: "user", message }));
    }
    return wasWithdrawn;
  }

  /**
   * Settles the promise of the operation that an event is about, unless it is settled already. Gives the event to emit
   * when the operation failed.
   */
  handleNews(news: OperationNews): OperationFailedEvent | undefined {
    const failure = this.#failureOf(news);
    this.#failedCount += failure ? 1 : 0;
    switch (news.type) {
      case "publishCompleted":
        this.publishes.resolve(news.id, news.result);
        break;
      case "subscribeCompleted":
        this.subscribes.resolve(news.id, news.suback);
        break;
      case "unsubscribeCompleted":
        this.unsubscribes.resolve(news.id, news.unsuback);
        break;
      case "reauthenticationCompleted":
        this.reauthentications.resolve(news.id, news.auth);
        break;
      case "operationFailed":
      case "operationKept":
        for (const promises of [this.publishes, this.subscribes, this.unsubscribes, this.reauthentications]) {
          promises.reject(news.id, news.error);
        }
    }
    return failure;
  }

  /** A SUBSCRIBE or UNSUBSCRIBE also fails by an answer that refuses all of its filters. */
  #failureOf(news: OperationNews): OperationFailedEvent | undefined {
    if (news.type === "operationFailed") {
      return { ...news.subject, error: news.error };
    }
    if (news.type === "subscribeCompleted" && refusesAll(news.suback) && this.subscribes.has(news.id)) {
      return { ...subscribeSubject(news.subscribe), error: new SubscribeRejectedError(news.suback) };
    }
    if (news.type === "unsubscribeCompleted" && refusesAll(news.unsuback)) {
      return { ...unsubscribeSubject(news.unsubscribe), error: new UnsubscribeRejectedError(news.unsuback) };
    }
    return undefined;
  }
}

function refusesAll({ reasonCodes }: SubackPacket | UnsubackPacket): boolean {
  return reasonCodes.every((code) => isFailure(code));
}
