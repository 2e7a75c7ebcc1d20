/**
 * Holds back what rests on changes that the session store has not kept yet (write-ahead). With everything stored, as
 * always with the memory store, it lets packets straight through to the output; else they wait in the order in which
 * they came. What waits is dropped with the connection: the session remembers it.
 */

import type { AcknowledgementType } from "../codec/client-codec.js";
import type { PublishOperation } from "./operation.js";
import type { Output } from "./output.js";
import type { SessionJournal } from "./session-journal.js";

/** A packet that waits for the store. */
interface Held {
  horizon: number;
  readonly write: (now: number) => void;
}

/** Writes a publish whose records are kept. */
export type PublishWriter = (now: number, operation: PublishOperation) => void;

export class TransmitGate {
  readonly #journal: SessionJournal;
  #output: Output | undefined;
  #writePublish: PublishWriter | undefined;
  #held: Held[] = [];

  constructor(journal: SessionJournal) {
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
    this.#held = [];
  }

  publish(now: number, operation: PublishOperation): void {
    if (this.#isOpen()) {
      this.#writePublish?.(now, operation);
    } else {
      this.#hold((later) => this.#writePublish?.(later, operation));
    }
  }

  reply(type: AcknowledgementType, packetId: number, reasonCode: number): void {
    if (this.#isOpen()) {
      this.#output?.reply(type, packetId, reasonCode);
    } else {
      this.#hold(() => this.#output?.reply(type, packetId, reasonCode));
    }
  }

  /** The batch could not be kept: what rests on it and was not withdrawn waits for the repetition of its changes. */
  handleStoreFailed(now: number): void {
    for (const held of this.#held) {
      if (this.#journal.isStored(held.horizon)) {
        held.horizon = this.#journal.horizon;
      }
    }
    this.handleStored(now);
  }

  /** Lets through what is stored by now. */
  handleStored(now: number): void {
    const firstHeld = this.#held.findIndex((held) => !this.#journal.isStored(held.horizon));
    for (const { write } of this.#held.splice(0, firstHeld === -1 ? this.#held.length : firstHeld)) {
      write(now);
    }
  }

  #hold(write: Held["write"]): void {
    this.#held.push({ horizon: this.#journal.horizon, write });
  }

  #isOpen(): boolean {
    return this.#journal.isStored(this.#journal.horizon);
  }
}
