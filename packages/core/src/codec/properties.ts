/**
 * The twenty-seven properties (section 2.2.2.2), each under the name of the packet field that holds its value.
 *
 * Which packets carry which is said by the tables of the packets. A rule that differs from packet to packet by its
 * section alone cites the section of the packet that a client receives.
 */
import {
  binary,
  bit,
  flag,
  fourByteInteger,
  recurringText,
  subscriptionIdentifierList,
  text,
  topicName,
  twoByteInteger,
  userPropertyList,
  variableByteInteger,
} from "./property.js";
import type { Property } from "./property.js";
import type { UserProperty } from "./packets/user-property.js";

export const payloadFormatIndicator: Property<0 | 1> = bit(0x01, "3.3.2.3.2");
export const messageExpiryInterval: Property<number> = fourByteInteger(0x02);
export const contentType: Property<string> = recurringText(0x03); // MQTT-3.3.2-19
export const responseTopic: Property<string> = topicName(0x08, "MQTT-3.3.2-14"); // MQTT-3.3.2-13
export const correlationData: Property<Uint8Array | string, Uint8Array> = binary(0x09);
export const subscriptionIdentifier: Property<number> = variableByteInteger(0x0b, { statement: "3.8.2.1.2" });
export const subscriptionIdentifiers: Property<readonly number[]> = subscriptionIdentifierList(0x0b, {
  statement: "3.3.2.3.8",
});
export const sessionExpiryInterval: Property<number> = fourByteInteger(0x11);
export const assignedClientIdentifier: Property<string> = text(0x12);
export const serverKeepAlive: Property<number> = twoByteInteger(0x13);
export const authenticationMethod: Property<string> = text(0x15);
export const authenticationData: Property<Uint8Array | string, Uint8Array> = binary(0x16);
export const requestProblemInformation: Property<boolean> = flag(0x17, "3.1.2.11.7");
export const willDelayInterval: Property<number> = fourByteInteger(0x18);
export const requestResponseInformation: Property<boolean> = flag(0x19, "3.1.2.11.6");
export const responseInformation: Property<string> = text(0x1a);
export const serverReference: Property<string> = text(0x1c);
export const reasonString: Property<string> = text(0x1f);
export const receiveMaximum: Property<number> = twoByteInteger(0x21, { statement: "3.2.2.3.3" });
export const topicAliasMaximum: Property<number> = twoByteInteger(0x22);
export const topicAlias: Property<number> = twoByteInteger(0x23, { statement: "MQTT-3.3.2-8", reasonCode: 0x94 });
export const maximumQos: Property<0 | 1> = bit(0x24, "3.2.2.3.4");
export const retainAvailable: Property<boolean> = flag(0x25, "3.2.2.3.5");
export const userProperties: Property<readonly UserProperty[]> = userPropertyList(0x26);
export const maximumPacketSize: Property<number> = fourByteInteger(0x27, { statement: "3.2.2.3.6" });
export const wildcardSubscriptionsAvailable: Property<boolean> = flag(0x28, "3.2.2.3.11");
export const subscriptionIdentifiersAvailable: Property<boolean> = flag(0x29, "3.2.2.3.12");
export const sharedSubscriptionsAvailable: Property<boolean> = flag(0x2a, "3.2.2.3.13");
