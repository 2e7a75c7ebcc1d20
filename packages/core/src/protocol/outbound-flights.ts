/**
 * What holds a packet identifier: the outbound half of the session state (section 4.1), that is, publishes on their way,
 * and the requests of the connection. Identifiers are of one set for every kind of packet, as section 2.2.1 demands, and
 * are handed out in turn, so that one is used again as late as possible.
 *
 * The order is the one that the protocol asks for on resumption: publishes as they were first sent, and after them those
 * past PUBREC, as their PUBRECs came.
 */

import type { Journal } from "./journal.js";
import type { Operation, PublishOperation } from "./operation.js";
import { packetIdCount } from "./packet-ids.js";

/** True while an operation has a packet id; one that has none has 0, or nothing in its place. */
export function holdsId({ packet }: Operation): boolean {
  return (packet.packetId ?? 0) > 0;
}

export class OutboundFlights {
  readonly #journal: Journal | undefined;
  readonly #operations = new Map<number, Operation>();
  #lastId = 0;

  constructor(journal: Journal | undefined) {
    this.#journal = journal;
  }

  /** The number of operations that hold a packet id. */
  get count(): number {
    return this.#operations.size;
  }

  get hasRoom(): boolean {
    return this.#operations.size < packetIdCount;
  }

  /** The operation that holds an id. */
  get(id: number): Operation | undefined {
    return this.#operations.get(id);
  }

  /** Gives an operation a packet id that is not in use (MQTT-2.2.1-3); the caller has asked `hasRoom`. */
  add(operation: Operation): void {
    if (!this.hasRoom) {
      throw new Error("no packet id is free");
    }
    do {
      this.#lastId = (this.#lastId % packetIdCount) + 1;
    } while (this.#operations.has(this.#lastId));
    operation.packet.packetId = this.#lastId;
    this.#operations.set(this.#lastId, operation);
    if (operation.kind === "publish") {
      this.#journal?.record({ type: "sending", sequence: operation.id, packetId: this.#lastId });
    }
  }

  /** Moves a publish on: its PUBREC came. */
  release(operation: PublishOperation, packetId: number): void {
    operation.awaits = "pubcomp";
    this.#operations.delete(packetId);
    this.#operations.set(packetId, operation);
    this.#journal?.record({ type: "released", sequence: operation.id });
  }

  /** Ends an operation for the protocol too, wherever it stands. */
  finish(operation: Operation): void {
    operation.list?.remove(operation);
    this.remove(operation);
    operation.quota?.release(operation);
    if (operation.lane === "acknowledged") {
      this.#journal?.record({ type: "finished", sequence: operation.id });
    }
  }

  /** Takes an operation out and frees its id; one without an id is left alone. */
  remove(operation: Operation): void {
    if (holdsId(operation)) {
      this.#operations.delete(operation.packet.packetId ?? 0);
      operation.packet.packetId = 0;
    }
  }

  all(): Operation[] {
    return [...this.#operations.values()];
  }

  publishes(): PublishOperation[] {
    return this.all().filter((operation) => operation.kind === "publish");
  }
}
