/**
 * What becomes of operations when the connection is lost, or the session with it: the tables of the options
 * `offlineQueueBehavior` and `sessionLostPublishBehavior`.
 */

import type { QoS } from "../../codec/qos.js";
import type { ConnectionPhase, MqttError, PublishOutcome } from "../../errors.js";
import { DisconnectedError, unfinishedError } from "../errors/connection-errors.js";
import type { Lane, Operation, PublishOperation } from "./operation.js";

/**
 * Which operations fail when the connection is lost, and when they are submitted while there is none.
 *
 * - `failNonQos1PublishOnDisconnect`: all but QoS 1 and 2 publishes
 * - `failQos0PublishOnDisconnect`: QoS 0 publishes
 * - `failAllOnDisconnect`: all but publishes that were written and must be sent again if the session is resumed
 */
export type OfflineQueueBehavior =
  "failNonQos1PublishOnDisconnect" | "failQos0PublishOnDisconnect" | "failAllOnDisconnect";

/**
 * What becomes of publishes that were written when the server has lost the session: QoS 1 ones are sent as new, all of
 * them are, or none. One that the server took over (its PUBREC came) is never sent again.
 */
export type SessionLostPublishBehavior = "resendQos1" | "resendAll" | "fail";

/** What becomes of the session when the client stops: it waits for the next start, is given up by then, or at once. */
export type SessionFate = "kept" | "lost" | "discarded";

/** The options that decide. */
export interface LossSettings {
  readonly offlineQueueBehavior: OfflineQueueBehavior;
  readonly sessionLostPublishBehavior: SessionLostPublishBehavior;
  /** How often a publish is sent again after the server hung up on it; at least 1. */
  readonly maxRedeliveries: number;
}

/** The lanes whose unwritten operations do not outlive a connection, and do not wait for one. */
export const lanesThatFail: Readonly<Record<OfflineQueueBehavior, readonly Lane[]>> = {
  failNonQos1PublishOnDisconnect: ["qos0", "requests"],
  failQos0PublishOnDisconnect: ["qos0"],
  failAllOnDisconnect: ["qos0", "acknowledged", "requests"],
};

const highestQosResent: Readonly<Record<SessionLostPublishBehavior, QoS>> = { fail: 0, resendQos1: 1, resendAll: 2 };

/** What becomes of a publish in flight when its session is lost: `kept` means that it is sent as a new message. */
export function outcomeWithoutSession(operation: PublishOperation, settings: LossSettings): PublishOutcome {
  if (operation.exchange?.isReleased === true) {
    return "received";
  }
  const isSentAsNew =
    settings.offlineQueueBehavior !== "failAllOnDisconnect" &&
    operation.message.qos <= highestQosResent[settings.sessionLostPublishBehavior];
  return isSentAsNew || !operation.wasSent ? "kept" : "unknown";
}

/** What becomes of a publish in flight when the client stops. */
export function outcomeAtStop(operation: PublishOperation, fate: SessionFate, settings: LossSettings): PublishOutcome {
  if (fate === "discarded" && operation.exchange?.isReleased !== true) {
    return operation.wasSent ? "unknown" : "notSent";
  }
  return fate === "kept" ? "kept" : outcomeWithoutSession(operation, settings);
}

/** What becomes of an operation's message when only its promise ends; undefined where there is no message. */
export function outcomeOfGivingUp(operation: Operation): PublishOutcome | undefined {
  if (operation.kind !== "publish") {
    return undefined;
  }
  if (!operation.wasSent) {
    return "notSent";
  }
  return operation.exchange?.wasPublished === true ? "kept" : "unknown";
}

const stoppedMessage = "the client is stopped";

/** For an operation that is submitted without a connection and does not wait for one. */
export function offlineError(operation: Operation): MqttError {
  return new DisconnectedError({
    source: "client",
    code: "OFFLINE",
    message: "no connection, and offlineQueueBehavior does not let it wait",
    outcome: outcomeOfGivingUp(operation),
  });
}

/** For an operation whose connection ended before it. */
export function connectionLostError(operation: Operation, cause: MqttError): MqttError {
  const name = operation.kind === "publish" ? "publish" : operation.packet.type;
  return unfinishedError(name, cause, outcomeOfGivingUp(operation));
}

/** For an operation that is pending when the client stops, or stops for `cause` by the word of the `reconnectPolicy`. */
export function stoppedError(outcome?: PublishOutcome, cause?: MqttError): DisconnectedError {
  return new DisconnectedError({ source: "user", message: stoppedMessage, outcome, cause });
}

/** For a connection, or an attempt, that `stop` ended when it had come to this phase. */
export function endedByStopError(phase: ConnectionPhase | undefined): DisconnectedError {
  return new DisconnectedError({ source: "user", message: stoppedMessage, phase });
}
