/** The twenty-seven properties (section 2.2.2.2) as a table: the data type, the carriers and the rule of each. */
import { DisconnectReasonCode } from "../reason-codes.js";
import {
  inAcknowledgement,
  inAuth,
  inClientPublish,
  inConnack,
  inConnect,
  inDisconnect,
  inServerPublish,
  inSubscribe,
  inWill,
} from "./property-carriers.js";

/** The name of a packet field that holds the value of a property, or its values if the property may repeat. */
export type PropertyField =
  | "payloadFormatIndicator"
  | "messageExpiryInterval"
  | "topicAlias"
  | "responseTopic"
  | "correlationData"
  | "contentType"
  | "subscriptionIdentifiers"
  | "subscriptionIdentifier"
  | "willDelayInterval"
  | "sessionExpiryInterval"
  | "receiveMaximum"
  | "maximumQos"
  | "retainAvailable"
  | "maximumPacketSize"
  | "assignedClientIdentifier"
  | "topicAliasMaximum"
  | "requestResponseInformation"
  | "requestProblemInformation"
  | "authenticationMethod"
  | "authenticationData"
  | "reasonString"
  | "userProperties"
  | "wildcardSubscriptionsAvailable"
  | "subscriptionIdentifiersAvailable"
  | "sharedSubscriptionsAvailable"
  | "serverKeepAlive"
  | "responseInformation"
  | "serverReference";

/**
 * The data type of a value (section 1.5).
 *
 * The specification has one type for bytes; here a "boolean" is a Byte that the packet field holds as a boolean. A
 * "topicName" is a UTF-8 Encoded String that is a topic name, and a "textPair" is a UTF-8 String Pair.
 */
export type DataType =
  | "byte"
  | "boolean"
  | "twoByteInteger"
  | "fourByteInteger"
  | "variableByteInteger"
  | "text"
  | "topicName"
  | "textPair"
  | "binary";

/**
 * A rule for the integer that a property holds.
 *
 * Some rules stand in the sections of several packets. Such a rule cites the section of the packet that a client
 * receives.
 */
export interface IntegerRule {
  readonly allows: (value: number) => boolean;
  /** The statement that a value breaks which the rule does not allow. */
  readonly statement: string;
  /** The reason code that answers such a value; 0x82 if undefined. */
  readonly reasonCode: number | undefined;
}

/** One property. */
export interface Property {
  readonly field: PropertyField;
  readonly id: number;
  readonly type: DataType;
  /** The sum of the carriers that may have the property. */
  readonly carriers: number;
  /** Undefined if the property may hold every value of its data type. */
  readonly rule: IntegerRule | undefined;
}

type Row = readonly [field: PropertyField, id: number, type: DataType, carriers: number, rule?: IntegerRule];

const everywhere = -1;
const inPublish = inClientPublish | inServerPublish;

function notZero(statement: string, reasonCode?: number): IntegerRule {
  return { allows: (value) => value !== 0, statement, reasonCode };
}

function zeroOrOne(statement: string): IntegerRule {
  return { allows: (value) => value <= 1, statement, reasonCode: undefined };
}

/** The properties in the order in which they are written. */
export const properties: readonly Property[] = /* @__PURE__ */ makeProperties();

/** The properties by identifier. Two share the identifier 0x0B, in different carriers. */
export const propertiesOfId: readonly (readonly Property[] | undefined)[] = /* @__PURE__ */ byId(properties);

function byId(all: readonly Property[]): Property[][] {
  const table: Property[][] = [];
  for (const property of all) {
    (table[property.id] ??= []).push(property);
  }
  return table;
}

/** Makes the table in a function, so that a bundler can leave it out of an application that does not use it. */
function makeProperties(): Property[] {
  const rows: readonly Row[] = [
    ["payloadFormatIndicator", 0x01, "byte", inPublish | inWill, zeroOrOne("3.3.2.3.2")],
    ["messageExpiryInterval", 0x02, "fourByteInteger", inPublish | inWill],
    ["topicAlias", 0x23, "twoByteInteger", inPublish, notZero("MQTT-3.3.2-8", DisconnectReasonCode.TopicAliasInvalid)],
    ["responseTopic", 0x08, "topicName", inPublish | inWill], // MQTT-3.3.2-13
    ["correlationData", 0x09, "binary", inPublish | inWill],
    ["contentType", 0x03, "text", inPublish | inWill], // MQTT-3.3.2-19
    ["subscriptionIdentifiers", 0x0b, "variableByteInteger", inServerPublish, notZero("3.3.2.3.8")],
    ["subscriptionIdentifier", 0x0b, "variableByteInteger", inSubscribe, notZero("3.8.2.1.2")],
    ["willDelayInterval", 0x18, "fourByteInteger", inWill],
    ["sessionExpiryInterval", 0x11, "fourByteInteger", inConnect | inConnack | inDisconnect],
    ["receiveMaximum", 0x21, "twoByteInteger", inConnect | inConnack, notZero("3.2.2.3.3")],
    ["maximumQos", 0x24, "byte", inConnack, zeroOrOne("3.2.2.3.4")],
    ["retainAvailable", 0x25, "boolean", inConnack, zeroOrOne("3.2.2.3.5")],
    ["maximumPacketSize", 0x27, "fourByteInteger", inConnect | inConnack, notZero("3.2.2.3.6")],
    ["assignedClientIdentifier", 0x12, "text", inConnack],
    ["topicAliasMaximum", 0x22, "twoByteInteger", inConnect | inConnack],
    ["requestResponseInformation", 0x19, "boolean", inConnect, zeroOrOne("3.1.2.11.6")],
    ["requestProblemInformation", 0x17, "boolean", inConnect, zeroOrOne("3.1.2.11.7")],
    ["authenticationMethod", 0x15, "text", inConnect | inConnack | inAuth],
    ["authenticationData", 0x16, "binary", inConnect | inConnack | inAuth],
    ["reasonString", 0x1f, "text", inConnack | inAcknowledgement | inDisconnect | inAuth],
    ["userProperties", 0x26, "textPair", everywhere], // MQTT-1.5.7-1
    ["wildcardSubscriptionsAvailable", 0x28, "boolean", inConnack, zeroOrOne("3.2.2.3.11")],
    ["subscriptionIdentifiersAvailable", 0x29, "boolean", inConnack, zeroOrOne("3.2.2.3.12")],
    ["sharedSubscriptionsAvailable", 0x2a, "boolean", inConnack, zeroOrOne("3.2.2.3.13")],
    ["serverKeepAlive", 0x13, "twoByteInteger", inConnack],
    ["responseInformation", 0x1a, "text", inConnack],
    ["serverReference", 0x1c, "text", inConnack | inDisconnect],
  ];
  return rows.map(([field, id, type, carriers, rule]) => ({ field, id, type, carriers, rule }));
}
