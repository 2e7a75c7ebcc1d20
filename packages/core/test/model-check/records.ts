/** What a run remembers of the application: its operations, its loops, and the events that it saw. */
import type { MessageStream } from "../../src/client/messages/message-stream.js";
import type { PublishOutcome } from "../../src/errors.js";

/** An operation that the application called, and how its promise stands. */
export interface CalledOperation {
  readonly kind: "publish" | "subscribe" | "unsubscribe";
  /** The payload of a publish, or the filter. */
  readonly subject: string;
  readonly qos: number;
  /** The number of `stopped` events before the call. */
  readonly stopsBefore: number;
  status: "pending" | "fulfilled" | "rejected";
  code?: string;
  outcome?: PublishOutcome | undefined;
}

/** A loop of the application, and what it got. */
export interface RunningLoop {
  readonly filter: string;
  readonly stream: MessageStream;
  /** The number of `stopped` events before the loop began. */
  readonly stopsBefore: number;
  /** The number of deliveries that the broker had made when the loop began. */
  readonly deliveriesBefore: number;
  /** The number of times that each message came, by number and QoS. */
  readonly counts: Map<string, number>;
  isOpen: boolean;
}

/** An event, as it came. */
export interface SeenEvent {
  readonly name: string;
  readonly at: number;
}

/** Says which message it is, and at which QoS it came: each payload is published once. */
export function messageKey({ payload, qos }: { readonly payload: Uint8Array; readonly qos: number }): string {
  return `${new TextDecoder().decode(payload)} q${qos}`;
}

/** Counts one more of a kind. */
export function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
