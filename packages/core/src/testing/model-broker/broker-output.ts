/** The packets of the broker that wait for their time on one connection. None overtakes another. */
import { encodeServerPacket } from "../../codec/encode-any-packet.js";
import type { PubackPacket } from "../../codec/packets/puback.js";
import type { PubcompPacket } from "../../codec/packets/pubcomp.js";
import type { PubrecPacket } from "../../codec/packets/pubrec.js";
import type { ServerPacket } from "../../codec/server-packets.js";
import { ByteWriter } from "../../codec/wire/byte-writer.js";
import { joinBytes } from "../bytes.js";
import type { MemoryConnection } from "../memory-network.js";
import type { ModelBrokerOptions } from "./broker-options.js";

/** An answer to PUBLISH or PUBREL, which a test can hold back. */
export type PublishAnswer = PubackPacket | PubrecPacket | PubcompPacket;

interface WaitingPacket {
  readonly packet: ServerPacket;
  readonly dueAt: number;
}

export class BrokerOutput {
  readonly #link: MemoryConnection;
  readonly #options: ModelBrokerOptions;
  readonly #onWrite: (packet: ServerPacket) => void;
  #waiting: WaitingPacket[] = [];
  #held: PublishAnswer[] = [];
  #heldTypes: readonly PublishAnswer["type"][] = [];
  #isOver = false;

  constructor(link: MemoryConnection, options: ModelBrokerOptions, onWrite: (packet: ServerPacket) => void) {
    this.#link = link;
    this.#options = options;
    this.#onWrite = onWrite;
  }

  /** Whether a packet can go out now. */
  get isOpen(): boolean {
    return !this.#isOver && this.#link.state === "open";
  }

  /** Sends a packet after the delay that `answerDelayMs` gives, and after the packets before it. */
  send(packet: ServerPacket): void {
    const { clock, answerDelayMs } = this.#options;
    const dueAt = Math.max(this.#waiting.at(-1)?.dueAt ?? 0, clock.now() + (answerDelayMs?.() ?? 0));
    const flush = (): void => {
      this.#flush();
    };
    this.#waiting.push({ packet, dueAt });
    if (dueAt > clock.now()) {
      clock.wakeAt(dueAt, flush);
    } else {
      clock.endOfTurn(flush);
    }
  }

  /** Sends an answer, unless the test holds such answers back. */
  answer(packet: PublishAnswer): void {
    if (this.#heldTypes.includes(packet.type)) {
      this.#held.push(packet);
    } else {
      this.send(packet);
    }
  }

  /** Holds back answers of these types from now on, and sends the others that were held back. */
  hold(types: readonly PublishAnswer["type"][]): void {
    this.#heldTypes = types;
    for (const packet of this.#held.splice(0)) {
      this.answer(packet);
    }
  }

  /** Sends a packet before all others. */
  write(packet: ServerPacket): void {
    this.#onWrite(packet);
    const writer = new ByteWriter();
    encodeServerPacket(writer, packet);
    this.#link.send(joinBytes(writer.take()));
  }

  /** Drops all packets that wait: the connection is over. */
  end(): void {
    this.#isOver = true;
    this.#waiting = [];
    this.#held = [];
  }

  #flush(): void {
    const now = this.#options.clock.now();
    for (let next = this.#waiting[0]; next && next.dueAt <= now && this.isOpen; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.write(next.packet);
    }
  }
}
