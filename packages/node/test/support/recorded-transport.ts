/** What a transport told, and a way to wait for it. */

import type { MqttError } from "@mqtt5/core";
import type { ConnectionPhase, TransportHandlers } from "@mqtt5/core/adapter";

/** A point in the life of a transport that a test waits for. */
export type Milestone = "opened" | "received" | "writable" | "closed";

export class TransportRecord implements TransportHandlers {
  readonly phases: ConnectionPhase[] = [];
  readonly events: Milestone[] = [];
  readonly progressed = { sent: 0, received: 0 };
  readonly received: (chunk: Uint8Array) => void;
  error: MqttError | undefined;
  readonly #chunks: Buffer[] = [];
  #waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];

  constructor() {
    this.received = (chunk) => {
      // A copy, because the transport may use the memory again.
      this.#chunks.push(Buffer.from(chunk));
      this.#note("received");
    };
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  phase(phase: ConnectionPhase): void {
    this.phases.push(phase);
  }

  opened(): void {
    this.#note("opened");
  }

  progress(direction: "sent" | "received", byteCount: number): void {
    this.progressed[direction] += byteCount;
  }

  writable(): void {
    this.#note("writable");
  }

  closed(error?: MqttError): void {
    this.error = error;
    this.#note("closed");
  }

  /** Resolves once this has happened so many times. */
  async reached(milestone: Milestone, count = 1): Promise<void> {
    await this.#wait(() => this.events.filter((event) => event === milestone).length >= count);
  }

  /** Resolves with what was received once it is so long. */
  async read(length: number): Promise<Buffer> {
    await this.#wait(() => this.bytes.byteLength >= length);
    return this.bytes;
  }

  #wait(isMet: () => boolean): Promise<void> {
    return isMet()
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#waiting.push({ isMet, resolve });
        });
  }

  #note(milestone: Milestone): void {
    this.events.push(milestone);
    const met = this.#waiting.filter(({ isMet }) => isMet());
    this.#waiting = this.#waiting.filter((each) => !met.includes(each));
    met.forEach(({ resolve }) => resolve());
  }
}
