/**
 * What every application sees, whatever its platform: types, errors, constants and topic helpers. The client itself
 * comes from `@mqtt5/node` or `@mqtt5/browser`, which export all of this too.
 */

export {
  type ConnectionPhase,
  type InvalidArgument,
  InvalidArgumentError,
  MalformedPacketError,
  MqttError,
  type MqttErrorCode,
  type MqttErrorDetails,
  ProtocolViolationError,
  type PublishOutcome,
} from "./errors.js";

export { PayloadFormatIndicator, QoS, RetainHandling } from "./codec/qos.js";
export {
  AuthReasonCode,
  ConnectReasonCode,
  DisconnectReasonCode,
  PubackReasonCode,
  PubcompReasonCode,
  PubrecReasonCode,
  PubrelReasonCode,
  SubackReasonCode,
  UnsubackReasonCode,
} from "./codec/reason-codes.js";
export {
  isSharedFilter,
  isValidTopicFilter,
  isValidTopicName,
  matchesTopicFilter,
  parseSharedFilter,
  type SharedFilter,
} from "./codec/topic.js";

export type { AuthPacket } from "./codec/packets/auth.js";
export type { ConnackPacket } from "./codec/packets/connack.js";
export type { DisconnectPacket } from "./codec/packets/disconnect.js";
export type { PubackPacket } from "./codec/packets/puback.js";
export type { PublishPacket } from "./codec/packets/publish.js";
export type { PubcompPacket } from "./codec/packets/pubcomp.js";
export type { PubrecPacket } from "./codec/packets/pubrec.js";
export type { SubackPacket } from "./codec/packets/suback.js";
export type { UnsubackPacket } from "./codec/packets/unsuback.js";
export type { ReasonProperties, UserProperties, UserProperty } from "./codec/packets/user-property.js";

export {
  AuthenticationError,
  ConnectionError,
  ConnectRejectedError,
  DisconnectedError,
  type DisconnectSource,
} from "./protocol/connection-errors.js";
export type { ClientState } from "./protocol/connection-state.js";
export type { PublishResult, WarningCode } from "./protocol/engine-event.js";
export type { SessionBehavior } from "./protocol/handshake.js";
export type { OfflineQueueBehavior, SessionLostPublishBehavior } from "./protocol/loss-policy.js";
export type { NegotiatedSettings } from "./protocol/negotiated-settings.js";
export {
  MessageExpiredError,
  OperationTimeoutError,
  PublishRejectedError,
  QueueFullError,
  SessionLostError,
  SubscribeRejectedError,
  UnsubscribeRejectedError,
} from "./protocol/operation-errors.js";
export type { OperationStatistics, TrafficStatistics } from "./protocol/operation-statistics.js";
export type { ResubscribeBehavior } from "./protocol/remembered-subscriptions.js";
export type { QueueFullPolicy } from "./protocol/outbound-queue.js";
export type { ReconnectDecision, RetryJitterMode } from "./protocol/reconnect-schedule.js";
export type { OutboundAliasing } from "./protocol/topic-aliases.js";

export type {
  Authentication,
  AuthenticationChallenge,
  AuthenticationKind,
  AuthenticationReply,
} from "./client/authentication.js";
export type { CallOptions } from "./client/call-options.js";
export type {
  AttemptingConnectEvent,
  ConnectionFailureEvent,
  ConnectionSuccessEvent,
  DisconnectionEvent,
  HandlerErrorEvent,
  MessageReceivedEvent,
  Mqtt5ClientEvents,
  ResubscribeFailedEvent,
  StoppedEvent,
  WarningEvent,
} from "./client/client-events.js";
export type { ClientBase } from "./client/client-base.js";
export type {
  ClientOptions,
  ConnectOptionsProvider,
  FollowServerReference,
  QueueOptions,
  ReconnectPolicy,
  TopicAliasingOptions,
} from "./client/client-options.js";
export type { ConnectOptions, WillOptions } from "./client/connect-options.js";
export type { EventName, Listener, ListenerOptions } from "./client/event-dispatcher.js";
export type { FlowControl, FlowControlLimits } from "./client/flow-control.js";
export type { MessagesOptions } from "./client/messages-options.js";
export type { MessageStream } from "./client/message-stream.js";
export type { PayloadInput } from "./client/payload.js";
export type { PublishOptions } from "./client/publish-options.js";
export type { ReceivedMessage } from "./client/received-message.js";
export {
  createRequester,
  request,
  type Requester,
  type RequesterOptions,
  type RequestOptions,
} from "./client/requester.js";
export {
  type RequestHandler,
  respond,
  type Responder,
  type RespondOptions,
  type ResponseOptions,
} from "./client/responder.js";
export type { ReceivingOptions } from "./client/receiving-options.js";
export type { SubscribeResult, SubscriptionResult, UnsubscribeResult, UnsubscriptionResult } from "./client/results.js";
export type { DisconnectOptions, StopOptions } from "./client/stop-options.js";
export type { SubscribeOptions, Subscription, UnsubscribeOptions } from "./client/subscribe-options.js";
export type { WebSocketOptions } from "./client/websocket-options.js";
