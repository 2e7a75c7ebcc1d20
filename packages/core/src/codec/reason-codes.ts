/** The reason codes of each packet (section 2.4). The rest of the library takes every code from here. */

/** Whether a reason code reports a failure: 0x80 and above (section 2.4). */
export function isFailure(reasonCode: number): boolean {
  return reasonCode >= 0x80;
}

/**
 * The reason codes of a CONNACK: the answer of the server to a connection attempt.
 *
 * See [section 3.2.2.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901079).
 */
export const ConnectReasonCode = {
  /** The server accepts the connection. */
  Success: 0x00,
  /** The server does not name a reason, or no other code fits. */
  UnspecifiedError: 0x80,
  /** The server could not parse the CONNECT. */
  MalformedPacket: 0x81,
  /** The CONNECT breaks a rule of the protocol. */
  ProtocolError: 0x82,
  /** The CONNECT is valid, but this server does not accept it. */
  ImplementationSpecificError: 0x83,
  /** The server does not support MQTT 5. */
  UnsupportedProtocolVersion: 0x84,
  /** The server does not allow the client identifier. */
  ClientIdentifierNotValid: 0x85,
  /** The server does not accept the user name or the password. */
  BadUsernameOrPassword: 0x86,
  /** The client may not connect. */
  NotAuthorized: 0x87,
  /** The server is not available. */
  ServerUnavailable: 0x88,
  /** The server is busy. Another attempt may succeed later. */
  ServerBusy: 0x89,
  /** An administrator has banned the client. */
  Banned: 0x8a,
  /** The server does not support the authentication method. */
  BadAuthenticationMethod: 0x8c,
  /** The will topic is well formed, but the server does not accept it. */
  TopicNameInvalid: 0x90,
  /** The CONNECT is larger than the server accepts. */
  PacketTooLarge: 0x95,
  /** A limit that an implementation or an administrator has set is exceeded. */
  QuotaExceeded: 0x97,
  /** The will payload is not of the kind that its payload format indicator declares. */
  PayloadFormatInvalid: 0x99,
  /** The will is to be retained, and the server has no retained messages. */
  RetainNotSupported: 0x9a,
  /** The server does not support the QoS of the will. */
  QosNotSupported: 0x9b,
  /** The client should use another server for now. The `serverReference` may name it. */
  UseAnotherServer: 0x9c,
  /** The client should use another server from now on. The `serverReference` may name it. */
  ServerMoved: 0x9d,
  /** The server accepts no more connections at this rate. */
  ConnectionRateExceeded: 0x9f,
} as const;
/** A reason code of a CONNACK. */
export type ConnectReasonCode = (typeof ConnectReasonCode)[keyof typeof ConnectReasonCode];

/**
 * The reason codes of a DISCONNECT: the reason why a side ends the connection.
 *
 * See [section 3.14.2.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901208). Code 0x8C is
 * listed in [section 2.4](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901031) only.
 */
