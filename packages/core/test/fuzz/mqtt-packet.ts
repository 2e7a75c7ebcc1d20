/**
 * The codec of the package `mqtt-packet`, so that two implementations can be compared: its packets in a form in which both
 * can be looked at, and what it makes of bytes.
 */
import mqttPacket from "mqtt-packet";
import type { ClientPacket, ReceivedClientPacket } from "../../src/codec/client-packets.js";
import type { ServerPacket } from "../../src/codec/server-packets.js";
import { hexOf } from "../vectors/wire.js";

export type AnyPacket = ClientPacket | ServerPacket | ReceivedClientPacket;

/** The fields of a packet, bytes in hexadecimal and user properties by name: all that `mqtt-packet` can say. */
export type View = Readonly<Record<string, unknown>>;

export type TheirOutcome =
  { readonly packet: View } | { readonly error: string } | { readonly thrown: string } | { readonly waits: true };

const options = { protocolVersion: 5 };

/** Our names of properties, where theirs differ. */
const theirNames: Readonly<Record<string, string>> = {
  maximumQos: "maximumQoS",
  wildcardSubscriptionsAvailable: "wildcardSubscriptionAvailable",
  sharedSubscriptionsAvailable: "sharedSubscriptionAvailable",
  subscriptionIdentifiers: "subscriptionIdentifier",
};
const ourNames = Object.fromEntries(
  Object.entries(theirNames)
    .map(([our, their]) => [their, our] as const)
    .filter(([their]) => their !== "subscriptionIdentifier"),
);

/** Fields that are not properties, by their names here and there. */
const fieldNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  connect: {
    cleanStart: "clean",
    keepAlive: "keepalive",
    clientId: "clientId",
    username: "username",
    password: "password",
  },
  connack: { sessionPresent: "sessionPresent", reasonCode: "reasonCode" },
  publish: { topic: "topic", payload: "payload", qos: "qos", retain: "retain", dup: "dup", packetId: "messageId" },
  puback: { packetId: "messageId", reasonCode: "reasonCode" },
  pubrec: { packetId: "messageId", reasonCode: "reasonCode" },
  pubrel: { packetId: "messageId", reasonCode: "reasonCode" },
  pubcomp: { packetId: "messageId", reasonCode: "reasonCode" },
  subscribe: { packetId: "messageId" },
  suback: { packetId: "messageId", reasonCodes: "granted" },
  unsubscribe: { packetId: "messageId", topicFilters: "unsubscriptions" },
  unsuback: { packetId: "messageId", reasonCodes: "granted" },
  pingreq: {},
  pingresp: {},
  disconnect: { reasonCode: "reasonCode" },
  auth: { reasonCode: "reasonCode" },
};

const willFields = ["topic", "payload", "qos", "retain"];

type Properties = Record<string, unknown>;

/** User properties by name, which is how `mqtt-packet` gives them: their order from name to name is lost. */
function byName(list: readonly { name: string; value: string }[]): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const { name, value } of list) {
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const named = Object.create(null) as Record<string, string | string[]>;
  for (const [name, [first = "", ...more]] of values) {
    named[name] = more.length === 0 ? first : [first, ...more];
  }
  return named;
}

function viewOfValue(field: string, value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return hexOf(value);
  }
  if (field === "userProperties") {
    const named = Array.isArray(value) ? byName(value as { name: string; value: string }[]) : (value as object);
    return Object.entries(named).sort(([one], [other]) => (one < other ? -1 : 1));
  }
  return field === "payloadFormatIndicator" ? Number(value) : value;
}

/** Our packet in the common form. */
export function viewOfOurs(packet: AnyPacket): View {
  const view: Properties = {};
  for (const [field, value] of Object.entries(packet)) {
    if (field === "will") {
      view[field] = Object.fromEntries(
        Object.entries(value as object).map(([name, it]) => [name, viewOfValue(name, it)]),
      );
    } else {
      view[field] = viewOfValue(field, value);
    }
  }
  return view;
}

