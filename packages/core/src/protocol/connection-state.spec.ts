import { describe, expect, test } from "@jest/globals";
import { type ClientState, nextState, type StateInput, stateTransitions } from "./connection-state.js";

const states = Object.keys(stateTransitions) as ClientState[];
const inputs: readonly StateInput[] = [
  "start",
  "opened",
  "accepted",
  "disconnect",
  "close",
  "closedToRetry",
  "closedToStop",
  "retry",
  "halt",
];

describe("the transition table", () => {
  test("has the states of the documentation", () => {
    expect(states).toEqual([
      "stopped",
      "connecting",
      "awaitingConnack",
      "connected",
      "disconnecting",
      "closing",
      "waitingToReconnect",
    ]);
  });

  test.each(states.flatMap((state) => inputs.map((input) => [state, input] as const)))(
    "%s on %s gives what the table says, or is refused",
    (state, input) => {
      const next = stateTransitions[state][input];
      if (next === undefined) {
        expect(() => nextState(state, input)).toThrow(`no transition from ${state} on ${input}`);
      } else {
        expect(nextState(state, input)).toBe(next);
      }
    },
  );

  test("every state but stopped leads to stopped", () => {
    for (const state of states) {
      const seen = new Set<ClientState>([state]);
      for (const reached of seen) {
        Object.values(stateTransitions[reached]).forEach((next) => seen.add(next));
      }
      expect(seen).toContain("stopped");
    }
  });

  test("MQTT-3.1.0-1: connected is reached through CONNECT and CONNACK alone", () => {
    const before = states.flatMap((state) =>
      Object.entries(stateTransitions[state]).flatMap(([input, next]) =>
        next === "connected" ? [[state, input]] : [],
      ),
    );
    expect(before).toEqual([["awaitingConnack", "accepted"]]);
  });
});
