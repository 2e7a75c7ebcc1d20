/** The reason codes of each packet (section 2.4). The rest of the library takes every code from here. */

/** Whether a reason code reports a failure: 0x80 and above (section 2.4). */
export function isFailure(reasonCode: number): boolean {
  return reasonCode >= 0x80;
}

/** The answers of a CONNACK (section 3.2.2.2). */
export const ConnectReasonCode = {
  Success: 0x00,
  UnspecifiedError: 0x80,
  MalformedPacket: 0x81,
  ProtocolError: 0x82,
  ImplementationSpecificError: 0x83,
  UnsupportedProtocolVersion: 0x84,
  ClientIdentifierNotValid: 0x85,
  BadUsernameOrPassword: 0x86,
  NotAuthorized: 0x87,
  ServerUnavailable: 0x88,
  ServerBusy: 0x89,
  Banned: 0x8a,
  BadAuthenticationMethod: 0x8c,
  TopicNameInvalid: 0x90,
  PacketTooLarge: 0x95,
  QuotaExceeded: 0x97,
  PayloadFormatInvalid: 0x99,
  RetainNotSupported: 0x9a,
  QosNotSupported: 0x9b,
  UseAnotherServer: 0x9c,
  ServerMoved: 0x9d,
  ConnectionRateExceeded: 0x9f,
} as const;
export type ConnectReasonCode = (typeof ConnectReasonCode)[keyof typeof ConnectReasonCode];

/** Why a DISCONNECT was sent (section 3.14.2.1; 0x8C is listed in section 2.4). */
export const DisconnectReasonCode = {
  NormalDisconnection: 0x00,
  DisconnectWithWillMessage: 0x04,
  UnspecifiedError: 0x80,
  MalformedPacket: 0x81,
  ProtocolError: 0x82,
  ImplementationSpecificError: 0x83,
  NotAuthorized: 0x87,
  ServerBusy: 0x89,
  ServerShuttingDown: 0x8b,
  BadAuthenticationMethod: 0x8c,
  KeepAliveTimeout: 0x8d,
  SessionTakenOver: 0x8e,
  TopicFilterInvalid: 0x8f,
  TopicNameInvalid: 0x90,
  ReceiveMaximumExceeded: 0x93,
  TopicAliasInvalid: 0x94,
  PacketTooLarge: 0x95,
  MessageRateTooHigh: 0x96,
  QuotaExceeded: 0x97,
  AdministrativeAction: 0x98,
  PayloadFormatInvalid: 0x99,
  RetainNotSupported: 0x9a,
  QosNotSupported: 0x9b,
  UseAnotherServer: 0x9c,
  ServerMoved: 0x9d,
  SharedSubscriptionsNotSupported: 0x9e,
  ConnectionRateExceeded: 0x9f,
  MaximumConnectTime: 0xa0,
  SubscriptionIdentifiersNotSupported: 0xa1,
  WildcardSubscriptionsNotSupported: 0xa2,
} as const;
export type DisconnectReasonCode = (typeof DisconnectReasonCode)[keyof typeof DisconnectReasonCode];

/** The answers of a PUBACK (section 3.4.2.1). */
export const PubackReasonCode = {
  Success: 0x00,
  NoMatchingSubscribers: 0x10,
  UnspecifiedError: 0x80,
  ImplementationSpecificError: 0x83,
  NotAuthorized: 0x87,
  TopicNameInvalid: 0x90,
  PacketIdentifierInUse: 0x91,
  QuotaExceeded: 0x97,
  PayloadFormatInvalid: 0x99,
} as const;
export type PubackReasonCode = (typeof PubackReasonCode)[keyof typeof PubackReasonCode];

/** The answers of a PUBREC (section 3.5.2.1): the same as those of a PUBACK. */
export const PubrecReasonCode: typeof PubackReasonCode = PubackReasonCode;
export type PubrecReasonCode = PubackReasonCode;

/** What a PUBREL says (section 3.6.2.1). */
export const PubrelReasonCode = {
  Success: 0x00,
  PacketIdentifierNotFound: 0x92,
} as const;
export type PubrelReasonCode = (typeof PubrelReasonCode)[keyof typeof PubrelReasonCode];

/** What a PUBCOMP says (section 3.7.2.1): the same as a PUBREL. */
export const PubcompReasonCode: typeof PubrelReasonCode = PubrelReasonCode;
export type PubcompReasonCode = PubrelReasonCode;

/** The answer of a SUBACK to one filter (section 3.9.3). */
export const SubackReasonCode = {
  GrantedQos0: 0x00,
  GrantedQos1: 0x01,
  GrantedQos2: 0x02,
  UnspecifiedError: 0x80,
  ImplementationSpecificError: 0x83,
  NotAuthorized: 0x87,
  TopicFilterInvalid: 0x8f,
  PacketIdentifierInUse: 0x91,
  QuotaExceeded: 0x97,
  SharedSubscriptionsNotSupported: 0x9e,
  SubscriptionIdentifiersNotSupported: 0xa1,
  WildcardSubscriptionsNotSupported: 0xa2,
} as const;
export type SubackReasonCode = (typeof SubackReasonCode)[keyof typeof SubackReasonCode];

/** The answer of an UNSUBACK to one filter (section 3.11.3). */
export const UnsubackReasonCode = {
  Success: 0x00,
  NoSubscriptionExisted: 0x11,
  UnspecifiedError: 0x80,
  ImplementationSpecificError: 0x83,
  NotAuthorized: 0x87,
  TopicFilterInvalid: 0x8f,
  PacketIdentifierInUse: 0x91,
} as const;
export type UnsubackReasonCode = (typeof UnsubackReasonCode)[keyof typeof UnsubackReasonCode];

/** The step of an authentication exchange that an AUTH is (section 3.15.2.1). */
export const AuthReasonCode = {
  Success: 0x00,
  ContinueAuthentication: 0x18,
  ReAuthenticate: 0x19,
} as const;
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
