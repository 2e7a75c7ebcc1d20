import type { EngineNews, WarningCode } from "../../protocol/engine-event.js";

/** Counts the messages that were dropped, and passes on the warnings about them. */
export class DroppedMessages {
  readonly #tell: (news: EngineNews) => void;
  #count = 0;

  /** `tell` passes news on to the application, but never while a listener runs. */
  constructor(tell: (news: EngineNews) => void) {
    this.#tell = tell;
  }

  /** The number of messages that were dropped since the client was created. */
  get count(): number {
    return this.#count;
  }

  /** Counts messages that were dropped. */
  add(count: number): void {
    this.#count += count;
  }

  /** Warns of messages that were dropped. The caller limits the number of warnings. */
  warn(code: WarningCode, message: string): void {
    this.#tell({ type: "warning", code, message });
  }
}
