/** The twenty-seven properties (section 2.2.2.2) as data: which there are, what they hold, and what may carry them. */
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

/** The packet fields that hold a property's value, or its values where it may repeat. */
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

/** One property. */
export interface Property {
  readonly field: PropertyField;
  readonly id: number;
  readonly type: number;
  /** Everything that may carry it. */
  readonly carriers: number;
  /**
   * What a bad value breaks: neither 0 nor 1 in a bit or flag, 0 in another integer, a wildcard in a topic name. A rule that
   * differs from packet to packet by its section alone cites the section of the packet that a client receives.
   */
  readonly statement: string | undefined;
  /** The reason code for a bad value where that is not 0x82. */
  readonly reasonCode: number | undefined;
}

// The data types of values (section 1.5): an integer's is its length in bytes, 3 is free for the other kind of byte.

/** A byte that is 0 or 1, as a number. */
export const bit = 1;
const twoByteInteger = 2;
/** A byte that is 0 or 1, as a boolean. */
export const flag = 3;
const fourByteInteger = 4;
export const variableByteInteger = 5;
export const text = 6;
/** Text that is not empty and has no wildcard. */
export const topicName = 7;
export const binary = 8;
const textPair = 9;

const everywhere = -1;
const inPublish = inClientPublish | inServerPublish;

/** Field, identifier, data type and carriers; and for a bad value the statement and the reason code. */
type Row = readonly [PropertyField, number, number, number, string?, number?];

/** In the order in which they are written. */
export const properties: readonly Property[] = /* @__PURE__ */ compile([
  ["payloadFormatIndicator", 0x01, bit, inPublish | inWill, "3.3.2.3.2"],
  ["messageExpiryInterval", 0x02, fourByteInteger, inPublish | inWill],
  ["topicAlias", 0x23, twoByteInteger, inPublish, "MQTT-3.3.2-8", 0x94],
  ["responseTopic", 0x08, topicName, inPublish | inWill, "MQTT-3.3.2-14"], // MQTT-3.3.2-13
  ["correlationData", 0x09, binary, inPublish | inWill],
  ["contentType", 0x03, text, inPublish | inWill], // MQTT-3.3.2-19
  ["subscriptionIdentifiers", 0x0b, variableByteInteger, inServerPublish, "3.3.2.3.8"],
  ["subscriptionIdentifier", 0x0b, variableByteInteger, inSubscribe, "3.8.2.1.2"],
  ["willDelayInterval", 0x18, fourByteInteger, inWill],
  ["sessionExpiryInterval", 0x11, fourByteInteger, inConnect | inConnack | inDisconnect],
  ["receiveMaximum", 0x21, twoByteInteger, inConnect | inConnack, "3.2.2.3.3"],
  ["maximumQos", 0x24, bit, inConnack, "3.2.2.3.4"],
  ["retainAvailable", 0x25, flag, inConnack, "3.2.2.3.5"],
  ["maximumPacketSize", 0x27, fourByteInteger, inConnect | inConnack, "3.2.2.3.6"],
  ["assignedClientIdentifier", 0x12, text, inConnack],
  ["topicAliasMaximum", 0x22, twoByteInteger, inConnect | inConnack],
  ["requestResponseInformation", 0x19, flag, inConnect, "3.1.2.11.6"],
  ["requestProblemInformation", 0x17, flag, inConnect, "3.1.2.11.7"],
  ["authenticationMethod", 0x15, text, inConnect | inConnack | inAuth],
  ["authenticationData", 0x16, binary, inConnect | inConnack | inAuth],
  ["reasonString", 0x1f, text, inConnack | inAcknowledgement | inDisconnect | inAuth],
  ["userProperties", 0x26, textPair, everywhere], // MQTT-1.5.7-1
  ["wildcardSubscriptionsAvailable", 0x28, flag, inConnack, "3.2.2.3.11"],
  ["subscriptionIdentifiersAvailable", 0x29, flag, inConnack, "3.2.2.3.12"],
  ["sharedSubscriptionsAvailable", 0x2a, flag, inConnack, "3.2.2.3.13"],
  ["serverKeepAlive", 0x13, twoByteInteger, inConnack],
  ["responseInformation", 0x1a, text, inConnack],
  ["serverReference", 0x1c, text, inConnack | inDisconnect],
]);

function compile(rows: readonly Row[]): Property[] {
  return rows.map(([field, id, type, carriers, statement, reasonCode]) => {
    return { field, id, type, carriers, statement, reasonCode };
  });
}