function viewOfTheirProperties(properties: unknown): View {
  const view: Properties = {};
  for (const [name, value] of Object.entries(properties ?? {})) {
    view[ourNames[name] ?? name] = viewOfValue(name, value);
  }
  return view;
}

/** Their packet in the common form. */
function viewOfTheirs(packet: Properties): View {
  const type = String(packet["cmd"]);
  const view: Properties = { type, ...viewOfTheirProperties(packet["properties"]) };
  for (const [our, their] of Object.entries(fieldNames[type] ?? {})) {
    if (packet[their] !== undefined) {
      view[our] = viewOfValue(our, packet[their]);
    }
  }
  if (type === "publish" && "subscriptionIdentifier" in view) {
    view["subscriptionIdentifiers"] = [view["subscriptionIdentifier"]].flat();
    delete view["subscriptionIdentifier"];
  }
  if (type === "subscribe") {
    view["subscriptions"] = (packet["subscriptions"] as Properties[]).map(({ topic, qos, nl, rap, rh }) => ({
      topicFilter: topic,
      qos,
      noLocal: nl,
      retainAsPublished: rap,
      retainHandling: rh,
    }));
  }
  if (packet["will"] !== undefined) {
    const will = packet["will"] as Properties;
    const fields = willFields.map((field) => [field, viewOfValue(field, will[field])] as const);
    view["will"] = { ...Object.fromEntries(fields), ...viewOfTheirProperties(will["properties"]) };
  }
  return view;
}

/** What `mqtt-packet` reads in the bytes of one packet. */
export function readTheirs(bytes: Uint8Array): TheirOutcome {
  const outcomes: TheirOutcome[] = [];
  const parser = mqttPacket.parser(options);
  parser.on("packet", (packet) => outcomes.push({ packet: viewOfTheirs(packet as unknown as Properties) }));
  parser.on("error", (error: Error) => outcomes.push({ error: error.message }));
  try {
    parser.parse(Buffer.from(bytes), options);
  } catch (error) {
    return { thrown: error instanceof Error ? error.name : "something" };
  }
  return outcomes[0] ?? { waits: true };
}

function theirProperties(source: object, fields: readonly string[]): Properties | undefined {
  const properties: Properties = {};
  for (const [field, value] of Object.entries(source)) {
    if (!fields.includes(field)) {
      properties[theirNames[field] ?? field] = theirValue(field, value);
    }
  }
  return Object.keys(properties).length === 0 ? undefined : properties;
}

function theirValue(field: string, value: unknown): unknown {
  if (field === "userProperties") {
    return byName(value as { name: string; value: string }[]);
  }
  if (value instanceof Uint8Array) {
    return Buffer.from(value);
  }
  return field === "payloadFormatIndicator" ? value === 1 : value;
}

/** The bytes that `mqtt-packet` writes for our packet; throws where it refuses to. */
export function writeTheirs(packet: AnyPacket): Uint8Array {
  const names = fieldNames[packet.type] ?? {};
  const notProperties = [...Object.keys(names), "type", "will", "subscriptions"];
  const theirs: Properties = { cmd: packet.type, protocolVersion: 5 };
  for (const [our, their] of Object.entries(names)) {
    const value = (packet as unknown as Properties)[our];
    if (value !== undefined) {
      theirs[their] = theirValue(our, value);
    }
  }
  theirs["properties"] = theirProperties(packet, notProperties);
  if (packet.type === "connect" && packet.will !== undefined) {
    const { topic, payload, qos, retain } = packet.will;
    const properties = theirProperties(packet.will, willFields);
    theirs["will"] = { topic, payload: theirValue("payload", payload), qos, retain, properties };
  }
  if (packet.type === "subscribe") {
    theirs["subscriptions"] = packet.subscriptions.map((it) => ({
      topic: it.topicFilter,
      qos: it.qos,
      nl: it.noLocal,
      rap: it.retainAsPublished,
      rh: it.retainHandling,
    }));
  }
  return mqttPacket.generate(theirs as unknown as Parameters<typeof mqttPacket.generate>[0], options);
}
