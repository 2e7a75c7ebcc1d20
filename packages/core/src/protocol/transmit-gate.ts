/**
 * The way of packets to the connection. What rests on changes that a session store has not kept yet is held back by the
 * journal, and dropped with the connection; everything else goes straight through to the output.
 */

import type { AcknowledgementType } from "../codec/client-codec.js";
import type { Journal } from "./journal.js";
import type { PublishOperation } from "./operation.js";
import type { Output } from "./output.js";

/** Writes a publish whose records are kept. */
export type PublishWriter = (now: number, operation: PublishOperation) => void;

export class TransmitGate {
  readonly #journal: Journal | undefined;
  #output: Output | undefined;
  #writePublish: PublishWriter | undefined;

  constructor(journal: Journal | undefined) {
    this.#journal = journal;
  }

  /** Leads to this connection from now on. */
  open(output: Output, writePublish: PublishWriter): void {
    this.#output = output;
    this.#writePublish = writePublish;
  }

  /** The connection is gone. */
  close(): void {
    this.#output = undefined;
    this.#writePublish = undefined;
    this.#journal?.dropHeld();
  }

  publish(now: number, operation: PublishOperation): void {
    if (this.#journal?.isKept() === false) {
      this.#journal.hold((later) => this.#writePublish?.(later, operation));
    } else {
      this.#writePublish?.(now, operation);
    }
  }

  reply(type: AcknowledgementType, packetId: number, reasonCode: number): void {
    if (this.#journal?.isKept() === false) {
      this.#journal.hold(() => this.#output?.reply(type, packetId, reasonCode));
    } else {
      this.#output?.reply(type, packetId, reasonCode);
    }
  }
}
