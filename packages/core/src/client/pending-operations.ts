/** The promises of operations under way: each settles once, by the engine's word or by the caller's abort signal. */

import type { AuthPacket } from "../codec/packets/auth.js";
import type { EngineNews, PublishResult } from "../protocol/engine-event.js";
import { SubscribeRejectedError, UnsubscribeRejectedError } from "../protocol/operation-errors.js";
import type { OperationId } from "../protocol/operation.js";
import { type SubscribeResult, toSubscribeResult, toUnsubscribeResult, type UnsubscribeResult } from "./results.js";

type Pending = (
  | { readonly kind: "publish"; readonly resolve: (result: PublishResult) => void }
  | { readonly kind: "subscribe"; readonly resolve: (result: SubscribeResult) => void }
  | { readonly kind: "unsubscribe"; readonly resolve: (result: UnsubscribeResult) => void }
  | { readonly kind: "reauthenticate"; readonly resolve: (auth: AuthPacket) => void }
) & {
  readonly reject: (reason: unknown) => void;
  readonly stopListening: (() => void) | undefined;
};

/** An event that ends an operation. */
export type OperationNews = Extract<EngineNews, { readonly id: OperationId }>;

export class PendingOperations {
  readonly #pending = new Map<OperationId, Pending>();
  readonly #cancel: (id: OperationId) => void;

  /** `cancel` is told of an operation whose caller aborted it. */
  constructor(cancel: (id: OperationId) => void) {
    this.#cancel = cancel;
  }

  publish(id: OperationId, signal: AbortSignal | undefined): Promise<PublishResult> {
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { kind: "publish", resolve, reject, stopListening: this.#listen(id, signal) });
    });
  }

  subscribe(id: OperationId, signal: AbortSignal | undefined): Promise<SubscribeResult> {
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { kind: "subscribe", resolve, reject, stopListening: this.#listen(id, signal) });
    });
  }

  unsubscribe(id: OperationId, signal: AbortSignal | undefined): Promise<UnsubscribeResult> {
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { kind: "unsubscribe", resolve, reject, stopListening: this.#listen(id, signal) });
    });
  }

  reauthenticate(id: OperationId, signal: AbortSignal | undefined): Promise<AuthPacket> {
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { kind: "reauthenticate", resolve, reject, stopListening: this.#listen(id, signal) });
    });
  }

  /** Settles the promise that an event of the engine is about, if it is not settled yet. */
  handleNews(event: OperationNews): void {
    const pending = this.#take(event.id);
    if (pending === undefined) {
      return;
    }
    if (event.type === "operationFailed") {
      pending.reject(event.error);
    } else if (event.type === "publishCompleted" && pending.kind === "publish") {
      pending.resolve(event.result);
    } else if (event.type === "reauthenticationCompleted" && pending.kind === "reauthenticate") {
      pending.resolve(event.auth);
    } else if (event.type === "subscribeCompleted" && pending.kind === "subscribe") {
      const result = toSubscribeResult(event.subscribe, event.suback);
      if (result.results.some(({ ok }) => ok)) {
        pending.resolve(result);
      } else {
        pending.reject(new SubscribeRejectedError(event.suback));
      }
    } else if (event.type === "unsubscribeCompleted" && pending.kind === "unsubscribe") {
      const result = toUnsubscribeResult(event.unsubscribe, event.unsuback);
      if (result.results.some(({ ok }) => ok)) {
        pending.resolve(result);
      } else {
        pending.reject(new UnsubscribeRejectedError(event.unsuback));
      }
    }
  }

  #take(id: OperationId): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.stopListening?.();
    return pending;
  }

  #listen(id: OperationId, signal: AbortSignal | undefined): (() => void) | undefined {
    if (signal === undefined) {
      return undefined;
    }
    const abort = (): void => {
      this.#cancel(id);
      this.#take(id)?.reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    return () => {
      signal.removeEventListener("abort", abort);
    };
  }
}