export const DisconnectReasonCode = {
  /** The connection ends as planned. The server does not publish the will. */
  NormalDisconnection: 0x00,
  /** The client disconnects, and the server is to publish the will. Only a client sends it. */
  DisconnectWithWillMessage: 0x04,
  /** The sender does not name a reason, or no other code fits. */
  UnspecifiedError: 0x80,
  /** The sender received a packet that it could not parse. */
  MalformedPacket: 0x81,
  /** The sender received a packet that breaks a rule of the protocol. */
  ProtocolError: 0x82,
  /** The sender received a valid packet that it cannot process. */
  ImplementationSpecificError: 0x83,
  /** The client may not do what it asked for. Only a server sends it. */
  NotAuthorized: 0x87,
  /** The server is busy and cannot go on with this client. Only a server sends it. */
  ServerBusy: 0x89,
  /** The server shuts down. Only a server sends it. */
  ServerShuttingDown: 0x8b,
  /** The authentication method is not supported, or not that of the connection. */
  BadAuthenticationMethod: 0x8c,
  /** No packet arrived for one and a half times the keep-alive interval. Only a server sends it. */
  KeepAliveTimeout: 0x8d,
  /** Another connection uses the same client identifier. Only a server sends it. */
  SessionTakenOver: 0x8e,
  /** A topic filter is well formed, but the server does not accept it. Only a server sends it. */
  TopicFilterInvalid: 0x8f,
  /** A topic name is well formed, but the sender of this packet does not accept it. */
  TopicNameInvalid: 0x90,
  /** More messages with QoS 1 and 2 are unacknowledged than the Receive Maximum allows. */
  ReceiveMaximumExceeded: 0x93,
  /** A topic alias is 0 or above the Topic Alias Maximum. */
  TopicAliasInvalid: 0x94,
  /** A packet is larger than the Maximum Packet Size. */
  PacketTooLarge: 0x95,
  /** Messages arrive too fast. */
  MessageRateTooHigh: 0x96,
  /** A limit that an implementation or an administrator has set is exceeded. */
  QuotaExceeded: 0x97,
  /** An administrator has closed the connection. */
  AdministrativeAction: 0x98,
  /** A payload is not of the kind that its payload format indicator declares. */
  PayloadFormatInvalid: 0x99,
  /** The server has no retained messages. Only a server sends it. */
  RetainNotSupported: 0x9a,
  /** The QoS is above the Maximum QoS of the server. Only a server sends it. */
  QosNotSupported: 0x9b,
  /** The client should use another server for now. The `serverReference` may name it. Only a server sends it. */
  UseAnotherServer: 0x9c,
  /** The client should use another server from now on. The `serverReference` may name it. Only a server sends it. */
  ServerMoved: 0x9d,
  /** The server has no shared subscriptions. Only a server sends it. */
  SharedSubscriptionsNotSupported: 0x9e,
  /** The server accepts no more connections at this rate. Only a server sends it. */
  ConnectionRateExceeded: 0x9f,
  /** The connection has lasted as long as the server allows. Only a server sends it. */
  MaximumConnectTime: 0xa0,
  /** The server has no subscription identifiers. Only a server sends it. */
  SubscriptionIdentifiersNotSupported: 0xa1,
  /** The server allows no wildcards in topic filters. Only a server sends it. */
  WildcardSubscriptionsNotSupported: 0xa2,
} as const;
/** A reason code of a DISCONNECT. */
export type DisconnectReasonCode = (typeof DisconnectReasonCode)[keyof typeof DisconnectReasonCode];

/**
 * The reason codes of a PUBACK: the answer to a message with QoS 1.
 *
 * See [section 3.4.2.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901124).
 */
export const PubackReasonCode = {
  /** The receiver has accepted the message. */
  Success: 0x00,
  /** The server has accepted the message, but nobody subscribes to its topic. Only a server sends it. */
  NoMatchingSubscribers: 0x10,
  /** The receiver refuses the message and does not name a reason, or no other code fits. */
  UnspecifiedError: 0x80,
  /** The message is valid, but this receiver does not accept it. */
  ImplementationSpecificError: 0x83,
  /** The sender may not publish this message. */
  NotAuthorized: 0x87,
  /** The topic name is well formed, but the receiver does not accept it. */
  TopicNameInvalid: 0x90,
  /** The packet identifier is in use already: the two sides disagree about the session. */
  PacketIdentifierInUse: 0x91,
  /** A limit that an implementation or an administrator has set is exceeded. */
  QuotaExceeded: 0x97,
  /** The payload is not of the kind that its payload format indicator declares. */
  PayloadFormatInvalid: 0x99,
} as const;
/** A reason code of a PUBACK. */
export type PubackReasonCode = (typeof PubackReasonCode)[keyof typeof PubackReasonCode];

/**
 * The reason codes of a PUBREC, the first answer to a message with QoS 2. They are those of a PUBACK.
 *
 * See [section 3.5.2.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901134).
 */
export const PubrecReasonCode: typeof PubackReasonCode = PubackReasonCode;
/** A reason code of a PUBREC. */
export type PubrecReasonCode = PubackReasonCode;

/**
 * The reason codes of a PUBREL, the second packet of the sender of a message with QoS 2.
 *
 * See [section 3.6.2.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901144).
 */
export const PubrelReasonCode = {
  /** The exchange goes on. */
  Success: 0x00,
  /** The packet identifier is unknown. After a reconnect this is no error; otherwise the sides disagree. */
  PacketIdentifierNotFound: 0x92,
} as const;
/** A reason code of a PUBREL. */
export type PubrelReasonCode = (typeof PubrelReasonCode)[keyof typeof PubrelReasonCode];

/**
 * The reason codes of a PUBCOMP, the last packet of an exchange with QoS 2. They are those of a PUBREL.
 *
 * See [section 3.7.2.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901154).
 */
export const PubcompReasonCode: typeof PubrelReasonCode = PubrelReasonCode;
/** A reason code of a PUBCOMP. */
export type PubcompReasonCode = PubrelReasonCode;

/**
 * The reason codes of a SUBACK: the answer to each topic filter of a SUBSCRIBE.
 *
 * See [section 3.9.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901178).
 */
