/** Operations and their promises: each settles once, by the engine's word or by the caller's abort signal. */

import type { AuthPacket } from "../../codec/packets/auth.js";
import type { OutboundPublishPacket } from "../../codec/packets/publish.js";
import type { SubackPacket } from "../../codec/packets/suback.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import type { UnsubscribePacket } from "../../codec/packets/unsubscribe.js";
import type { EngineNews, PublishResult } from "../../protocol/engine-event.js";
import type { Engine } from "../../protocol/engine.js";
import { IdTable } from "../../protocol/collections/id-table.js";
import type { OperationId, OutboundSubscribePacket } from "../../protocol/session/operation.js";
import type { CallRequest } from "./call-options.js";
import type { Driver } from "../driver.js";
import { Waiters } from "./pending-promises.js";

/** An event that ends an operation. */
type OperationNews = Extract<EngineNews, { readonly id: OperationId }>;

export class Operations {
  readonly #engine: Engine;
  readonly #driver: Driver;
  readonly #publishes: Waiters<OperationId, PublishResult>;
  readonly #subscribes: Waiters<OperationId, SubackPacket>;
  readonly #unsubscribes: Waiters<OperationId, UnsubackPacket>;
  readonly #reauthentications: Waiters<OperationId, AuthPacket>;

  constructor(engine: Engine, driver: Driver) {
    const cancel = (id: OperationId): void => {
      engine.cancel(id);
    };
    const options = { driver, cancel };
    this.#engine = engine;
    this.#driver = driver;
    this.#publishes = new Waiters(options, new IdTable());
    this.#subscribes = new Waiters(options);
    this.#unsubscribes = new Waiters(options);
    this.#reauthentications = new Waiters(options);
  }

  publish(packet: OutboundPublishPacket, request: CallRequest): Promise<PublishResult> {
    return this.#publishes.wait(this.#engine.publish(this.#driver.now(), packet, request), request.signal);
  }

  subscribe(packet: OutboundSubscribePacket, request: CallRequest): Promise<SubackPacket> {
    return this.#subscribes.wait(this.#engine.subscribe(this.#driver.now(), packet, request), request.signal);
  }

  unsubscribe(packet: UnsubscribePacket, request: CallRequest): Promise<UnsubackPacket> {
    return this.#unsubscribes.wait(this.#engine.unsubscribe(this.#driver.now(), packet, request), request.signal);
  }

  reauthenticate({ timeoutMs, signal }: CallRequest): Promise<AuthPacket> {
    return this.#reauthentications.wait(this.#engine.reauthenticate(this.#driver.now(), timeoutMs), signal);
  }

  /** Settles the promise that an event of the engine is about, if it is not settled yet. */
  handleNews(news: OperationNews): void {
    switch (news.type) {
      case "publishCompleted":
        this.#publishes.resolve(news.id, news.result);
        return;
      case "subscribeCompleted":
        this.#subscribes.resolve(news.id, news.suback);
        return;
      case "unsubscribeCompleted":
        this.#unsubscribes.resolve(news.id, news.unsuback);
        return;
      case "reauthenticationCompleted":
        this.#reauthentications.resolve(news.id, news.auth);
        return;
      case "operationFailed":
        for (const waiters of [this.#publishes, this.#subscribes, this.#unsubscribes, this.#reauthentications]) {
          waiters.reject(news.id, news.error);
        }
    }
  }
}
