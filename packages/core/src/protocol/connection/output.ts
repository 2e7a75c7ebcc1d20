/**
 * The bytes of one connection attempt that wait to be handed to the transport. Packets of a turn are collected in one
 * buffer; above the transport's high-water mark nothing more is encoded, and small answers wait as numbers.
 */

import { ByteWriter } from "../../codec/wire/byte-writer.js";
import { encodeAcknowledgement, type AcknowledgementType } from "../../codec/packets/layouts/acknowledgement.js";

/** Above this many bytes the buffer is handed over before more is encoded: 64 KiB. */
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

  /** True once DISCONNECT was written: nothing may follow it (MQTT-3.14.4-1). */
  isEnded = false;

  /** By what makes them different: the same answer is not kept twice, so a peer that never reads costs no memory. */
  #replies = new Map<number, Reply>();

  /** True when nothing waits to be handed over. */
  get isEmpty(): boolean {
    return this.writer.length === 0;
  }

  /** True when another operation may be encoded. */
  get hasRoom(): boolean {
    return !this.#isBlocked && !this.isEnded && this.writer.length < flushThreshold;
  }

  /** True when so much waits that it should go before the turn ends. */
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

  /** The transport takes no more, or has room again: then what waited is written. */
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

  /** Hands the bytes over, or undefined when there are none or they must wait. */
  take(): readonly Uint8Array[] | undefined {
    return this.#isBlocked || this.writer.length === 0 ? undefined : this.writer.take();
  }
}
