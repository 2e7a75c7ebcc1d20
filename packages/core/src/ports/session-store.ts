import type { OutboundMessage } from "../codec/packets/publish.js";

/**
 * One change of the session state.
 *
 * - `accepted`: the application has published a message with QoS 1 or 2. `sequence` is its place among the others.
 * - `sending`: the message is about to be written with this packet identifier.
 * - `released`: the PUBREC of the message has arrived. From now on only PUBREL is sent.
 * - `finished`: the exchange of the message has ended, in any way.
 * - `received`: the application has taken over a received message with QoS 2.
 * - `completed`: the PUBREL of a received message has arrived.
 * - `discarded`: the session has ended. Only messages that were accepted and never written remain.
 *
 * See [section 4.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901230).
 */
export type StoreChange =
  | { readonly type: "accepted"; readonly sequence: number; readonly publish: OutboundMessage }
  | { readonly type: "sending"; readonly sequence: number; readonly packetId: number }
  | { readonly type: "released"; readonly sequence: number }
  | { readonly type: "finished"; readonly sequence: number }
  | { readonly type: "received"; readonly packetId: number; readonly reasonCode: number }
  | { readonly type: "completed"; readonly packetId: number }
  | { readonly type: "discarded" };

/** Changes that are kept together: all of them or none. */
export interface StoreBatch {
  /** The number of the batch, from 1. Batches are kept in this order. */
  readonly number: number;
  /** The changes, in order. */
  readonly changes: readonly StoreChange[];
}

/**
 * A store that keeps the session state outside the client, so that the session survives the client.
 *
 * It is a write-ahead log: the client sends nothing that depends on a change before the batch of that change is kept.
 */
export interface SessionStore {
  /** Keeps a batch. The batch is kept when this returns, or when the promise resolves. There is one batch at a time. */
  commit(batch: StoreBatch): void | Promise<void>;
}
