import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { DisconnectPacket } from "../../codec/packets/disconnect.js";
import type { SubackPacket } from "../../codec/packets/suback.js";
import type { SubackReasonCode } from "../../codec/reason-codes.js";
import type { MqttError } from "../../errors.js";
import type { WarningCode } from "../../protocol/engine-event.js";
import type { NegotiatedSettings } from "../../protocol/connection/negotiated-settings.js";
import type { ReceivedMessage } from "../messages/received-message.js";
import type { OperationFailedEvent } from "../operations/operation-results.js";
import type { Subscription } from "../options/subscribe-options.js";

/** The event `attemptingConnect`: a connection attempt begins. */
export interface AttemptingConnectEvent {
  /** The number of the attempt. The first attempt of a client has the number 1. */
  readonly attempt: number;
  /** The host and port of the server, such as `broker.example:8883`; undefined while the function `url` has not supplied it. */
  readonly server?: string | undefined;
}

/** The event `connectionSuccess`: the server accepted the connection. */
export interface ConnectionSuccessEvent {
  /** The server's CONNACK. */
  readonly connack: ConnackPacket;
  /** The settings of this connection: the CONNECT, the CONNACK and the defaults of the specification, combined. */
  readonly negotiatedSettings: NegotiatedSettings;
  /** The host and port of the server. */
  readonly server?: string | undefined;
}

/** The event `connectionFailure`: a connection attempt failed. Another attempt follows, unless the client stops. */
export interface ConnectionFailureEvent {
  /** The reason of the failure. `error.phase` says how far the attempt came. */
  readonly error: MqttError;
  /** The CONNACK with which the server refused; undefined when there was none. */
  readonly connack?: ConnackPacket | undefined;
  /** The host and port of the server; undefined if the function `url` did not supply it. */
  readonly server?: string | undefined;
}

/** The event `disconnection`: a connection ended. Another attempt follows, unless the client stops. */
export interface DisconnectionEvent {
  /** The reason of the end. */
  readonly error: MqttError;
  /** The server's DISCONNECT; undefined when it sent none. */
  readonly disconnect?: DisconnectPacket | undefined;
  /** The host and port of the server. */
  readonly server?: string | undefined;
}

/** The event `stopped`: the client stopped, and nothing is open any more. */
export interface StoppedEvent {
  /** The error after which the client stopped by itself; undefined after `stop`. */
  readonly error?: MqttError | undefined;
}

/**
 * The event `messageReceived`: a message arrived. With automatic acknowledgement the client acknowledges it when every
 * listener has returned and every promise of a listener has settled.
 */
export interface MessageReceivedEvent {
  /** The message. */
  readonly message: ReceivedMessage;
}

/** The event `handlerError`: a listener or the handler of a responder threw, rejected or took too long. */
export interface HandlerErrorEvent {
  /** The value that was thrown, or the reason of the rejection. */
  readonly error: unknown;
  /** The name of the event that the listener was called for; `messageReceived` for a responder. */
  readonly event: keyof Mqtt5ClientEvents;
  /** The message that was being handled; undefined for the other events. */
  readonly message?: ReceivedMessage | undefined;
}

/**
 * The event `resubscribeFailed`: the server refused a subscription that the client renewed after connecting. The client
 * forgets it.
 */
export interface ResubscribeFailedEvent {
  /** The subscription that was refused, with all its options. */
  readonly subscription: Required<Subscription>;
  /** The reason code for this subscription. */
  readonly reasonCode: SubackReasonCode;
  /** The server's SUBACK. */
  readonly suback: SubackPacket;
}

/** The event `warning`: a problem that may need attention, but is not a failure. */
export interface WarningEvent {
  /** The kind of the problem. */
  readonly code: WarningCode;
  /** A description for people. */
  readonly message: string;
}

/** The events of a client, and the type of each. */
export interface Mqtt5ClientEvents {
  /** Emitted when a connection attempt begins. Exactly one `connectionSuccess` or `connectionFailure` follows. */
  readonly attemptingConnect: AttemptingConnectEvent;
  /** Emitted when the server accepts the connection. */
  readonly connectionSuccess: ConnectionSuccessEvent;
  /** Emitted when a connection attempt fails. */
  readonly connectionFailure: ConnectionFailureEvent;
  /** Emitted when a connection ends. Each `connectionSuccess` is followed by exactly one `disconnection`. */
  readonly disconnection: DisconnectionEvent;
  /** Emitted when the client has stopped and nothing is open any more. It is the last event before the next `start`. */
  readonly stopped: StoppedEvent;
  /** Emitted for every message that arrives, whatever its topic. */
  readonly messageReceived: MessageReceivedEvent;
  /**
   * Emitted when a listener or a responder's handler throws, rejects or takes longer than `handlerTimeoutMs`. Without a
   * listener for it, the error is logged.
   */
  readonly handlerError: HandlerErrorEvent;
  /** Emitted when a publish, subscribe, unsubscribe or reauthentication fails, whether or not its promise is awaited. */
  readonly operationFailed: OperationFailedEvent;
  /** Emitted when the server refuses a subscription that the client renews after connecting. */
  readonly resubscribeFailed: ResubscribeFailedEvent;
  /** Emitted when something may need attention without being a failure; `code` says the kind. */
  readonly warning: WarningEvent;
}
