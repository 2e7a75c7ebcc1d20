import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type ExchangeState, type ExchangeStep, exchangeTransitions, PublishExchange } from "./publish-exchange.js";

const steps = Object.keys(exchangeTransitions) as ExchangeStep[];

/** The shortest way to each state. */
const ways: Readonly<Record<ExchangeState, readonly ExchangeStep[]>> = {
  assigned: [],
  published: ["publish"],
  interrupted: ["publish", "interrupt"],
  released: ["publish", "release"],
  ended: ["publish", "acknowledge"],
};
const states = Object.keys(ways) as ExchangeState[];

function take(exchange: PublishExchange, step: ExchangeStep): void {
  if (step === "release") {
    exchange.release(1);
  } else {
    exchange[step]();
  }
}

function inState(state: ExchangeState, qos: 1 | 2 = 2): PublishExchange {
  const exchange = new PublishExchange(7, qos);
  ways[state].forEach((step) => {
    take(exchange, step);
  });
  return exchange;
}

describe("the table of an exchange", () => {
  test.each(states.flatMap((state) => steps.map((step) => [state, step] as const)))(
    "%s: the step %s is as the table says, or is refused",
    (state, step) => {
      const exchange = inState(state);
      const { from, to } = exchangeTransitions[step];
      if (from.includes(state)) {
        take(exchange, step);
        expect(exchange.state).toBe(to);
      } else if (step === "interrupt") {
        take(exchange, step);
        expect(exchange.state).toBe(state);
      } else {
        expect(() => {
          take(exchange, step);
        }).toThrow(`no ${step} of an exchange that is ${state}`);
      }
    },
  );

  test("MQTT-4.3.3-6: from PUBREC on nothing leads back to a PUBLISH", () => {
    const after = new Set<string>(["released"]);
    for (const state of after) {
      Object.values(exchangeTransitions)
        .filter(({ from }) => from.some((it) => it === state))
        .forEach(({ to }) => after.add(to));
    }
    expect([...after].sort()).toEqual(["ended", "released"]);
  });
});

describe("an exchange", () => {
  test.each(states)("%s awaits the answer that its QoS asks for", (state) => {
    const isReleased = state === "released";
    expect(inState(state, 2).awaits).toBe(isReleased ? "pubcomp" : "pubrec");
    if (!isReleased) {
      expect(inState(state, 1).awaits).toBe("puback");
    }
  });

  test("MQTT-3.3.1-1, MQTT-4.3.2-2, MQTT-4.3.3-2: DUP is set from the second writing on (property)", () => {
    fc.assert(
      fc.property(fc.nat(10), (interruptions) => {
        const exchange = new PublishExchange(1, 2);
        const flags = [exchange.publish()];
        for (let count = 0; count < interruptions; count += 1) {
          exchange.interrupt();
          flags.push(exchange.publish());
        }
        expect(flags).toEqual([false, ...Array.from({ length: interruptions }, () => true)]);
      }),
    );
  });

  test("that was not written keeps DUP clear over the end of a connection", () => {
    const exchange = new PublishExchange(1, 1);
    exchange.interrupt();
    expect([exchange.wasPublished, exchange.publish(), exchange.wasPublished]).toEqual([false, false, true]);
  });

  test("remembers the place of its PUBREC", () => {
    const exchange = inState("published");
    expect(exchange.releaseNumber).toBe(0);
    exchange.release(41);
    expect([exchange.releaseNumber, exchange.isReleased]).toEqual([41, true]);
  });
});
