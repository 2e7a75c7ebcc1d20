/**
 * The public names for every platform: types, errors, constants and topic helpers. The client itself comes from
 * `@mqtt5/node` or `@mqtt5/browser`, which export all of this too.
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
export type { ReasonProperties, UserProperties, UserProperty } from "./codec/packets/layouts/user-property.js";

export {
  AuthenticationError,
  ConnectionError,
  ConnectRejectedError,
  DisconnectedError,
  type DisconnectSource,
} from "./protocol/errors/connection-errors.js";
export type { ClientState } from "./protocol/lifecycle/client-state.js";
export type { PublishResult, WarningCode } from "./protocol/engine-event.js";
export type { SessionBehavior } from "./protocol/connection/connect-packet.js";
export type { OfflineQueueBehavior, SessionLostPublishBehavior } from "./protocol/session/outcomes.js";
export type { NegotiatedSettings } from "./protocol/connection/negotiated-settings.js";
export {
  MessageExpiredError,
  OperationTimeoutError,
  PublishRejectedError,
  QueueFullError,
  SessionLostError,
  SubscribeRejectedError,
  UnsubscribeRejectedError,
} from "./protocol/errors/operation-errors.js";
export type { OperationStatistics, TrafficStatistics } from "./protocol/session/operation-statistics.js";
export type { ResubscribeBehavior } from "./protocol/session/subscriptions/resubscription.js";
export type { QueueFullPolicy } from "./protocol/session/send-queue.js";
export type { ReconnectDecision, RetryJitterMode } from "./protocol/lifecycle/reconnect-schedule.js";
export type { OutboundTopicAliasing } from "./protocol/connection/topic-aliases.js";

export type {
  Authentication,
  AuthenticationChallenge,
  AuthenticationKind,
  AuthenticationReply,
} from "./client/connecting/authentication.js";
export type { CallOptions } from "./client/operations/call-options.js";
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
} from "./client/events/client-events.js";
export type { Logger } from "./ports/logger.js";
export type { Mqtt5ClientBase } from "./client/client.js";
export type {
  ClientOptions,
  ConnectOptionsProvider,
  FollowServerReference,
  QueueOptions,
  ReconnectPolicy,
  ServerTransportFactory,
  ServerUrlProvider,
  TopicAliasingOptions,
} from "./client/options/client-options.js";
export type { ServerUrl, UrlScheme } from "./ports/server-url.js";
export type { Transport, TransportFactory, TransportHandlers } from "./ports/transport.js";
export type { ConnectOptions, WillOptions } from "./client/options/connect-options.js";
export type { EventName, Listener, ListenerOptions } from "./client/events/event-dispatcher.js";
export type { FlowControl, FlowControlLimits } from "./client/options/service-limits.js";
export type { MessageStreamOptions } from "./client/messages/stream-options.js";
export type { MessageStream } from "./client/messages/message-stream.js";
export type { Widened } from "./client/options/message-fields.js";
export type { PayloadInput } from "./client/options/payload.js";
export type { PublishOptions } from "./client/options/publish-options.js";
export type { ReceivedMessage } from "./client/messages/received-message.js";
export {
  createRequester,
  request,
  type Requester,
  type RequesterOptions,
  type RequestOptions,
} from "./client/requests/requester.js";
export {
  type RequestHandler,
  respond,
  type Responder,
  type ResponderOptions,
  type ResponseOptions,
} from "./client/requests/responder.js";
export type { ReceivingOptions } from "./client/options/receiving-options.js";
export type {
  OperationFailedEvent,
  SubscribeResult,
  SubscriptionResult,
  UnsubscribeResult,
  UnsubscriptionResult,
} from "./client/operations/operation-results.js";
export type { DisconnectOptions, StopOptions } from "./client/options/stop-options.js";
export type { SubscribeOptions, Subscription, UnsubscribeOptions } from "./client/options/subscribe-options.js";
export type { WebSocketOptions } from "./client/options/websocket-options.js";
