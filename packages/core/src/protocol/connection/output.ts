/**
 * The bytes of one attempt that wait for the transport. One buffer collects the packets of a turn. Above the
 * transport's high-water mark nothing more is encoded, and acknowledgements wait as numbers.
 */

import { ByteWriter } from "../../codec/wire/byte-writer.js";
import { encodeAcknowledgement, type AcknowledgementType } from "../../codec/packets/layouts/acknowledgement.js";

/** The size at which the buffer is handed over before more is encoded: 64 KiB. */
const flushThreshold = 65_536;

/** An acknowledgement that waits for room. */
interface Reply {
  readonly type: AcknowledgementType;
  readonly packetId: number;
  readonly reasonCode: number;
}

export class Output {
  readonly writer: ByteWriter = new ByteWriter();

  #isBlocked = false;

  /** True once DISCONNECT was written. Nothing may follow it (MQTT-3.14.4-1). */
  isEnded = false;

  /** The waiting acknowledgements, without duplicates. A peer that never reads therefore cannot fill the memory. */
  #replies = new Map<number, Reply>();

  /** True when nothing waits for the transport. */
  get isEmpty(): boolean {
    return this.writer.length === 0;
  }

  /** True when another operation may be encoded. */
  get hasRoom(): boolean {
    return !this.#isBlocked && !this.isEnded && this.writer.length < flushThreshold;
  }

  /** True when the buffer should be handed over before the turn ends. */
  get isFull(): boolean {
    return !this.#isBlocked && this.writer.length >= flushThreshold;
  }

  /** Writes an acknowledgement, now or as soon as there is room. */
  reply(type: AcknowledgementType, packetId: number, reasonCode: number): void {
    if (this.isEnded) {
      return;
    }
    if (this.#isBlocked) {
      this.#replies.set((type << 24) | (reasonCode << 16) | packetId, { type, packetId, reasonCode });
    } else {
      encodeAcknowledgement(this.writer, type, packetId, reasonCode);
    }
  }

  /** Takes in whether the transport is blocked. Writes the waiting acknowledgements when it has room again. */
  setBlocked(isBlocked: boolean): void {
    this.#isBlocked = isBlocked;
    if (!isBlocked && this.#replies.size > 0) {
      const replies = this.#replies;
      this.#replies = new Map();
      for (const { type, packetId, reasonCode } of replies.values()) {
        this.reply(type, packetId, reasonCode);
      }
    }
  }

  /** Takes out the bytes; undefined when there are none or they must wait. */
  take(): readonly Uint8Array[] | undefined {
    return this.#isBlocked || this.writer.length === 0 ? undefined : this.writer.take();
  }
}
