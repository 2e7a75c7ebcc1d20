import { describe, expect, test } from "@jest/globals";
import { type ClientState, type ClientStep, clientTransitions, nextState } from "./client-state.js";

const steps = Object.keys(clientTransitions) as ClientStep[];
const states: readonly ClientState[] = [
  "stopped",
  "connecting",
  "awaitingConnack",
  "connected",
  "disconnecting",
  "closing",
  "waitingToReconnect",
];

/** The states that follow one in a single step. */
const following = (state: ClientState): ClientState[] =>
  Object.values(clientTransitions).flatMap(({ from, to }) => (from.includes(state) ? [to] : []));

describe("the transition table", () => {
  test("has the states of the documentation, each with a way in and a way out", () => {
    const ways = Object.values(clientTransitions);
    expect(new Set(ways.flatMap(({ from }) => from))).toEqual(new Set(states));
    expect(new Set(ways.map(({ to }) => to))).toEqual(new Set(states));
  });

  test.each(states.flatMap((state) => steps.map((step) => [state, step] as const)))(
    "%s: the step %s is as the table says, or is refused",
    (state, step) => {
      const { from, to } = clientTransitions[step];
      if (from.includes(state)) {
        expect(nextState(state, step)).toBe(to);
      } else {
        expect(() => nextState(state, step)).toThrow(`no ${step} of a client that is ${state}`);
      }
    },
  );

  test("every state but stopped leads to stopped", () => {
    for (const state of states) {
      const seen = new Set<ClientState>([state]);
      for (const reached of seen) {
        following(reached).forEach((next) => seen.add(next));
      }
      expect(seen).toContain("stopped");
    }
  });

  test("MQTT-3.1.0-1: connected is reached through CONNECT and CONNACK alone", () => {
    const before = states.filter((state) => following(state).includes("connected"));
    expect(before).toEqual(["awaitingConnack"]);
  });
});
