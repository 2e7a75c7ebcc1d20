/**
 * The names of the constants and their numbers, each read from the packet that carries it. Elsewhere tests use the
 * numbers alone; a name that stood for a wrong one would be noticed by no one but an application.
 */
import { expect, test } from "@jest/globals";
import { PayloadFormatIndicator, QoS, RetainHandling } from "../../src/codec/qos.js";
import {
  AuthReasonCode,
  ConnectReasonCode,
  DisconnectReasonCode,
  PubackReasonCode,
  PubcompReasonCode,
  PubrecReasonCode,
  PubrelReasonCode,
  SubackReasonCode,
  UnsubackReasonCode,
} from "../../src/codec/reason-codes.js";
import { fromClient, fromServer } from "./wire.js";

const hexByte = (byte: number) => byte.toString(16).padStart(2, "0");

test.each([
  ["AtMostOnce", 0, "30 05 00 01 61 00 70"],
  ["AtLeastOnce", 1, "32 07 00 01 61 01 02 00 70"],
  ["ExactlyOnce", 2, "34 07 00 01 61 01 02 00 70"],
] as const)("QoS.%s is %i in PUBLISH", (name, _qos, hex) => {
  expect(fromServer(hex)).toMatchObject([{ qos: QoS[name] }]);
});

test.each([
  ["Bytes", 0],
  ["Utf8", 1],
] as const)("PayloadFormatIndicator.%s is %i in PUBLISH", (name, indicator) => {
  const payloadFormatIndicator = PayloadFormatIndicator[name];
  expect(fromServer(`30 07 00 01 61 02 01 ${hexByte(indicator)} 70`)).toMatchObject([{ payloadFormatIndicator }]);
});

test.each([
  ["SendOnSubscribe", 0, "00"],
  ["SendOnSubscribeIfNew", 1, "10"],
  ["DontSend", 2, "20"],
] as const)("RetainHandling.%s is %i in SUBSCRIBE", (name, _number, options) => {
  const retainHandling = RetainHandling[name];
  expect(fromClient(`82 07 00 01 00 00 01 66 ${options}`)).toMatchObject([{ subscriptions: [{ retainHandling }] }]);
});

const connect: [keyof typeof ConnectReasonCode, number][] = [
  ["Success", 0],
  ["UnspecifiedError", 128],
  ["MalformedPacket", 129],
  ["ProtocolError", 130],
  ["ImplementationSpecificError", 131],
  ["UnsupportedProtocolVersion", 132],
  ["ClientIdentifierNotValid", 133],
  ["BadUsernameOrPassword", 134],
  ["NotAuthorized", 135],
  ["ServerUnavailable", 136],
  ["ServerBusy", 137],
  ["Banned", 138],
  ["BadAuthenticationMethod", 140],
  ["TopicNameInvalid", 144],
  ["PacketTooLarge", 149],
  ["QuotaExceeded", 151],
  ["PayloadFormatInvalid", 153],
  ["RetainNotSupported", 154],
  ["QosNotSupported", 155],
  ["UseAnotherServer", 156],
  ["ServerMoved", 157],
  ["ConnectionRateExceeded", 159],
];

test.each(connect)("ConnectReasonCode.%s is %i in CONNACK", (name, reasonCode) => {
  expect(fromServer(`20 03 00 ${hexByte(reasonCode)} 00`)).toMatchObject([{ reasonCode: ConnectReasonCode[name] }]);
});

const disconnect: [keyof typeof DisconnectReasonCode, number][] = [
  ["NormalDisconnection", 0],
  ["DisconnectWithWillMessage", 4],
  ["UnspecifiedError", 128],
  ["MalformedPacket", 129],
  ["ProtocolError", 130],
  ["ImplementationSpecificError", 131],
  ["NotAuthorized", 135],
  ["ServerBusy", 137],
  ["ServerShuttingDown", 139],
  ["BadAuthenticationMethod", 140],
  ["KeepAliveTimeout", 141],
  ["SessionTakenOver", 142],
  ["TopicFilterInvalid", 143],
  ["TopicNameInvalid", 144],
  ["ReceiveMaximumExceeded", 147],
  ["TopicAliasInvalid", 148],
  ["PacketTooLarge", 149],
  ["MessageRateTooHigh", 150],
  ["QuotaExceeded", 151],
  ["AdministrativeAction", 152],
  ["PayloadFormatInvalid", 153],
  ["RetainNotSupported", 154],
  ["QosNotSupported", 155],
  ["UseAnotherServer", 156],
  ["ServerMoved", 157],
  ["SharedSubscriptionsNotSupported", 158],
  ["ConnectionRateExceeded", 159],
  ["MaximumConnectTime", 160],
  ["SubscriptionIdentifiersNotSupported", 161],
  ["WildcardSubscriptionsNotSupported", 162],
];

