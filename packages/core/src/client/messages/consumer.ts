import type { ReceivedMessage } from "./received-message.js";

/**
 * How a consumer is done with a message: `seen` by the application, which may have to acknowledge it; `handled` without
 * it, well or not, or dropped before anyone looked at it.
 */
export type MessageFate = "seen" | "handled" | "failed";

/** A message, and how to say that a consumer is done with it. */
export interface HeldMessage {
  readonly message: ReceivedMessage;
  readonly deliveryId: number;
  /** The delivery that this one repeats, if any. */
  readonly repeats: number | undefined;
  readonly release: (fate: MessageFate) => void;
}

/** A consumer: where the messages of a filter go. */
export interface Consumer {
  /** Takes a message that matches, and releases it in the end. */
  push(held: HeldMessage): void;
  /** Nothing more comes: the subscription failed for this reason or, without one, the client stopped. */
  end(reason?: unknown): void;
}
