/** The errors that operations reject with. */

import type { PubackPacket } from "../../codec/packets/puback.js";
import type { PubrecPacket } from "../../codec/packets/pubrec.js";
import type { SubackPacket } from "../../codec/packets/suback.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import { MqttError, type MqttErrorDetails, type PublishOutcome } from "../../errors.js";
import { refused } from "./connection-errors.js";

/** The server refused a message: it answered with a failing reason code. */
export class PublishRejectedError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "PublishRejectedError";

  /** The server's answer: PUBACK at QoS 1, PUBREC at QoS 2. */
  readonly acknowledgement: PubackPacket | PubrecPacket;

  /** Creates the error. */
  constructor(acknowledgement: PubackPacket | PubrecPacket) {
    super("PUBLISH_REJECTED", refused("PUBLISH", acknowledgement), {
      outcome: "refused",
    });
    this.acknowledgement = acknowledgement;
  }
}

/** The server granted none of the subscriptions. */
export class SubscribeRejectedError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "SubscribeRejectedError";

  /** The server's SUBACK. */
  readonly suback: SubackPacket;

  /** Creates the error. */
  constructor(suback: SubackPacket) {
    super("SUBSCRIBE_REJECTED", refused("SUBSCRIBE", suback));
    this.suback = suback;
  }
}

/** The server ended none of the subscriptions. */
export class UnsubscribeRejectedError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "UnsubscribeRejectedError";

  /** The server's UNSUBACK. */
  readonly unsuback: UnsubackPacket;

  /** Creates the error. */
  constructor(unsuback: UnsubackPacket) {
    super("UNSUBSCRIBE_REJECTED", refused("UNSUBSCRIBE", unsuback));
    this.unsuback = unsuback;
  }
}

/** An operation took longer than its `timeoutMs`, or its acknowledgement took longer than `ackTimeoutMs`. */
export class OperationTimeoutError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "OperationTimeoutError";

  /**
   * The stage of the operation.
   *
   * - `queued`: it was not sent, and is withdrawn
   * - `sent`: it was sent, and not acknowledged in time
   */
  readonly stage: "queued" | "sent";

  /**
   * Creates the error. `cause` is the reason why there was no connection: the last connection error, or that the client
   * is not started.
   */
  constructor(stage: "queued" | "sent", timeoutMs: number, outcome?: PublishOutcome, cause?: MqttError) {
    const reason = cause ? `, no connection: ${cause.message}` : "";
    super("OPERATION_TIMEOUT", `not done within ${timeoutMs} ms (${stage}${reason})`, { outcome, cause });
    this.stage = stage;
  }
}

/** The queue reached its limit: a new operation found no room, or a waiting one was dropped. See the option `queue`. */
export class QueueFullError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "QueueFullError";

  /** Creates the error. */
  constructor(limit: string) {
    super("QUEUE_FULL", `the queue is full: ${limit}`, { outcome: "notSent" });
  }
}

/**
 * The message expired before it could be sent.
 *
 * See [section 3.3.2.3.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901112).
 */
export class MessageExpiredError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "MessageExpiredError";

  /** Creates the error. */
  constructor(messageExpiryInterval: number) {
    super("MESSAGE_EXPIRED", `not sent within ${messageExpiryInterval} s`, {
      outcome: "notSent",
    });
  }
}

/** The server lost the session, and the message is not sent again. See the option `sessionLostPublishBehavior`. */
export class SessionLostError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "SessionLostError";

  /** Creates the error. */
  constructor(outcome: PublishOutcome) {
    super("SESSION_LOST", "the server lost the session", { outcome });
  }
}

/** The session store failed. */
export class SessionStoreError extends MqttError {
  /** The name of the class. */
  override readonly name: string = "SessionStoreError";

  /** Creates the error. */
  constructor(message: string, details: MqttErrorDetails = {}) {
    super("STORE_FAILED", message, details);
  }
}