export const SubackReasonCode = {
  /** The subscription is accepted. Messages come with QoS 0. */
  GrantedQos0: 0x00,
  /** The subscription is accepted. Messages come with QoS 1 at most. */
  GrantedQos1: 0x01,
  /** The subscription is accepted. Messages come with the QoS with which they were published. */
  GrantedQos2: 0x02,
  /** The server refuses the subscription and does not name a reason, or no other code fits. */
  UnspecifiedError: 0x80,
  /** The request is valid, but this server does not accept it. */
  ImplementationSpecificError: 0x83,
  /** The client may not subscribe to the topic filter. */
  NotAuthorized: 0x87,
  /** The topic filter is well formed, but this client may not use it. */
  TopicFilterInvalid: 0x8f,
  /** The packet identifier is in use already. */
  PacketIdentifierInUse: 0x91,
  /** A limit that an implementation or an administrator has set is exceeded. */
  QuotaExceeded: 0x97,
  /** The server has no shared subscriptions for this client. */
  SharedSubscriptionsNotSupported: 0x9e,
  /** The server has no subscription identifiers. */
  SubscriptionIdentifiersNotSupported: 0xa1,
  /** The server allows no wildcards in topic filters. */
  WildcardSubscriptionsNotSupported: 0xa2,
} as const;
/** A reason code of a SUBACK, for one topic filter. */
export type SubackReasonCode = (typeof SubackReasonCode)[keyof typeof SubackReasonCode];

/**
 * The reason codes of an UNSUBACK: the answer to each topic filter of an UNSUBSCRIBE.
 *
 * See [section 3.11.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901194).
 */
export const UnsubackReasonCode = {
  /** The subscription is removed. */
  Success: 0x00,
  /** The client had no subscription with the topic filter. */
  NoSubscriptionExisted: 0x11,
  /** The server does not name a reason, or no other code fits. */
  UnspecifiedError: 0x80,
  /** The request is valid, but this server does not accept it. */
  ImplementationSpecificError: 0x83,
  /** The client may not unsubscribe from the topic filter. */
  NotAuthorized: 0x87,
  /** The topic filter is well formed, but this client may not use it. */
  TopicFilterInvalid: 0x8f,
  /** The packet identifier is in use already. */
  PacketIdentifierInUse: 0x91,
} as const;
/** A reason code of an UNSUBACK, for one topic filter. */
export type UnsubackReasonCode = (typeof UnsubackReasonCode)[keyof typeof UnsubackReasonCode];

/**
 * The reason codes of an AUTH: the step in an exchange of enhanced authentication.
 *
 * See [section 3.15.2.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901220).
 */
export const AuthReasonCode = {
  /** The authentication has succeeded. Only a server sends it. */
  Success: 0x00,
  /** The exchange goes on with the next step. */
  ContinueAuthentication: 0x18,
  /** The client begins to authenticate again. Only a client sends it. */
  ReAuthenticate: 0x19,
} as const;
/** A reason code of an AUTH. */
export type AuthReasonCode = (typeof AuthReasonCode)[keyof typeof AuthReasonCode];

/** The reason codes that a client may send in DISCONNECT (MQTT-3.14.2-1). */
export const clientDisconnectReasonCodes: readonly DisconnectReasonCode[] = [
  DisconnectReasonCode.NormalDisconnection,
  DisconnectReasonCode.DisconnectWithWillMessage,
  DisconnectReasonCode.UnspecifiedError,
  DisconnectReasonCode.MalformedPacket,
  DisconnectReasonCode.ProtocolError,
  DisconnectReasonCode.ImplementationSpecificError,
  DisconnectReasonCode.BadAuthenticationMethod,
  DisconnectReasonCode.TopicNameInvalid,
  DisconnectReasonCode.ReceiveMaximumExceeded,
  DisconnectReasonCode.TopicAliasInvalid,
  DisconnectReasonCode.PacketTooLarge,
  DisconnectReasonCode.MessageRateTooHigh,
  DisconnectReasonCode.QuotaExceeded,
  DisconnectReasonCode.AdministrativeAction,
  DisconnectReasonCode.PayloadFormatInvalid,
];

/** The reason codes that a client may send in AUTH (section 3.15.2.1). */
export const clientAuthReasonCodes: readonly AuthReasonCode[] = [
  AuthReasonCode.ContinueAuthentication,
  AuthReasonCode.ReAuthenticate,
];

/** The reason codes that a server may send in AUTH (section 3.15.2.1). */
export const serverAuthReasonCodes: readonly AuthReasonCode[] = [
  AuthReasonCode.Success,
  AuthReasonCode.ContinueAuthentication,
];
