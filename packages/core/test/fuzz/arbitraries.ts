/** Packets of both sides as fast-check generates them: every field, every property, within what the specification allows. */
import fc from "fast-check";
import type { ClientPacket, ReceivedClientPacket } from "../../src/codec/client-packets.js";
import type { ServerPacket } from "../../src/codec/server-packets.js";
import type { PublishPacket } from "../../src/codec/packets/publish.js";

/** Records as packets are: ordinary objects. */
function record<Fields extends object>(fields: { [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> }) {
  return fc.record(fields, { noNullPrototype: true });
}

/** A record of which any fields may be missing. */
function optional<Fields extends object>(fields: { [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> }) {
  return fc.record(fields, { requiredKeys: [], noNullPrototype: true });
}

const without = (forbidden: RegExp) => (text: string) => text.replaceAll(forbidden, "");

const text = fc
  .oneof(
    { weight: 4, arbitrary: fc.string({ maxLength: 20 }) },
    { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
    { weight: 1, arbitrary: fc.string({ minLength: 60, maxLength: 300 }) },
  )
  .map(without(/\0/g));

const topicName = text.map(without(/[+#]/g)).map((topic) => (topic === "" ? "t" : topic));

const level = fc.oneof(
  fc.constant("+"),
  fc.constant(""),
  text.map(without(/[+#/$]/g)).map((name) => Array.from(name).slice(0, 6).join("")),
);
const plainFilter = fc
  .tuple(fc.array(level, { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([levels, hasHash]) => [...levels, ...(hasHash ? ["#"] : [])].join("/"))
  .map((filter) => (filter === "" ? "/" : filter));
const shareName = text.map(without(/[+#/]/g)).map((name) => (name === "" ? "g" : name));
const topicFilter = fc.oneof(
  plainFilter,
  fc.tuple(shareName, plainFilter).map(([name, filter]) => `$share/${name}/${filter}`),
);

const bytes = fc.uint8Array({ maxLength: 200 });
const payload = fc.oneof(
  { weight: 8, arbitrary: bytes },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 250, maxLength: 6000 }) },
);
const packetId = fc.integer({ min: 1, max: 65_535 });
const twoBytes = fc.integer({ min: 0, max: 65_535 });
const twoBytesNotZero = fc.integer({ min: 1, max: 65_535 });
const fourBytes = fc.integer({ min: 0, max: 4_294_967_295 });
const fourBytesNotZero = fc.integer({ min: 1, max: 4_294_967_295 });
const subscriptionIdentifier = fc.integer({ min: 1, max: 268_435_455 });
const bit = fc.constantFrom(0 as const, 1 as const);
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const userProperties = fc.array(record({ name: text, value: text }), { minLength: 1, maxLength: 5 });

const reasonProperties = { reasonString: text, userProperties };
const authentication = fc.oneof(
  fc.constant({}),
  merged(record({ authenticationMethod: text }), optional({ authenticationData: bytes })),
);

const messageProperties = {
  payloadFormatIndicator: bit,
  messageExpiryInterval: fourBytes,
  contentType: text,
  responseTopic: topicName,
  correlationData: bytes,
  userProperties,
};

/** The fields of several records in one. */
function merged<One extends object, Other extends object>(one: fc.Arbitrary<One>, other: fc.Arbitrary<Other>) {
  return fc.tuple(one, other).map(([fields, more]) => ({ ...fields, ...more }));
}

const answerCodes = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99] as const;
const releaseCodes = [0x00, 0x92] as const;

function answer<Type extends string, Code extends number>(type: Type, codes: readonly Code[]) {
  return merged(
    record({ type: fc.constant(type), packetId, reasonCode: fc.constantFrom(...codes) }),
    optional(reasonProperties),
  );
}

const answers = [
  answer("puback", answerCodes),
  answer("pubrec", answerCodes),
  answer("pubrel", releaseCodes),
  answer("pubcomp", releaseCodes),
] as const;

/** The topic and the alias, of which one at least is there. */
const address = fc.oneof(
  merged(record({ topic: topicName }), optional({ topicAlias: twoBytesNotZero })),
  record({ topic: fc.constant(""), topicAlias: twoBytesNotZero }),
);

const delivery = fc.oneof(
  record({ qos: fc.constant(0 as const), dup: fc.constant(false) }),
  record({ qos: fc.constantFrom(1 as const, 2 as const), dup: fc.boolean(), packetId }),
);

const clientPublish: fc.Arbitrary<PublishPacket> = fc
  .tuple(record({ payload, retain: fc.boolean() }), address, delivery, optional(messageProperties))
  .map(([fields, topic, flags, properties]) => ({ type: "publish", ...fields, ...topic, ...flags, ...properties }));

const serverPublish: fc.Arbitrary<PublishPacket> = merged(
  clientPublish,
  optional({ subscriptionIdentifiers: fc.array(subscriptionIdentifier, { minLength: 1, maxLength: 4 }) }),
);

const will = merged(
  record({ topic: topicName, payload: bytes, qos, retain: fc.boolean() }),
  optional({ ...messageProperties, willDelayInterval: fourBytes }),
);

const connect = fc
  .tuple(
    record({ cleanStart: fc.boolean(), keepAlive: twoBytes, clientId: text }),
    optional({ will, username: text, password: bytes }),
    optional({
      sessionExpiryInterval: fourBytes,
      receiveMaximum: twoBytesNotZero,
      maximumPacketSize: fourBytesNotZero,
      topicAliasMaximum: twoBytes,
      requestResponseInformation: fc.boolean(),
      requestProblemInformation: fc.boolean(),
      userProperties,
    }),
    authentication,
  )
  .map(([fields, payloadFields, properties, method]) => ({
    type: "connect" as const,
    ...fields,
    ...payloadFields,
    ...properties,
    ...method,
  }));

const connack = fc
  .tuple(
    record({ sessionPresent: fc.boolean(), reasonCode: fc.integer({ min: 0, max: 255 }) }),
    optional({
      ...reasonProperties,
      sessionExpiryInterval: fourBytes,
      receiveMaximum: twoBytesNotZero,
      maximumQos: bit,
      retainAvailable: fc.boolean(),
      maximumPacketSize: fourBytesNotZero,
      assignedClientIdentifier: text,
      topicAliasMaximum: twoBytes,
      wildcardSubscriptionsAvailable: fc.boolean(),
      subscriptionIdentifiersAvailable: fc.boolean(),
      sharedSubscriptionsAvailable: fc.boolean(),
      serverKeepAlive: twoBytes,
      responseInformation: text,
      serverReference: text,
    }),
    authentication,
  )
  .map(([fields, properties, method]) => ({ type: "connack" as const, ...fields, ...properties, ...method }));

const subscription = fc
  .record({
    topicFilter,
    qos,
    noLocal: fc.boolean(),
    retainAsPublished: fc.boolean(),
    retainHandling: qos,
  })
  .map((fields) => ({ ...fields, noLocal: fields.noLocal && !fields.topicFilter.startsWith("$share/") }));

const subscribe = merged(
  record({
    type: fc.constant("subscribe" as const),
    packetId,
    subscriptions: fc.array(subscription, { minLength: 1, maxLength: 5 }),
  }),
  optional({ subscriptionIdentifier, userProperties }),
);

const unsubscribe = merged(
  record({
    type: fc.constant("unsubscribe" as const),
    packetId,
    topicFilters: fc.array(topicFilter, { minLength: 1, maxLength: 5 }),
  }),
  optional({ userProperties }),
);

const subackCodes = [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2] as const;
const unsubackCodes = [0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91] as const;

function listAnswer<Type extends string, Code extends number>(type: Type, codes: readonly Code[]) {
  return merged(
    record({
      type: fc.constant(type),
      packetId,
      reasonCodes: fc.array(fc.constantFrom(...codes), { minLength: 1, maxLength: 8 }),
    }),
    optional(reasonProperties),
  );
}

const clientDisconnectCodes = [0, 4, 0x80, 0x81, 0x82, 0x83, 0x8c, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];

const clientDisconnect = merged(
  record({ type: fc.constant("disconnect" as const), reasonCode: fc.constantFrom(...clientDisconnectCodes) }),
  optional({ ...reasonProperties, sessionExpiryInterval: fourBytes }),
);

const serverDisconnect = merged(
  record({ type: fc.constant("disconnect" as const), reasonCode: fc.integer({ min: 0, max: 255 }) }),
  optional({ ...reasonProperties, serverReference: text }),
);

function auth<Code extends number>(...codes: readonly Code[]) {
  return merged(
    record({
      type: fc.constant("auth" as const),
      reasonCode: fc.constantFrom(...codes),
      authenticationMethod: text,
    }),
    optional({ ...reasonProperties, authenticationData: bytes }),
  );
}

/** What a client sends: as it is written, which is also how it is read. */
export const clientPacket: fc.Arbitrary<ClientPacket & ReceivedClientPacket> = fc.oneof(
  connect,
  clientPublish,
  ...answers,
  subscribe,
  unsubscribe,
  record({ type: fc.constant("pingreq" as const) }),
  clientDisconnect,
  auth(0x18, 0x19),
);

/** What a server sends: as it is written, which is also how it is read. */
export const serverPacket: fc.Arbitrary<ServerPacket> = fc.oneof(
  connack,
  serverPublish,
  ...answers,
  listAnswer("suback", subackCodes),
  listAnswer("unsuback", unsubackCodes),
  record({ type: fc.constant("pingresp" as const) }),
  serverDisconnect,
  auth(0x00, 0x18),
  fc.constant({ type: "auth" as const, reasonCode: 0 as const }),
);

/** Where to cut a stream: the lengths of its pieces, over and over. */
export const pieceLengths = fc.oneof(
  fc.constantFrom([1], [2], [3], [7], [65_536]),
  fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 10 }),
);
