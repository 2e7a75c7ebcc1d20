/**
 * The states of the client, and the table of the steps between them. A step without an entry there is a mistake in the
 * engine. A server cannot cause one: its packets are checked at their handlers.
 */

/**
 * The state of the client.
 *
 * - `stopped`: no connection is wanted, and nothing is open
 * - `connecting`: an attempt prepares its options and opens its transport
 * - `awaitingConnack`: CONNECT was sent
 * - `connected`: the server accepted the connection
 * - `disconnecting`: DISCONNECT goes out as the last packet
 * - `closing`: the transport closes
 * - `waitingToReconnect`: the reconnect delay runs until the next attempt
 */
export type ClientState =
  "stopped" | "connecting" | "awaitingConnack" | "connected" | "disconnecting" | "closing" | "waitingToReconnect";

/**
 * The steps from one state to the next.
 *
 * - `start`: the application wants a connection
 * - `sendConnect`: the transport is open, and CONNECT goes out
 * - `acceptConnack`: the client accepts a successful CONNACK
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

/** The states in which each step is possible, and the state that follows. */
export const clientTransitions: Readonly<Record<ClientStep, Transition>> = {
  start: { from: ["stopped"], to: "connecting" },
  sendConnect: { from: ["connecting"], to: "awaitingConnack" },
  acceptConnack: { from: ["awaitingConnack"], to: "connected" },
  sendDisconnect: { from: ["awaitingConnack", "connected"], to: "disconnecting" },
  close: { from: ["connecting", "awaitingConnack", "connected", "disconnecting"], to: "closing" },
  waitToReconnect: { from: ["closing"], to: "waitingToReconnect" },
  reconnect: { from: ["waitingToReconnect"], to: "connecting" },
  finishStop: { from: ["closing", "waitingToReconnect"], to: "stopped" },
};

/**
 * Gives the state after a step.
 *
 * @throws {Error} the step is not possible in this state
 */
export function nextState(state: ClientState, step: ClientStep): ClientState {
  const { from, to } = clientTransitions[step];
  if (!from.includes(state)) {
    throw new Error(`no ${step} of a client that is ${state}`);
  }
  return to;
}
