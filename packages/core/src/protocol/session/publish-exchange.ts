/**
 * The exchange of one QoS 1 or 2 publish with the server (section 4.3): its packets, from the packet identifier to the
 * acknowledgement that frees it, over as many connections as it takes. It is the outbound half of the session state
 * (section 4.1).
 *
 * The table below has every step. Nothing else changes the state of an exchange.
 */
import type { SendQuota } from "../connection/send-quota.js";

/**
 * The state of an exchange.
 *
 * - `assigned`: it has its packet identifier; its PUBLISH was not written yet
 * - `published`: its PUBLISH was written on this connection; the server has not answered
 * - `interrupted`: its PUBLISH was written on a connection that ended; it goes out again, with DUP
 * - `released`: PUBREC arrived; from here on only PUBREL is sent, on each connection anew (MQTT-4.3.3-6)
 * - `ended`: the packet identifier is free
 */
export type ExchangeState = "assigned" | "published" | "interrupted" | "released" | "ended";

/**
 * The steps of an exchange.
 *
 * - `publish`: its PUBLISH is written
 * - `interrupt`: the connection ended before the server answered
 * - `release`: PUBREC arrived, at QoS 2
 * - `acknowledge`: PUBACK arrived, or PUBCOMP, or a PUBREC that refuses the message
 * - `discard`: the session is lost, or the message was withdrawn before it was written
 */
export type ExchangeStep = "publish" | "interrupt" | "release" | "acknowledge" | "discard";

interface Transition {
  readonly from: readonly ExchangeState[];
  readonly to: ExchangeState;
}

/**
 * Every step with the states in which it is possible and the state that follows. On a resumed session a server may answer
 * what it received before the connection ended, so that an answer also comes in `interrupted`.
 */
export const exchangeTransitions: Readonly<Record<ExchangeStep, Transition>> = {
  publish: { from: ["assigned", "interrupted"], to: "published" },
  interrupt: { from: ["published"], to: "interrupted" },
  release: { from: ["assigned", "published", "interrupted"], to: "released" },
  acknowledge: { from: ["assigned", "published", "interrupted", "released"], to: "ended" },
  discard: { from: ["assigned", "published", "interrupted", "released"], to: "ended" },
};

/** The packet that a server answers an exchange with next. */
export type AwaitedAnswer = "puback" | "pubrec" | "pubcomp";

export class PublishExchange {
  readonly packetId: number;
  readonly #qos: 1 | 2;
  #state: ExchangeState = "assigned";
  #releaseNumber = 0;

  /** The send quota of which it holds a unit; that of an older connection counts no longer (section 4.9). */
  quota: SendQuota | undefined;

  /** True once the caller was told that the publish is over: no later session gets the message. */
  isAbandoned = false;

  constructor(packetId: number, qos: 1 | 2) {
    this.packetId = packetId;
    this.#qos = qos;
  }

  get state(): ExchangeState {
    return this.#state;
  }

  /** The answer that the server owes. Any other acknowledgement with this packet identifier is an error of its. */
  get awaits(): AwaitedAnswer {
    if (this.#state === "released") {
      return "pubcomp";
    }
    return this.#qos === 2 ? "pubrec" : "puback";
  }

  /** The place of its PUBREC in the order in which they came, from 1; 0 before it came (MQTT-4.6.0-4). */
  get releaseNumber(): number {
    return this.#releaseNumber;
  }

  /** True once the server has the message, which is then never sent again. */
  get isReleased(): boolean {
    return this.#state === "released";
  }

  /** True once the PUBLISH was written in this session: the server may have the message. */
  get wasPublished(): boolean {
    return this.#state !== "assigned";
  }

  /** The PUBLISH is written. Gives DUP: whether this session has sent it before (MQTT-3.3.1-1, MQTT-4.3.2-2, MQTT-4.3.3-2). */
  publish(): boolean {
    const isDup = this.#state === "interrupted";
    this.#move("publish");
    return isDup;
  }

  /** The connection ended. An exchange whose PUBLISH was not written on it stays as it is, and so does one past PUBREC. */
  interrupt(): void {
    if (this.#state === "published") {
      this.#move("interrupt");
    }
  }

  /** PUBREC arrived (MQTT-4.3.3-4); `releaseNumber` counts up with each. */
  release(releaseNumber: number): void {
    this.#move("release");
    this.#releaseNumber = releaseNumber;
  }

  /** The server ended the exchange with its answer. */
  acknowledge(): void {
    this.#move("acknowledge");
  }

  /** The exchange ends without the server. */
  discard(): void {
    this.#move("discard");
  }

  #move(step: ExchangeStep): void {
    const { from, to } = exchangeTransitions[step];
    if (!from.includes(this.#state)) {
      throw new Error(`no ${step} of an exchange that is ${this.#state}`);
    }
    this.#state = to;
  }
}
