/**
 * The outbound half of the session state (section 4.1): publishes that were given a packet id and are not through, with
 * the requests that hold ids of the same set. The maps keep the order that the protocol asks for on resumption:
 * publishes in the order in which they were first sent, PUBRELs in the order in which their PUBRECs came.
 */

import { PacketIds } from "./packet-ids.js";
import type { PublishOperation, SubscribeOperation, UnsubscribeOperation } from "./operation.js";

type Request = SubscribeOperation | UnsubscribeOperation;

export class OutboundFlights {
  readonly #ids = new PacketIds();

  /** Sent or about to be, awaiting PUBACK or PUBREC. */
  readonly publishing: Map<number, PublishOperation> = new Map<number, PublishOperation>();

  /** Past PUBREC, awaiting PUBCOMP. */
  readonly releasing: Map<number, PublishOperation> = new Map<number, PublishOperation>();

  /** Written on the current connection, awaiting SUBACK or UNSUBACK. */
  readonly requests: Map<number, Request> = new Map<number, Request>();

  /** The number of operations that hold a packet id. */
  get count(): number {
    return this.publishing.size + this.releasing.size + this.requests.size;
  }

  get hasFreeId(): boolean {
    return this.#ids.hasFree;
  }

  /** Gives an operation a packet id and keeps it; the caller has asked `hasFreeId`. */
  add(operation: PublishOperation | Request): number {
    const id = this.#ids.take();
    if (id === undefined) {
      throw new Error("no packet id is free");
    }
    operation.packet.packetId = id;
    if (operation.kind === "publish") {
      this.publishing.set(id, operation);
    } else {
      this.requests.set(id, operation);
    }
    return id;
  }

  /** Moves a publish on: its PUBREC came. */
  release(id: number, operation: PublishOperation): void {
    this.publishing.delete(id);
    operation.isReleased = true;
    this.releasing.set(id, operation);
  }

  /** Ends whatever holds an id, and frees it. */
  finish(id: number): void {
    if (this.publishing.delete(id) || this.releasing.delete(id) || this.requests.delete(id)) {
      this.#ids.release(id);
    }
  }

  /** True when a publish has its packet id. */
  holds(operation: PublishOperation): boolean {
    const id = operation.packet.packetId ?? 0;
    return this.publishing.get(id) === operation || this.releasing.get(id) === operation;
  }

  /** Takes a publish out and frees its id. */
  remove(operation: PublishOperation): void {
    if (this.holds(operation)) {
      this.finish(operation.packet.packetId ?? 0);
    }
  }

  /** True when the id is in use, whatever for. */
  isInUse(id: number): boolean {
    return this.publishing.has(id) || this.releasing.has(id) || this.requests.has(id);
  }

  /** All publishes, in the order in which they were submitted. */
  publishes(): PublishOperation[] {
    return [...this.publishing.values(), ...this.releasing.values()].sort((one, other) => one.id - other.id);
  }

  /** All that wait for an answer on the connection of this attempt. */
  unacked(attempt: number | undefined): (PublishOperation | Request)[] {
    const isUnacked = ({ isReleased, holdsQuotaOn, writtenOn }: PublishOperation): boolean =>
      (isReleased ? holdsQuotaOn : writtenOn) === attempt;
    return [...this.publishes().filter(isUnacked), ...this.requests.values()];
  }

  /** Forgets all publishes and frees their ids. */
  clearPublishes(): PublishOperation[] {
    const operations = this.publishes();
    for (const id of [...this.publishing.keys(), ...this.releasing.keys()]) {
      this.finish(id);
    }
    return operations;
  }

  /** Forgets all requests and frees their ids: they end with their connection. */
  clearRequests(): Request[] {
    const operations = [...this.requests.values()];
    for (const id of [...this.requests.keys()]) {
      this.finish(id);
    }
    return operations;
  }
}
