/**
 * The states of the client and the one table that says how they follow each other. A step that has no entry there is a
 * mistake in the engine, not something a peer can cause: what a peer may send when is checked where packets are handled.
 */

/** The state of the client, as the application reads it. */
export type ClientState =
  "stopped" | "connecting" | "awaitingConnack" | "connected" | "disconnecting" | "closing" | "waitingToReconnect";

/** What follows each state; shown as a diagram, with what leads there, in the documentation. */
export const stateTransitions: Readonly<Record<ClientState, readonly ClientState[]>> = {
  stopped: ["connecting"],
  connecting: ["awaitingConnack", "closing"],
  awaitingConnack: ["connected", "closing"],
  connected: ["disconnecting", "closing"],
  disconnecting: ["closing"],
  closing: ["waitingToReconnect", "stopped"],
  waitingToReconnect: ["connecting", "stopped"],
};

/** Gives the next state; throws where the table has no way to it. */
export function nextState(state: ClientState, next: ClientState): ClientState {
  if (!stateTransitions[state].includes(next)) {
    throw new Error(`no transition from ${state} to ${next}`);
  }
  return next;
}
