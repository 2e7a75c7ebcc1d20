/**
 * SUBSCRIBEs of the engine's own, which make remembered subscriptions again on a new session. They go before everything
 * else that waits, and belong to one connection: what does not come to its end there is made anew on the next.
 */

import { encodeSubscribe } from "../codec/client-codec.js";
import { packetSizeWithId } from "../codec/packet-size.js";
import type { SubscribePacket } from "../codec/packets/subscribe.js";
import { OperationList } from "./operation-list.js";
import type { OperationSettlement } from "./operation-settlement.js";
import { type Operation, type OperationId, SubscribeOperation } from "./operation.js";
import type { OutboundFlights } from "./outbound-flights.js";

export class Resubscription {
  readonly #flights: OutboundFlights;
  readonly #settlement: OperationSettlement;

  /** Apart from the queue, whose limits are for what the application submits. */
  readonly #waiting = new OperationList<Operation>();

  /** Ids of its own: those of the application count up. */
  #lastId: OperationId = 0;

  constructor(flights: OutboundFlights, settlement: OperationSettlement) {
    this.#flights = flights;
    this.#settlement = settlement;
  }

  /** The next one to be sent. */
  get first(): Operation | undefined {
    return this.#waiting.first;
  }

  begin(now: number, packets: readonly SubscribePacket[]): void {
    for (const packet of packets) {
      this.#lastId -= 1;
      const size = packetSizeWithId(encodeSubscribe, packet);
      const identity = { id: this.#lastId, size, timeoutMs: Infinity, now };
      this.#waiting.append(new SubscribeOperation(identity, packet, true));
    }
  }

  /** The connection is gone: takes back what did not come to its end. True when there was any. */
  withdraw(): boolean {
    let hasUnfinished = false;
    for (const operation of [...this.#flights.requests(), ...this.#waiting.all()]) {
      if (operation.kind === "subscribe" && operation.isResubscribe) {
        hasUnfinished = true;
        this.#settlement.settle(operation);
        operation.list?.remove(operation);
      }
    }
    return hasUnfinished;
  }
}
