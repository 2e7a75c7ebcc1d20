/**
 * Where this codec and `mqtt-packet` 9.0.2 disagree, and which statement says who is right. The list is closed: a
 * disagreement that is not in it fails the comparison, and so does one that does not occur any more.
 *
 * In all of them this codec keeps to the letter of the specification, and `mqtt-packet` is more lenient or says less.
 */
export const disagreements: Readonly<Record<string, string>> = {
  "mqtt-packet accepts what breaks 2.1.2": "2.1.2: each side sends certain packets only; it has one parser for both",
  "mqtt-packet accepts what breaks 2.1.4":
    "2.1.4: fields end with their packet; it reads past the end, and ignores what is left over",
  "mqtt-packet accepts what breaks 2.2.2.2":
    "2.2.2.2: a property belongs to certain packets and comes once; it has one list for all packets",
  "mqtt-packet accepts what breaks 3.1.2.11.6": "3.1.2.11.6: the value is 0 or 1; it takes any other for 1",
  "mqtt-packet accepts what breaks 3.1.2.11.7": "3.1.2.11.7: the value is 0 or 1; it takes any other for 1",
  "mqtt-packet accepts what breaks 3.1.2.11.10": "3.1.2.11.10: authentication data needs a method",
  "mqtt-packet accepts what breaks 3.2.2.3.3": "3.2.2.3.3: a receive maximum is not 0",
  "mqtt-packet accepts what breaks 3.2.2.3.4": "3.2.2.3.4: a maximum QoS is 0 or 1",
  "mqtt-packet accepts what breaks 3.2.2.3.5": "3.2.2.3.5: the value is 0 or 1; it takes any other for 1",
  "mqtt-packet accepts what breaks 3.2.2.3.6": "3.2.2.3.6: a maximum packet size is not 0",
  "mqtt-packet accepts what breaks 3.2.2.3.11": "3.2.2.3.11: the value is 0 or 1; it takes any other for 1",
  "mqtt-packet accepts what breaks 3.2.2.3.12": "3.2.2.3.12: the value is 0 or 1; it takes any other for 1",
  "mqtt-packet accepts what breaks 3.2.2.3.13": "3.2.2.3.13: the value is 0 or 1; it takes any other for 1",
  "mqtt-packet accepts what breaks 3.2.2.3.18": "3.2.2.3.18: authentication data needs a method",
  "mqtt-packet accepts what breaks 3.3.2.3.2": "3.3.2.3.2: the value is 0 or 1; it takes any other for 1",
  "mqtt-packet accepts what breaks 3.3.2.3.8": "3.3.2.3.8: a subscription identifier is not 0",
  "mqtt-packet accepts what breaks 3.8.2.1.2": "3.8.2.1.2: a subscription identifier is not 0",
  "mqtt-packet accepts what breaks 3.14.2.2.5": "3.14.2.2.5: only a server sends a server reference",
  "mqtt-packet accepts what breaks 3.15.2.2.2": "3.15.2.2.2: an AUTH with a reason code names its method",
  "mqtt-packet accepts what breaks 4.7":
    "4.7: wildcards fill a level, and a shared filter has a name and a filter in it",
  "mqtt-packet accepts what breaks MQTT-1.5.4-1":
    "MQTT-1.5.4-1: text is well-formed UTF-8; it puts U+FFFD in its place",
  "mqtt-packet accepts what breaks MQTT-1.5.4-2": "MQTT-1.5.4-2: text has no U+0000",
  "mqtt-packet accepts what breaks MQTT-1.5.5-1": "MQTT-1.5.5-1: an integer has its shortest form",
  "mqtt-packet accepts what breaks MQTT-2.2.1-3": "MQTT-2.2.1-3: a packet identifier is not 0",
  "mqtt-packet accepts what breaks MQTT-2.2.1-4": "MQTT-2.2.1-4: a packet identifier is not 0",
  "mqtt-packet accepts what breaks MQTT-2.2.1-5": "MQTT-2.2.1-5: 0 is the identifier of no packet",
  "mqtt-packet accepts what breaks MQTT-2.2.1-6": "MQTT-2.2.1-6: 0 is the identifier of no packet",
  "mqtt-packet accepts what breaks MQTT-3.1.2-2":
    "MQTT-3.1.2-2: other versions are not this one; it speaks several, and bridge mode",
  "mqtt-packet accepts what breaks MQTT-3.1.2-12": "MQTT-3.1.2-12: a will QoS is not 3",
  "mqtt-packet accepts what breaks MQTT-3.1.3-11": "MQTT-3.1.3-11: a will topic is a topic name",
  "mqtt-packet accepts what breaks MQTT-3.3.1-2": "MQTT-3.3.1-2: DUP is not set at QoS 0",
  "mqtt-packet accepts what breaks MQTT-3.3.2-2": "MQTT-3.3.2-2: a topic name has no wildcards",
  "mqtt-packet accepts what breaks MQTT-3.3.2-8": "MQTT-3.3.2-8: a topic alias is not 0",
  "mqtt-packet accepts what breaks MQTT-3.3.2-14": "MQTT-3.3.2-14: a response topic has no wildcards",
  "mqtt-packet accepts what breaks MQTT-3.3.4-6": "MQTT-3.3.4-6: a client's PUBLISH has no subscription identifier",
  "mqtt-packet accepts what breaks MQTT-3.8.3-2": "MQTT-3.8.3-2: a SUBSCRIBE has a filter",
  "mqtt-packet accepts what breaks MQTT-3.8.3-4": "MQTT-3.8.3-4: a shared subscription has no No Local",
  "mqtt-packet accepts what breaks MQTT-3.8.4-6": "MQTT-3.8.4-6: a SUBACK has a code for each filter, so at least one",
  "mqtt-packet accepts what breaks MQTT-3.10.3-2": "MQTT-3.10.3-2: an UNSUBSCRIBE has a filter",
  "mqtt-packet accepts what breaks MQTT-3.11.3-1":
    "MQTT-3.11.3-1: an UNSUBACK has a code for each filter, so at least one",
  "mqtt-packet accepts what breaks MQTT-3.14.2-2":
    "MQTT-3.14.2-2: a server's DISCONNECT has no session expiry interval",
  "mqtt-packet accepts what breaks MQTT-3.15.2-1":
    "MQTT-3.15.2-1: each side has its own codes for AUTH; it has one list",
  "mqtt-packet accepts what breaks MQTT-4.7.3-1":
    "MQTT-4.7.3-1: a topic name has a character, unless an alias stands for it",
  "mqtt-packet reads other userProperties":
    "3.1.2.11.8: user properties keep their order and may repeat a name; it loses an empty value before another",
  "mqtt-packet reads other reasonCode":
    "MQTT-3.1.2-2: a CONNACK without properties is an answer of another version; it takes its code for one of this",
  "mqtt-packet refuses: Invalid auth reason code": "3.15.2.1: an AUTH of length 0 means success",
  "mqtt-packet refuses: Invalid disconnect reason code":
    "MQTT-3.14.2-1: the list of section 2.4 has 0x8C; an unlisted code of a server still says that it goes",
  "mqtt-packet does not write: Username is required to use password": "3.1.2.9: a password needs no user name",
  "mqtt-packet does not write: clientId must be given if cleanSession set to 0":
    "3.1.3.1: an empty client identifier is allowed with either",
  "mqtt-packet writes what breaks 3.15.2.2.2":
    "3.15.2.1: success without a method is the AUTH of length 0, which it does not write",
};
