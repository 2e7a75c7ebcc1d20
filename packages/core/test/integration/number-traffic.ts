/** Numbers that a client publishes, and the numbers that it receives from others, topic by topic. */

import type { Mqtt5ClientBase } from "../../src/client/client.js";

/** What is published: so many numbers from `first` (default 0) on, in order, each as a message. */
export interface NumberSeries {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly first?: number;
  readonly count: number;
  /** Of each payload, in bytes, filled up with spaces; default: as long as the number. */
  readonly length?: number;
}

/** What was received on a topic; a test judges by it. */
export interface NumberTally {
  readonly count: number;
  /** How many arrived again after they had arrived before. */
  readonly repeated: number;
  /** How many of those that arrived for the first time came after a larger one. */
  readonly outOfOrder: number;
  /** How many of the numbers from 0 to the largest have not arrived. */
  readonly missing: number;
}

interface Waiter {
  readonly topic: string;
  readonly distinct: number;
  readonly resolve: () => void;
}

export class NumberTraffic {
  readonly #client: Mqtt5ClientBase;
  readonly #received = new Map<string, number[]>();
  readonly #distinct = new Map<string, Set<number>>();
  #waiters: Waiter[] = [];
  #held: { readonly released: Promise<void>; readonly release: () => void } | undefined;

  constructor(client: Mqtt5ClientBase) {
    this.#client = client;
    client.on("messageReceived", ({ message }) => {
      this.#note(message.topic, Number(message.text()));
      return this.#held?.released;
    });
  }

  /** What is received from now on is not acknowledged before `release`. */
  hold(): void {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#held = { released, release };
  }

  release(): void {
    this.#held?.release();
    this.#held = undefined;
  }

  /**
   * Resolves when the server has processed everything that answers what was received before `hold`: our PUBREC before
   * the first answer below, our PUBCOMP, which the server asked for before that answer, before the second.
   */
  async settleReceived(): Promise<void> {
    await this.#client.unsubscribe("nothing/of/that/name");
    await this.#client.unsubscribe("nothing/of/that/name");
  }

  /** Resolves when every message of the series was accepted, as its QoS has it. */
  async publish({ topic, qos, first = 0, count, length = 0 }: NumberSeries): Promise<void> {
    const publishes = Array.from({ length: count }, (_, index) =>
      this.#client.publish({ topic, qos, payload: String(first + index).padEnd(length) }),
    );
    await Promise.all(publishes);
  }

  /** Resolves when so many different numbers have arrived on a topic. */
  async waitFor(topic: string, distinct: number): Promise<void> {
    if ((this.#distinct.get(topic)?.size ?? 0) < distinct) {
      await new Promise<void>((resolve) => {
        this.#waiters.push({ topic, distinct, resolve });
      });
    }
  }

  tally(topic: string): NumberTally {
    const seen = new Set<number>();
    const tally = { count: 0, repeated: 0, outOfOrder: 0, missing: 0 };
    let largest = -1;
    for (const number of this.#received.get(topic) ?? []) {
      tally.count += 1;
      if (seen.has(number)) {
        tally.repeated += 1;
      } else if (number < largest) {
        tally.outOfOrder += 1;
      }
      seen.add(number);
      largest = Math.max(largest, number);
    }
    return { ...tally, missing: largest + 1 - seen.size };
  }

  #note(topic: string, number: number): void {
    const received = this.#received.get(topic) ?? [];
    const distinct = this.#distinct.get(topic) ?? new Set<number>();
    this.#received.set(topic, received);
    this.#distinct.set(topic, distinct);
    received.push(number);
    distinct.add(number);
    this.#waiters = this.#waiters.filter((waiter) => {
      const isMet = waiter.topic === topic && distinct.size >= waiter.distinct;
      if (isMet) {
        waiter.resolve();
      }
      return !isMet;
    });
  }
}
