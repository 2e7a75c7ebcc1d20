/**
 * The fate of operations after the loss of the connection or of the session: the tables of the options
 * `offlineQueueBehavior` and `sessionLostPublishBehavior`.
 */

import type { QoS } from "../../codec/qos.js";
import type { ConnectionPhase, MqttError, PublishOutcome } from "../../errors.js";
import { DisconnectedError, unfinishedError } from "../errors/connection-errors.js";
import type { Lane, Operation, PublishOperation } from "./operation.js";

/**
 * The operations that fail when the connection is lost, and when they are submitted without a connection.
 *
 * - `failNonQos1PublishOnDisconnect`: all but QoS 1 and 2 publishes
 * - `failQos0PublishOnDisconnect`: QoS 0 publishes
 * - `failAllOnDisconnect`: all but QoS 1 and 2 publishes that were sent; those wait until the server resumes or loses
 *   the session
 * - `keepAllOnDisconnect`: none; a QoS 0 publish that was sent and not yet taken by the transport fails all the same, as
 *   it must not be sent twice
 */
export type OfflineQueueBehavior =
  "failNonQos1PublishOnDisconnect" | "failQos0PublishOnDisconnect" | "failAllOnDisconnect" | "keepAllOnDisconnect";

/**
 * The publishes that are sent again as new messages after the server lost their session.
 *
 * - `resendQos1`: QoS 1 only
 * - `resendAll`: QoS 1 and 2; the server may deliver a QoS 2 message twice
 * - `fail`: none
 *
 * A QoS 2 message that the server took over with its PUBREC is never sent again.
 */
export type SessionLostPublishBehavior = "resendQos1" | "resendAll" | "fail";

/**
 * The fate of the session when the client stops. `kept`: it waits for the next start. `lost`: the next start gives it
 * up. `discarded`: the stop ends it.
 */
export type SessionFate = "kept" | "lost" | "discarded";

/** The options for a loss of the connection or of the session. */
export interface LossSettings {
  readonly offlineQueueBehavior: OfflineQueueBehavior;
  readonly sessionLostPublishBehavior: SessionLostPublishBehavior;
  /** The number of times that a publish is sent again after the server ended the connection. At least 1. */
  readonly maxRedeliveries: number;
}

/** The lanes whose unwritten operations fail when the connection ends, and do not wait for another. */
export const lanesThatFail: Readonly<Record<OfflineQueueBehavior, readonly Lane[]>> = {
  failNonQos1PublishOnDisconnect: ["qos0", "requests"],
  failQos0PublishOnDisconnect: ["qos0"],
  failAllOnDisconnect: ["qos0", "acknowledged", "requests"],
  keepAllOnDisconnect: [],
};

const highestQosResent: Readonly<Record<SessionLostPublishBehavior, QoS>> = { fail: 0, resendQos1: 1, resendAll: 2 };

/** Gives the outcome of a publish in flight when its session is lost. `kept` means that it is sent as a new message. */
export function outcomeWithoutSession(operation: PublishOperation, settings: LossSettings): PublishOutcome {
  if (operation.exchange?.isReleased === true) {
    return "received";
  }
  const isSentAsNew =
    settings.offlineQueueBehavior !== "failAllOnDisconnect" &&
    operation.message.qos <= highestQosResent[settings.sessionLostPublishBehavior];
  return isSentAsNew || !operation.wasSent ? "kept" : "unknown";
}

/** Gives the outcome of a publish in flight when the client stops. */
export function outcomeAtStop(operation: PublishOperation, fate: SessionFate, settings: LossSettings): PublishOutcome {
  if (fate === "discarded" && operation.exchange?.isReleased !== true) {
    return operation.wasSent ? "unknown" : "notSent";
  }
  return fate === "kept" ? "kept" : outcomeWithoutSession(operation, settings);
}

/** Gives the outcome of an operation when only its promise ends; undefined for an operation without a message. */
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

/** Makes the error of an operation that is submitted without a connection and does not wait for one. */
export function offlineError(operation: Operation): MqttError {
  return new DisconnectedError({
    source: "client",
    code: "OFFLINE",
    message: `no connection, and offlineQueueBehavior does not let it wait: ${remedyFor(operation)}`,
    outcome: outcomeOfGivingUp(operation),
  });
}

function remedyFor(operation: Operation): string {
  const { lane } = operation;
  const others = lane === "qos0" ? ", publish at QoS 1, or" : ", or";
  return `await waitUntilConnected()${others} set another offlineQueueBehavior`;
}

/** Makes the error of an operation whose connection ended before it was finished. */
export function connectionLostError(operation: Operation, cause: MqttError): MqttError {
  const name = operation.kind === "publish" ? "publish" : operation.packet.type;
  return unfinishedError(name, cause, outcomeOfGivingUp(operation));
}

/**
 * Makes the error of a pending operation when the client stops. `cause` is the error after which `reconnectPolicy`
 * stopped it.
 */
export function stoppedError(outcome?: PublishOutcome, cause?: MqttError): DisconnectedError {
  return new DisconnectedError({ source: "user", message: stoppedMessage, outcome, cause });
}

/** Makes the error of a call that needs a started client, and the cause of a timeout without `start`. */
export function notStartedError(): DisconnectedError {
  return new DisconnectedError({ source: "user", message: `${stoppedMessage}: call start() to connect` });
}

/** Makes the error of a connection or an attempt that `stop` ended in this phase. */
export function endedByStopError(phase: ConnectionPhase | undefined): DisconnectedError {
  return new DisconnectedError({ source: "user", message: stoppedMessage, phase });
}
