/** A packet of each kind that carries properties, as small as it can be: as a value and as the bytes around them. */
import type { ClientPacket } from "../../src/codec/client-packets.js";
import type { ServerPacket } from "../../src/codec/server-packets.js";
import type { Carrier } from "./property-cases.js";
import { bytesOf, framed } from "./wire.js";

/** The fields that a property adds to a packet. */
export type Fields = Readonly<Record<string, unknown>>;

export interface CarrierForm<Packet> {
  readonly firstByte: string;
  /** The body around the properties, whose length is added. */
  readonly before: string;
  readonly after: string;
  /** The packet with the fields of the properties. */
  packet(fields: Fields): Packet;
}

type ClientCarrier = Exclude<Carrier, "connack" | "suback" | "unsuback">;
type ServerCarrier = Exclude<Carrier, "connect" | "will" | "subscribe" | "unsubscribe">;

const will = { topic: "w", payload: new Uint8Array(0), qos: 0, retain: false } as const;
const connect = { type: "connect", cleanStart: true, keepAlive: 60, clientId: "c" } as const;
const publish = {
  type: "publish",
  topic: "a",
  payload: Uint8Array.of(0x70),
  qos: 0,
  retain: false,
  dup: false,
} as const;

const answers = {
  puback: { firstByte: "40", before: "00 01 00", after: "", packet: (fields) => answer("puback", fields) },
  pubrec: { firstByte: "50", before: "00 01 00", after: "", packet: (fields) => answer("pubrec", fields) },
  pubrel: { firstByte: "62", before: "00 01 00", after: "", packet: (fields) => answer("pubrel", fields) },
  pubcomp: { firstByte: "70", before: "00 01 00", after: "", packet: (fields) => answer("pubcomp", fields) },
} satisfies Record<string, CarrierForm<ClientPacket & ServerPacket>>;

function answer<Type extends "puback" | "pubrec" | "pubrel" | "pubcomp">(type: Type, fields: Fields) {
  return { type, packetId: 1, reasonCode: 0, ...fields } as const;
}

const publishForm = {
  firstByte: "30",
  before: "00 01 61",
  after: "70",
  packet: (fields) => ({ ...publish, ...fields }),
} satisfies CarrierForm<ClientPacket & ServerPacket>;

const disconnectForm = {
  firstByte: "e0",
  before: "80",
  after: "",
  packet: (fields) => ({ type: "disconnect", reasonCode: 0x80, ...fields }),
} satisfies CarrierForm<ClientPacket & ServerPacket>;

const authForm = {
  firstByte: "f0",
  before: "18",
  after: "",
  packet: (fields) => ({ type: "auth", reasonCode: 0x18, ...fields }),
} satisfies CarrierForm<ClientPacket & ServerPacket>;

export const clientCarriers: Readonly<Record<ClientCarrier, CarrierForm<ClientPacket>>> = {
  connect: {
    firstByte: "10",
    before: "00 04 4d 51 54 54 05 02 00 3c",
    after: "00 01 63",
    packet: (fields) => ({ ...connect, ...fields }),
  },
  will: {
    firstByte: "10",
    before: "00 04 4d 51 54 54 05 06 00 3c 00 00 01 63",
    after: "00 01 77 00 00",
    packet: (fields) => ({ ...connect, will: { ...will, ...fields } }),
  },
  publish: publishForm,
  ...answers,
  subscribe: {
    firstByte: "82",
    before: "00 01",
    after: "00 01 66 00",
    packet: (fields) => ({
      type: "subscribe",
      packetId: 1,
      subscriptions: [{ topicFilter: "f", qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
      ...fields,
    }),
  },
  unsubscribe: {
    firstByte: "a2",
    before: "00 01",
    after: "00 01 66",
    packet: (fields) => ({ type: "unsubscribe", packetId: 1, topicFilters: ["f"], ...fields }),
  },
  disconnect: disconnectForm,
  auth: authForm,
};

export const serverCarriers: Readonly<Record<ServerCarrier, CarrierForm<ServerPacket>>> = {
  connack: {
    firstByte: "20",
    before: "00 00",
    after: "",
    packet: (fields) => ({ type: "connack", sessionPresent: false, reasonCode: 0, ...fields }),
  },
  publish: publishForm,
  ...answers,
  suback: {
    firstByte: "90",
    before: "00 01",
    after: "01",
    packet: (fields) => ({ type: "suback", packetId: 1, reasonCodes: [1], ...fields }),
  },
  unsuback: {
    firstByte: "b0",
    before: "00 01",
    after: "11",
    packet: (fields) => ({ type: "unsuback", packetId: 1, reasonCodes: [0x11], ...fields }),
  },
  disconnect: disconnectForm,
  auth: authForm,
};

/** The bytes of a carrier with properties in it. */
export function carried(form: CarrierForm<unknown>, properties: string): string {
  const length = bytesOf(properties).length.toString(16).padStart(2, "0");
  return framed(form.firstByte, `${form.before} ${length} ${properties} ${form.after}`.trim().replaceAll(/\s+/g, " "));
}
