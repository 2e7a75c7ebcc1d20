import type { ReceivedMessage } from "./received-message.js";

/**
 * The result of a consumer for a message.
 *
 * - `seen`: the application got the message, and may have to acknowledge it
 * - `handled`: the application need not acknowledge it: a handler is done, or the message was dropped
 * - `failed`: a handler failed
 */
export type MessageFate = "seen" | "handled" | "failed";

/** A message, and the function that releases it. */
export interface HeldMessage {
  readonly message: ReceivedMessage;
  readonly deliveryId: number;
  /** The memory that it takes while it waits, in bytes: its packet, and an estimate of what it costs beside. */
  readonly memory: number;
  /** The id of an earlier delivery of the same message, if any. */
  readonly repeats: number | undefined;
  /** Says that the consumer is done with the message. */
  readonly release: (fate: MessageFate) => void;
}

/** A consumer: it takes the messages of a filter. */
export interface Consumer {
  /** True for one that takes responses only. Other messages still wait for the first consumer. */
  readonly takesResponsesOnly?: true;
  /** Takes a message that matches. The consumer must release it in the end. */
  push(held: HeldMessage): void;
  /**
   * Takes the end of the messages: the subscription failed for this reason or, without a reason, the client stopped.
   */
  end(reason?: unknown): void;
}
