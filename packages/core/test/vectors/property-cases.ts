/**
 * The twenty-seven properties (section 2.2.2.2) by hand: a value, its bytes with the identifier before it, and the packets
 * that may carry it, from the client and from the server.
 */

/** What carries a block of properties; the will has one of its own inside CONNECT. */
export type Carrier =
  | "connect"
  | "will"
  | "connack"
  | "publish"
  | "puback"
  | "pubrec"
  | "pubrel"
  | "pubcomp"
  | "subscribe"
  | "suback"
  | "unsubscribe"
  | "unsuback"
  | "disconnect"
  | "auth";

export interface PropertyCase {
  readonly id: number;
  readonly field: string;
  readonly value: unknown;
  /** Identifier and value. */
  readonly hex: string;
  /** Identifier and value, again, where a second one is allowed. */
  readonly repeats?: { readonly value: unknown; readonly hex: string };
  readonly fromClient: readonly Carrier[];
  readonly fromServer: readonly Carrier[];
}

const answers: readonly Carrier[] = ["puback", "pubrec", "pubrel", "pubcomp"];

export const propertyCases: readonly PropertyCase[] = [
  {
    id: 0x01,
    field: "payloadFormatIndicator",
    value: 1,
    hex: "01 01",
    fromClient: ["publish", "will"],
    fromServer: ["publish"],
  },
  {
    id: 0x02,
    field: "messageExpiryInterval",
    value: 0xfffe_fdfc,
    hex: "02 ff fe fd fc",
    fromClient: ["publish", "will"],
    fromServer: ["publish"],
  },
  {
    id: 0x03,
    field: "contentType",
    value: "a/é",
    hex: "03 00 04 61 2f c3 a9",
    fromClient: ["publish", "will"],
    fromServer: ["publish"],
  },
  {
    id: 0x08,
    field: "responseTopic",
    value: "re/1",
    hex: "08 00 04 72 65 2f 31",
    fromClient: ["publish", "will"],
    fromServer: ["publish"],
  },
  {
    id: 0x09,
    field: "correlationData",
    value: Uint8Array.of(0, 1, 255),
    hex: "09 00 03 00 01 ff",
    fromClient: ["publish", "will"],
    fromServer: ["publish"],
  },
  {
    id: 0x0b,
    field: "subscriptionIdentifier",
    value: 268_435_455,
    hex: "0b ff ff ff 7f",
    fromClient: ["subscribe"],
    fromServer: [],
  },
  {
    id: 0x0b,
    field: "subscriptionIdentifiers",
    value: [128],
    hex: "0b 80 01",
    repeats: { value: [128, 7], hex: "0b 80 01 0b 07" },
    fromClient: [],
    fromServer: ["publish"],
  },
  {
    id: 0x11,
    field: "sessionExpiryInterval",
    value: 0xffff_ffff,
    hex: "11 ff ff ff ff",
    fromClient: ["connect", "disconnect"],
    fromServer: ["connack"],
  },
  {
    id: 0x12,
    field: "assignedClientIdentifier",
    value: "id",
    hex: "12 00 02 69 64",
    fromClient: [],
    fromServer: ["connack"],
  },
  { id: 0x13, field: "serverKeepAlive", value: 0, hex: "13 00 00", fromClient: [], fromServer: ["connack"] },
  {
    id: 0x15,
    field: "authenticationMethod",
    value: "m",
    hex: "15 00 01 6d",
    fromClient: ["connect", "auth"],
    fromServer: ["connack", "auth"],
  },
  {
    id: 0x16,
    field: "authenticationData",
    value: Uint8Array.of(0x80),
    hex: "16 00 01 80",
    fromClient: ["connect", "auth"],
    fromServer: ["connack", "auth"],
  },
  { id: 0x17, field: "requestProblemInformation", value: false, hex: "17 00", fromClient: ["connect"], fromServer: [] },
  { id: 0x18, field: "willDelayInterval", value: 1, hex: "18 00 00 00 01", fromClient: ["will"], fromServer: [] },
  { id: 0x19, field: "requestResponseInformation", value: true, hex: "19 01", fromClient: ["connect"], fromServer: [] },
  {
    id: 0x1a,
    field: "responseInformation",
    value: "",
    hex: "1a 00 00",
    fromClient: [],
    fromServer: ["connack"],
  },
  {
    id: 0x1c,
    field: "serverReference",
    value: "h:1",
    hex: "1c 00 03 68 3a 31",
    fromClient: [],
    fromServer: ["connack", "disconnect"],
  },
  {
    id: 0x1f,
    field: "reasonString",
    value: "no",
    hex: "1f 00 02 6e 6f",
    fromClient: [...answers, "disconnect", "auth"],
    fromServer: ["connack", ...answers, "suback", "unsuback", "disconnect", "auth"],
  },
  {
    id: 0x21,
    field: "receiveMaximum",
    value: 1,
    hex: "21 00 01",
    fromClient: ["connect"],
    fromServer: ["connack"],
  },
  {
    id: 0x22,
    field: "topicAliasMaximum",
    value: 65_535,
    hex: "22 ff ff",
    fromClient: ["connect"],
    fromServer: ["connack"],
  },
  {
    id: 0x23,
    field: "topicAlias",
    value: 258,
    hex: "23 01 02",
    fromClient: ["publish"],
    fromServer: ["publish"],
  },
  { id: 0x24, field: "maximumQos", value: 1, hex: "24 01", fromClient: [], fromServer: ["connack"] },
  { id: 0x25, field: "retainAvailable", value: false, hex: "25 00", fromClient: [], fromServer: ["connack"] },
  {
    id: 0x26,
    field: "userProperties",
    value: [{ name: "a", value: "" }],
    hex: "26 00 01 61 00 00",
    repeats: {
      value: [
        { name: "a", value: "" },
        { name: "__proto__", value: "b" },
        { name: "a", value: "c" },
      ],
      hex: "26 00 01 61 00 00 26 00 09 5f 5f 70 72 6f 74 6f 5f 5f 00 01 62 26 00 01 61 00 01 63",
    },
    fromClient: ["connect", "will", "publish", ...answers, "subscribe", "unsubscribe", "disconnect", "auth"],
    fromServer: ["connack", "publish", ...answers, "suback", "unsuback", "disconnect", "auth"],
  },
  {
    id: 0x27,
    field: "maximumPacketSize",
    value: 0x8000_0000,
    hex: "27 80 00 00 00",
    fromClient: ["connect"],
    fromServer: ["connack"],
  },
  {
    id: 0x28,
    field: "wildcardSubscriptionsAvailable",
    value: false,
    hex: "28 00",
    fromClient: [],
    fromServer: ["connack"],
  },
  {
    id: 0x29,
    field: "subscriptionIdentifiersAvailable",
    value: false,
    hex: "29 00",
    fromClient: [],
    fromServer: ["connack"],
  },
  {
    id: 0x2a,
    field: "sharedSubscriptionsAvailable",
    value: true,
    hex: "2a 01",
    fromClient: [],
    fromServer: ["connack"],
  },
];
