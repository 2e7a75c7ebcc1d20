import { describe, expect, test } from "@jest/globals";
import { type ClientState, nextState, stateTransitions } from "./client-state.js";

const states = Object.keys(stateTransitions) as ClientState[];
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

  test.each(states.flatMap((state) => states.map((next) => [state, next] as const)))(
    "%s on %s gives what the table says, or is refused",
    (state, next) => {
      if (stateTransitions[state].includes(next)) {
        expect(nextState(state, next)).toBe(next);
      } else {
        expect(() => nextState(state, next)).toThrow(`no transition from ${state} to ${next}`);
      }
    },
  );

  test("every state but stopped leads to stopped", () => {
    for (const state of states) {
      const seen = new Set<ClientState>([state]);
      for (const reached of seen) {
        stateTransitions[reached].forEach((next) => seen.add(next));
      }
      expect(seen).toContain("stopped");
    }
  });

  test("MQTT-3.1.0-1: connected is reached through CONNECT and CONNACK alone", () => {
    const before = states.filter((state) => stateTransitions[state].includes("connected"));
    expect(before).toEqual(["awaitingConnack"]);
  });
});
