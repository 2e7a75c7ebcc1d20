import type { OutboundMessage } from "../codec/packets/publish.js";

/**
 * One change of the session state (section 4.1) or of what was accepted for it.
 *
 * - `accepted`: a QoS 1 or 2 publish was taken from the application; `sequence` orders it among the others
 * - `sending`: it is about to be written with this packet id
 * - `released`: its PUBREC came; from here on only PUBREL is sent
 * - `finished`: it is done with, one way or another
 * - `received`: an inbound QoS 2 message was taken over by the application
 * - `completed`: its PUBREL came
 * - `discarded`: the session is over; nothing of it is kept but what was accepted and never written
 */
export type StoreChange =
  | { readonly type: "accepted"; readonly sequence: number; readonly publish: OutboundMessage }
  | { readonly type: "sending"; readonly sequence: number; readonly packetId: number }
  | { readonly type: "released"; readonly sequence: number }
  | { readonly type: "finished"; readonly sequence: number }
  | { readonly type: "received"; readonly packetId: number; readonly reasonCode: number }
  | { readonly type: "completed"; readonly packetId: number }
  | { readonly type: "discarded" };

/** Changes to be kept together: all of them or none. */
export interface StoreBatch {
  /** Counts up from 1; batches are kept in this order. */
  readonly number: number;
  readonly changes: readonly StoreChange[];
}

/**
 * Keeps the session state outside the client, so that it survives it.
 *
 * Write-ahead: no byte that rests on a change goes onto the wire before its batch is kept.
 */
export interface SessionStore {
  /** Keeps a batch, one at a time. Done when it returns, or when the promise that it returns resolves. */
  commit(batch: StoreBatch): void | Promise<void>;
}
