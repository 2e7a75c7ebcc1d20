/** What the engine tells the driver: requests to act on, and news to pass on. */

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
import type { OperationId } from "./session/operation.js";

/** How a publish ended well: at QoS 0 written, at QoS 1 and 2 acknowledged. */
export type PublishResult =
  | { readonly qos: 0 }
  | { readonly qos: 1; readonly puback: PubackPacket }
  | { readonly qos: 2; readonly pubcomp: PubcompPacket };

/** What may need the application's attention without being a failure. */
export type WarningCode =
  /** The server had a session of this client id that this client knows nothing of; it was adopted. */
  | "SESSION_ADOPTED"
  /** A rejoin mode was asked for with a session that ends with its connection. */
  | "SESSION_EXPIRY_ZERO"
  /** A message waits for 30 seconds to be acknowledged, and holds up every acknowledgement after it. */
  | "ACKNOWLEDGEMENT_OVERDUE"
  /** A subscription was not made again: this server does not take it, or did not answer. The next connection tries again. */
  | "NOT_RESUBSCRIBED";

/** What the driver is asked to do. */
export type EngineRequest =
  /** Answer with `handleConnectReady` or `handleTransportClosed`. */
  | { readonly type: "connectRequested"; readonly attempt: number }
  /** Open a transport and report on it with this attempt number. */
  | { readonly type: "openRequested"; readonly attempt: number }
  /** Answer with `handleAuthentication`, quoting the number. */
  | {
      readonly type: "authenticationRequested";
      readonly attempt: number;
      readonly number: number;
      readonly step: AuthenticationStep;
    }
  /** May be answered with `handleReconnectDecision`; else the plan stands. */
  | { readonly type: "reconnectPlanned"; readonly attempt: number; readonly error: MqttError }
  /** Close the transport: after what was given to it, or at once. */
  | { readonly type: "closeRequested"; readonly attempt: number; readonly isImmediate: boolean };

/** What the application is told. */
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
   * `deliveryId` is what `acknowledge` takes; 0 for a message that needs no acknowledgement. `repeats` is that of an
   * earlier delivery of the same message, whose connection ended before it had its answer.
   */
  | {
      readonly type: "messageReceived";
      readonly deliveryId: number;
      readonly packet: PublishPacket;
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
  /** A remembered subscription was not granted when it was made again, and is forgotten. */
  | {
      readonly type: "resubscribeFailed";
      readonly subscription: Subscription;
      readonly reasonCode: SubackReasonCode;
      readonly suback: SubackPacket;
    }
  | { readonly type: "operationFailed"; readonly id: OperationId; readonly error: MqttError }
  | { readonly type: "warning"; readonly code: WarningCode; readonly message: string };

export type EngineEvent = EngineRequest | EngineNews;

/** Events in the order in which they arose, until the driver asks for them. */
export type EventQueue = Fifo<EngineEvent>;
