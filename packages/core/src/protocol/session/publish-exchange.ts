/**
 * The exchange of one QoS 1 or 2 publish with the server (section 4.3), from its packet identifier to the
 * acknowledgement that frees it. It can last over several connections. The exchanges are the outbound half of the
 * session state (section 4.1).
 *
 * The table below has every step. Nothing else changes the state of an exchange.
 */
import type { SendQuota } from "../connection/send-quota.js";

/**
 * The state of an exchange.
 *
 * - `assigned`: it has its packet identifier; its PUBLISH was not written yet
 * - `published`: its PUBLISH was written on this connection; the server has not answered
 * - `interrupted`: its PUBLISH was written on a connection that ended; it is sent again, with DUP
 * - `released`: PUBREC arrived; from now on only PUBREL is sent, again on each connection (MQTT-4.3.3-6)
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
  readonly step: ExchangeStep;
  readonly from: readonly ExchangeState[];
  readonly to: ExchangeState;
}

/**
 * The states in which each step is possible, and the state that follows. After a resumption a server may answer a
 * PUBLISH of the earlier connection. An answer is therefore also possible in `interrupted`.
 */
export const exchangeTransitions: Readonly<Record<ExchangeStep, Transition>> = {
  publish: { step: "publish", from: ["assigned", "interrupted"], to: "published" },
  interrupt: { step: "interrupt", from: ["published"], to: "interrupted" },
  release: { step: "release", from: ["assigned", "published", "interrupted"], to: "released" },
  acknowledge: { step: "acknowledge", from: ["assigned", "published", "interrupted", "released"], to: "ended" },
  discard: { step: "discard", from: ["assigned", "published", "interrupted", "released"], to: "ended" },
};

/** The next answer of the server in an exchange. */
export type AwaitedAnswer = "puback" | "pubrec" | "pubcomp";

export class PublishExchange {
  readonly packetId: number;
  readonly #qos: 1 | 2;
  #state: ExchangeState = "assigned";
  #releaseNumber = 0;

  /** The send quota that it holds a unit of. The quota of an older connection no longer counts (section 4.9). */
  quota: SendQuota | undefined;

  /** True once the publish has ended for the caller. The message is then not sent in a later session. */
  isAbandoned = false;

  constructor(packetId: number, qos: 1 | 2) {
    this.packetId = packetId;
    this.#qos = qos;
  }

  get state(): ExchangeState {
    return this.#state;
  }

  /** The answer that the server owes. Any other acknowledgement with this packet identifier is a server error. */
  get awaits(): AwaitedAnswer {
    if (this.#state === "released") {
      return "pubcomp";
    }
    return this.#qos === 2 ? "pubrec" : "puback";
  }

  /** The place of its PUBREC in the order of arrival, from 1; 0 before it came (MQTT-4.6.0-4). */
  get releaseNumber(): number {
    return this.#releaseNumber;
  }

  /** True once the server has the message. It is then never sent again. */
  get isReleased(): boolean {
    return this.#state === "released";
  }

  /** True once the PUBLISH was written in this session. The server may have the message. */
  get wasPublished(): boolean {
    return this.#state !== "assigned";
  }

  /** Moves to `published`. Gives DUP: true for a repeat in a session (MQTT-3.3.1-1, MQTT-4.3.2-2, MQTT-4.3.3-2). */
  publish(): boolean {
    const isDup = this.#state === "interrupted";
    this.#move(exchangeTransitions.publish);
    return isDup;
  }

  /** Takes in the end of the connection. Changes nothing if the PUBLISH was not written on it, or after PUBREC. */
  interrupt(): void {
    if (this.#state === "published") {
      this.#move(exchangeTransitions.interrupt);
    }
  }

  /** Takes in the PUBREC (MQTT-4.3.3-4). `releaseNumber` counts up with each. */
  release(releaseNumber: number): void {
    this.#move(exchangeTransitions.release);
    this.#releaseNumber = releaseNumber;
  }

  /** Takes in the answer with which the server ends the exchange. */
  acknowledge(): void {
    this.#move(exchangeTransitions.acknowledge);
  }

  /** Ends the exchange without the server. */
  discard(): void {
    this.#move(exchangeTransitions.discard);
  }

  #move({ step, from, to }: Transition): void {
    if (!from.includes(this.#state)) {
      throw new Error(`no ${step} of an exchange that is ${this.#state}`);
    }
    this.#state = to;
  }
}
