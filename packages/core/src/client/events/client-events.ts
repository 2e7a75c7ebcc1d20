import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { DisconnectPacket } from "../../codec/packets/disconnect.js";
import type { SubackPacket } from "../../codec/packets/suback.js";
import type { SubackReasonCode } from "../../codec/reason-codes.js";
import type { MqttError } from "../../errors.js";
import type { WarningCode } from "../../protocol/engine-event.js";
import type { NegotiatedSettings } from "../../protocol/connection/negotiated-settings.js";
import type { ReceivedMessage } from "../messages/received-message.js";
import type { Subscription } from "../options/subscribe-options.js";

/** A connection attempt begins. */
export interface AttemptingConnectEvent {
  /** Counts the attempts of this client, from 1. */
  readonly attempt: number;
}

/** The server accepted the connection. */
export interface ConnectionSuccessEvent {
  readonly connack: ConnackPacket;
  /** What holds on this connection: our CONNECT, the specification's defaults and the CONNACK in one place. */
  readonly negotiatedSettings: NegotiatedSettings;
}

/** A connection attempt failed; another follows unless the client is being stopped. */
export interface ConnectionFailureEvent {
  readonly error: MqttError;
  /** The server's refusal, where it answered. */
  readonly connack?: ConnackPacket | undefined;
}

/** An established connection ended; another attempt follows unless the client is being stopped. */
export interface DisconnectionEvent {
  readonly error: MqttError;
  /** The server's DISCONNECT, where it sent one. */
  readonly disconnect?: DisconnectPacket | undefined;
}

/** The client stopped: nothing is open any more. */
export interface StoppedEvent {
  /** Why, where it was not the application that stopped it. */
  readonly error?: MqttError | undefined;
}

/** A message came. It is acknowledged once every listener has returned, and every promise of one has settled. */
export interface MessageReceivedEvent {
  readonly message: ReceivedMessage;
}

/** A listener threw, or its promise was rejected. */
export interface HandlerErrorEvent {
  readonly error: unknown;
  /** The event that it was called for. */
  readonly event: keyof Mqtt5ClientEvents;
  readonly message?: ReceivedMessage | undefined;
}

/** A subscription was not granted when it was made again after the loss of a session, and is forgotten. */
export interface ResubscribeFailedEvent {
  readonly subscription: Required<Subscription>;
  readonly reasonCode: SubackReasonCode;
  readonly suback: SubackPacket;
}

/** Something may need attention without being a failure. */
export interface WarningEvent {
  readonly code: WarningCode;
  readonly message: string;
}

/** The events of a client and what comes with each. */
export interface Mqtt5ClientEvents {
  readonly attemptingConnect: AttemptingConnectEvent;
  readonly connectionSuccess: ConnectionSuccessEvent;
  readonly connectionFailure: ConnectionFailureEvent;
  readonly disconnection: DisconnectionEvent;
  readonly stopped: StoppedEvent;
  readonly messageReceived: MessageReceivedEvent;
  readonly handlerError: HandlerErrorEvent;
  readonly resubscribeFailed: ResubscribeFailedEvent;
  readonly warning: WarningEvent;
}