test.each(disconnect)("DisconnectReasonCode.%s is %i in DISCONNECT", (name, reasonCode) => {
  expect(fromServer(`e0 01 ${hexByte(reasonCode)}`)).toMatchObject([{ reasonCode: DisconnectReasonCode[name] }]);
});

const puback: [keyof typeof PubackReasonCode, number][] = [
  ["Success", 0],
  ["NoMatchingSubscribers", 16],
  ["UnspecifiedError", 128],
  ["ImplementationSpecificError", 131],
  ["NotAuthorized", 135],
  ["TopicNameInvalid", 144],
  ["PacketIdentifierInUse", 145],
  ["QuotaExceeded", 151],
  ["PayloadFormatInvalid", 153],
];

test.each(puback)("PubackReasonCode.%s is %i in PUBACK", (name, reasonCode) => {
  expect(fromServer(`40 03 00 01 ${hexByte(reasonCode)}`)).toMatchObject([{ reasonCode: PubackReasonCode[name] }]);
});

test.each(puback)("PubrecReasonCode.%s is %i in PUBREC", (name, reasonCode) => {
  expect(fromServer(`50 03 00 01 ${hexByte(reasonCode)}`)).toMatchObject([{ reasonCode: PubrecReasonCode[name] }]);
});

test.each([
  ["Success", 0],
  ["PacketIdentifierNotFound", 146],
] as const)("PubrelReasonCode and PubcompReasonCode: %s is %i in PUBREL and in PUBCOMP", (name, reasonCode) => {
  expect(fromServer(`62 03 00 01 ${hexByte(reasonCode)}`)).toMatchObject([{ reasonCode: PubrelReasonCode[name] }]);
  expect(fromServer(`70 03 00 01 ${hexByte(reasonCode)}`)).toMatchObject([{ reasonCode: PubcompReasonCode[name] }]);
});

test.each([
  ["Success", 0, fromServer],
  ["ContinueAuthentication", 24, fromServer],
  ["ReAuthenticate", 25, fromClient],
] as const)("AuthReasonCode.%s is %i in AUTH", (name, reasonCode, read) => {
  expect(read(`f0 06 ${hexByte(reasonCode)} 04 15 00 01 6d`)).toMatchObject([{ reasonCode: AuthReasonCode[name] }]);
});

const suback: [keyof typeof SubackReasonCode, number][] = [
  ["GrantedQos0", 0],
  ["GrantedQos1", 1],
  ["GrantedQos2", 2],
  ["UnspecifiedError", 128],
  ["ImplementationSpecificError", 131],
  ["NotAuthorized", 135],
  ["TopicFilterInvalid", 143],
  ["PacketIdentifierInUse", 145],
  ["QuotaExceeded", 151],
  ["SharedSubscriptionsNotSupported", 158],
  ["SubscriptionIdentifiersNotSupported", 161],
  ["WildcardSubscriptionsNotSupported", 162],
];

test.each(suback)("SubackReasonCode.%s is %i in SUBACK", (name, reasonCode) => {
  expect(fromServer(`90 04 00 01 00 ${hexByte(reasonCode)}`)).toMatchObject([
    { reasonCodes: [SubackReasonCode[name]] },
  ]);
});

const unsuback: [keyof typeof UnsubackReasonCode, number][] = [
  ["Success", 0],
  ["NoSubscriptionExisted", 17],
  ["UnspecifiedError", 128],
  ["ImplementationSpecificError", 131],
  ["NotAuthorized", 135],
  ["TopicFilterInvalid", 143],
  ["PacketIdentifierInUse", 145],
];

test.each(unsuback)("UnsubackReasonCode.%s is %i in UNSUBACK", (name, reasonCode) => {
  expect(fromServer(`b0 04 00 01 00 ${hexByte(reasonCode)}`)).toMatchObject([
    { reasonCodes: [UnsubackReasonCode[name]] },
  ]);
});
