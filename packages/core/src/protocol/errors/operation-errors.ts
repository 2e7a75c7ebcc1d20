/** The errors with which operations are rejected. */

import type { PubackPacket } from "../../codec/packets/puback.js";
import type { PubrecPacket } from "../../codec/packets/pubrec.js";
import type { SubackPacket } from "../../codec/packets/suback.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import { MqttError, type MqttErrorDetails, type PublishOutcome } from "../../errors.js";
import { refused } from "./connection-errors.js";

/** The server answered a publish with a failing reason code. */
export class PublishRejectedError extends MqttError {
  override readonly name: string = "PublishRejectedError";

  /** The acknowledgement: PUBACK at QoS 1, PUBREC at QoS 2. */
  readonly acknowledgement: PubackPacket | PubrecPacket;

  constructor(acknowledgement: PubackPacket | PubrecPacket) {
    super("PUBLISH_REJECTED", refused("PUBLISH", acknowledgement), {
      outcome: "refused",
    });
    this.acknowledgement = acknowledgement;
  }
}

/** The server granted none of the subscriptions asked for. */
export class SubscribeRejectedError extends MqttError {
  override readonly name: string = "SubscribeRejectedError";
  readonly suback: SubackPacket;

  constructor(suback: SubackPacket) {
    super("SUBSCRIBE_REJECTED", refused("SUBSCRIBE", suback));
    this.suback = suback;
  }
}

/** The server took back none of the subscriptions. */
export class UnsubscribeRejectedError extends MqttError {
  override readonly name: string = "UnsubscribeRejectedError";
  readonly unsuback: UnsubackPacket;

  constructor(unsuback: UnsubackPacket) {
    super("UNSUBSCRIBE_REJECTED", refused("UNSUBSCRIBE", unsuback));
    this.unsuback = unsuback;
  }
}

/** An operation took longer than its `timeoutMs`, or its acknowledgement longer than `ackTimeoutMs`. */
export class OperationTimeoutError extends MqttError {
  override readonly name: string = "OperationTimeoutError";

  /** `queued`: it was never written, and is withdrawn; `sent`: it was written and is not acknowledged. */
  readonly stage: "queued" | "sent";

  constructor(stage: "queued" | "sent", timeoutMs: number, outcome?: PublishOutcome) {
    super("OPERATION_TIMEOUT", `not done within ${timeoutMs} ms (${stage})`, { outcome });
    this.stage = stage;
  }
}

/** The queue of operations is at its limit; see the option `queue`. */
export class QueueFullError extends MqttError {
  override readonly name: string = "QueueFullError";

  constructor(limit: string) {
    super("QUEUE_FULL", `the queue is full: ${limit}`, { outcome: "notSent" });
  }
}

/** The message's expiry interval was used up before it could be sent (section 3.3.2.3.3). */
export class MessageExpiredError extends MqttError {
  override readonly name: string = "MessageExpiredError";

  constructor(messageExpiryInterval: number) {
    super("MESSAGE_EXPIRED", `not sent within ${messageExpiryInterval} s`, {
      outcome: "notSent",
    });
  }
}

/** The server lost the session, and with it the exchange that would have delivered the message exactly once. */
export class SessionLostError extends MqttError {
  override readonly name: string = "SessionLostError";

  constructor(outcome: PublishOutcome) {
    super("SESSION_LOST", "the server lost the session", { outcome });
  }
}

/** The session store failed. */
export class SessionStoreError extends MqttError {
  override readonly name: string = "SessionStoreError";

  constructor(message: string, details: MqttErrorDetails = {}) {
    super("STORE_FAILED", message, details);
  }
}
