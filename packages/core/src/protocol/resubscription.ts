/**
 * SUBSCRIBEs of the engine's own, which make remembered subscriptions again on a new session. They go before everything
 * else that waits, and belong to one connection: what does not come to its end there is made anew on the next.
 */

import type { SubscribePacket } from "../codec/packets/subscribe.js";
import type { OperationSettlement } from "./operation-settlement.js";
import { type OperationId, SubscribeOperation } from "./operation.js";
import type { OutboundFlights } from "./outbound-flights.js";
import type { OutboundQueue } from "./outbound-queue.js";

export class Resubscription {
  readonly #flights: OutboundFlights;
  readonly #queue: OutboundQueue;
  readonly #settlement: OperationSettlement;

  /** Ids of its own, below those of the application: the order of ids is the order of sending. */
  #lastId: OperationId = Number.MIN_SAFE_INTEGER;

  constructor(flights: OutboundFlights, queue: OutboundQueue, settlement: OperationSettlement) {
    this.#flights = flights;
    this.#queue = queue;
    this.#settlement = settlement;
  }

  begin(now: number, packets: readonly SubscribePacket[]): void {
    for (const packet of packets) {
      this.#lastId += 1;
      const identity = { id: this.#lastId, size: 0, timeoutMs: Infinity, now };
      this.#queue.add(new SubscribeOperation(identity, packet, true));
    }
  }

  /** The connection is gone: takes back what did not come to its end. True when there was any. */
  withdraw(): boolean {
    let hasUnfinished = false;
    for (const operation of [...this.#flights.requests(), ...this.#queue.all()]) {
      if (operation.kind === "subscribe" && operation.isResubscribe) {
        hasUnfinished = true;
        this.#settlement.settle(operation);
        operation.list?.remove(operation);
      }
    }
    return hasUnfinished;
  }
}
