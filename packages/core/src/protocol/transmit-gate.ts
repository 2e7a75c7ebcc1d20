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
type Held =
  | { readonly horizon: number; readonly publish: PublishOperation }
  | {
      readonly horizon: number;
      readonly type: AcknowledgementType;
      readonly packetId: number;
      readonly reasonCode: number;
    };

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
      this.#held.push({ horizon: this.#journal.horizon, publish: operation });
    }
  }

  reply(type: AcknowledgementType, packetId: number, reasonCode: number): void {
    if (this.#isOpen()) {
      this.#output?.reply(type, packetId, reasonCode);
    } else {
      this.#held.push({ horizon: this.#journal.horizon, type, packetId, reasonCode });
    }
  }

  /** The batch could not be kept: what rests on it and was not withdrawn waits for the repetition of its changes. */
  handleStoreFailed(now: number): void {
    const { horizon } = this.#journal;
    this.#held = this.#held.map((held) => (this.#journal.isStored(held.horizon) ? { ...held, horizon } : held));
    this.handleStored(now);
  }

  /** Lets through what is stored by now. */
  handleStored(now: number): void {
    const firstHeld = this.#held.findIndex((held) => !this.#journal.isStored(held.horizon));
    const released = this.#held.splice(0, firstHeld === -1 ? this.#held.length : firstHeld);
    for (const held of released) {
      if ("publish" in held) {
        this.#writePublish?.(now, held.publish);
      } else {
        this.#output?.reply(held.type, held.packetId, held.reasonCode);
      }
    }
  }

  #isOpen(): boolean {
    return this.#journal.isStored(this.#journal.horizon);
  }
}
