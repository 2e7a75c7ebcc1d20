/**
 * The states of the client and the one table that says how they follow each other. An input that has no entry for the
 * state at hand is a mistake in the engine, not something a peer can cause: what a peer may send when is checked where
 * packets are handled.
 */

/** The state of the client, as the application reads it. */
export type ClientState =
  "stopped" | "connecting" | "awaitingConnack" | "connected" | "disconnecting" | "closing" | "waitingToReconnect";

/** What moves the client from one state to the next. */
export type StateInput =
  /** The application wants a connection. */
  | "start"
  /** The transport can carry bytes: CONNECT goes out. */
  | "opened"
  /** A CONNACK with success. */
  | "accepted"
  /** Our DISCONNECT waits to leave the buffer. */
  | "disconnect"
  /** The connection is to be closed, or was lost. */
  | "close"
  /** The transport is gone and another attempt is wanted. */
  | "closedToRetry"
  /** The transport is gone and no other attempt is wanted. */
  | "closedToStop"
  /** The wait is over. */
  | "retry"
  /** The application wants no connection, and there is none. */
  | "halt";

/** What follows, for each state and input; shown as a diagram in the documentation. */
export const stateTransitions: Readonly<Record<ClientState, Readonly<Partial<Record<StateInput, ClientState>>>>> = {
  stopped: { start: "connecting" },
  connecting: { opened: "awaitingConnack", close: "closing" },
  awaitingConnack: { accepted: "connected", close: "closing" },
  connected: { disconnect: "disconnecting", close: "closing" },
  disconnecting: { close: "closing" },
  closing: { closedToRetry: "waitingToReconnect", closedToStop: "stopped" },
  waitingToReconnect: { retry: "connecting", halt: "stopped" },
};

/** The state that follows; throws where the table has none. */
export function nextState(state: ClientState, input: StateInput): ClientState {
  const next = stateTransitions[state][input];
  if (next === undefined) {
    throw new Error(`no transition from ${state} on ${input}`);
  }
  return next;
}
