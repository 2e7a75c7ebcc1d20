/** The events of the engine: requests that the driver carries out, and news that it passes on. */

import type { AuthPacket } from "../codec/packets/auth.js";
import type { ConnackPacket } from "../codec/packets/connack.js";
import type { DisconnectPacket } from "../codec/packets/disconnect.js";
import type { PubackPacket } from "../codec/packets/puback.js";
import type { PubcompPacket } from "../codec/packets/pubcomp.js";
import type { PublishPacket } from "../codec/packets/publish.js";
import type { SubackPacket } from "../codec/packets/suback.js";
import type { SubscribePacket, Subscription } from "../codec/packets/subscribe.js";
import type { UnsubackPacket } from "../codec/packets/unsuback.js";
import type { UnsubscribePacket } from "../codec/packets/unsubscribe.js";
import type { SubackReasonCode } from "../codec/reason-codes.js";
import type { MqttError } from "../errors.js";
import type { AuthenticationStep } from "./connection/authentication-step.js";
import type { Fifo } from "./collections/fifo.js";
import type { NegotiatedSettings } from "./connection/negotiated-settings.js";
import type { OperationId, OperationSubject } from "./session/operation.js";

/**
 * The result of a successful publish.
 *
 * - QoS 0: the transport took the message
 * - QoS 1: the server acknowledged the message with `puback`
 * - QoS 2: the server completed the exchange with `pubcomp`
 */
export type PublishResult =
  | { readonly qos: 0 }
  | { readonly qos: 1; readonly puback: PubackPacket }
  | { readonly qos: 2; readonly pubcomp: PubcompPacket };

/** The kind of a warning: a problem that may need attention, but is not a failure. */
export type WarningCode =
  /** The server had a session of this client id that this client does not know. The client resumed it. */
  | "SESSION_ADOPTED"
  /** A rejoin mode is in use, but the session ends with its connection: `sessionExpiryInterval` is 0. */
  | "SESSION_EXPIRY_ZERO"
  /** A message has waited for 30 seconds to be acknowledged. It delays all acknowledgements after it. */
  | "ACKNOWLEDGEMENT_OVERDUE"
  /**
   * The server sent more QoS 1 and 2 messages than our Receive Maximum allows before an acknowledgement. They are
   * delivered. Told once a connection.
   */
  | "RECEIVE_MAXIMUM_EXCEEDED"
  /**
   * A subscription was not renewed, or the end of a refused one was not confirmed: the server does not support it, or
   * did not answer. The next connection tries again.
   */
  | "NOT_RESUBSCRIBED"
  /**
   * The server closed three connections in a row soon after CONNACK, without DISCONNECT. Another client may use the same
   * client identifier. Told once for a series.
   */
  | "REPEATED_CLOSE"
  /** `publish`, `subscribe` or `unsubscribe` was called while the client is stopped. Told once until `start`. */
  | "CLIENT_STOPPED"
  /** A QoS 0 message was dropped: nothing takes it. Told once until a listener, a loop or a responder is added. */
  | "NO_CONSUMER"
  /**
   * A consumer is too slow, and messages are dropped for it. Told once for a loop; for a listener or a responder once
   * until it has handled all that waits. Not told for a loop with `whenFull: "dropOldest"`.
   */
  | "SLOW_CONSUMER"
  /**
   * The server sent messages of a session from before this client, for which no filter of this client matched within
   * ten seconds of CONNACK. They were acknowledged, or refused under manual acknowledgement. Told once a connection.
   */
  | "UNCLAIMED_MESSAGE";

/** The requests to the driver. */
export type EngineRequest =
  /**
   * Prepare an attempt at the server with this place in the list, from 0. Answer with `handleConnectReady` or
   * `handleTransportClosed`.
   */
  | { readonly type: "connectRequested"; readonly attempt: number; readonly serverIndex: number }
  /** Open a transport, and report on it with this attempt number. */
  | { readonly type: "openRequested"; readonly attempt: number }
  /** Ask the application for a step. Answer with `handleAuthentication` and this number. */
  | {
      readonly type: "authenticationRequested";
      readonly attempt: number;
      readonly number: number;
      readonly step: AuthenticationStep;
    }
  /** Decide on the next attempt. Answer with `handleReconnectDecision`; without an answer the plan stays. */
  | { readonly type: "reconnectPlanned"; readonly attempt: number; readonly error: MqttError }
  /** Close the transport: at once, or after everything that was given to it. */
  | { readonly type: "closeRequested"; readonly attempt: number; readonly isImmediate: boolean };

/** The news for the application. */
export type EngineNews =
  | { readonly type: "attemptingConnect"; readonly attempt: number }
  | {
      readonly type: "connectionSuccess";
      readonly connack: ConnackPacket;
      readonly negotiatedSettings: NegotiatedSettings;
    }
  | { readonly type: "connectionFailure"; readonly error: MqttError; readonly connack: ConnackPacket | undefined }
  | { readonly type: "disconnection"; readonly error: MqttError; readonly disconnect: DisconnectPacket | undefined }
  | { readonly type: "stopped"; readonly error: MqttError | undefined }
  /**
   * A message arrived. `acknowledge` takes its `deliveryId`, 0 for one without an acknowledgement. `memory` is what it
   * takes while it waits, in bytes: its packet, and an estimate of what it costs beside. `repeats` is the
   * `deliveryId` of an earlier delivery of the same message, whose connection ended before the acknowledgement.
   */
  | {
      readonly type: "messageReceived";
      readonly deliveryId: number;
      readonly packet: PublishPacket;
      readonly memory: number;
      readonly repeats?: number | undefined;
    }
  | { readonly type: "publishCompleted"; readonly id: OperationId; readonly result: PublishResult }
  | {
      readonly type: "subscribeCompleted";
      readonly id: OperationId;
      readonly subscribe: SubscribePacket;
      readonly suback: SubackPacket;
    }
  | {
      readonly type: "unsubscribeCompleted";
      readonly id: OperationId;
      readonly unsubscribe: UnsubscribePacket;
      readonly unsuback: UnsubackPacket;
    }
  | { readonly type: "reauthenticationCompleted"; readonly id: OperationId; readonly auth: AuthPacket }
  /**
   * Subscriptions are renewed with one of the client's own identifiers, which may not be the one that they had. Messages
   * with it may come from now on.
   */
  | { readonly type: "subscriptionsRenewed"; readonly subscribe: SubscribePacket }
  /** The server refused a subscription that was renewed after connecting. It is forgotten. */
  | {
      readonly type: "resubscribeFailed";
      readonly subscription: Subscription;
      readonly reasonCode: SubackReasonCode;
      readonly suback: SubackPacket;
    }
  | {
      readonly type: "operationFailed";
      readonly id: OperationId;
      readonly subject: OperationSubject;
      readonly error: MqttError;
    }
  /** A stop ended the promise of a publish. The session keeps the message, so the operation has not failed. */
  | { readonly type: "operationKept"; readonly id: OperationId; readonly error: MqttError }
  | { readonly type: "warning"; readonly code: WarningCode; readonly message: string };

export type EngineEvent = EngineRequest | EngineNews;

/** The warning for an operation that is submitted while the client is stopped. */
export const clientStoppedWarning: EngineNews = {
  type: "warning",
  code: "CLIENT_STOPPED",
  message: "an operation was submitted, but the client is stopped: call start() to connect",
};

/** The events in the order in which they happened. The driver takes them out. */
export type EventQueue = Fifo<EngineEvent>;
