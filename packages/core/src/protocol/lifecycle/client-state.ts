/**
 * The states of the client and the one table of the steps between them. A step that has no entry there is a mistake in the
 * engine, not something that a server can cause: what a server may send when is checked where packets are handled.
 */

/** The state of the client, as the application reads it. */
export type ClientState =
  "stopped" | "connecting" | "awaitingConnack" | "connected" | "disconnecting" | "closing" | "waitingToReconnect";

/**
 * The steps from one state to the next.
 *
 * - `start`: the application wants a connection
 * - `sendConnect`: the transport is open, and CONNECT goes out
 * - `acceptConnack`: CONNACK says success, and nothing speaks against it
 * - `sendDisconnect`: DISCONNECT goes out as the last packet
 * - `close`: the transport is closed, or already gone
 * - `waitToReconnect`: the transport is gone, and a connection is still wanted
 * - `reconnect`: the reconnect delay is over
 * - `finishStop`: no connection is wanted, and nothing is open
 */
export type ClientStep =
  | "start"
  | "sendConnect"
  | "acceptConnack"
  | "sendDisconnect"
  | "close"
  | "waitToReconnect"
  | "reconnect"
  | "finishStop";

interface Transition {
  readonly from: readonly ClientState[];
  readonly to: ClientState;
}

/** Every step with the states in which it is possible and the state that follows. */
export const clientTransitions: Readonly<Record<ClientStep, Transition>> = {
  start: { from: ["stopped"], to: "connecting" },
  sendConnect: { from: ["connecting"], to: "awaitingConnack" },
  acceptConnack: { from: ["awaitingConnack"], to: "connected" },
  sendDisconnect: { from: ["connected"], to: "disconnecting" },
  close: { from: ["connecting", "awaitingConnack", "connected", "disconnecting"], to: "closing" },
  waitToReconnect: { from: ["closing"], to: "waitingToReconnect" },
  reconnect: { from: ["waitingToReconnect"], to: "connecting" },
  finishStop: { from: ["closing", "waitingToReconnect"], to: "stopped" },
};

/** Gives the state that a step leads to; throws where it is not possible. */
export function nextState(state: ClientState, step: ClientStep): ClientState {
  const { from, to } = clientTransitions[step];
  if (!from.includes(state)) {
    throw new Error(`no ${step} of a client that is ${state}`);
  }
  return to;
}
