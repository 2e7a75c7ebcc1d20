import { expect, test } from "@jest/globals";
import { clientBytes } from "../../test/vectors/wire.js";
import type { ClientPacket } from "./client-packets.js";
import { encodeClientPacket } from "./encode-any-packet.js";
import { packetSize } from "./packet-size.js";
import { publishSize } from "./packets/publish.js";

const packets: readonly ClientPacket[] = [
  { type: "connect", cleanStart: true, keepAlive: 60, clientId: "c", password: "secret" },
  { type: "puback", packetId: 1, reasonCode: 0 },
  { type: "pubrec", packetId: 1, reasonCode: 0x10 },
  { type: "pubrel", packetId: 1, reasonCode: 0 },
  { type: "pubcomp", packetId: 1, reasonCode: 0, reasonString: "é" },
  {
    type: "subscribe",
    packetId: 1,
    subscriptions: [{ topicFilter: "f", qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
  },
  { type: "unsubscribe", packetId: 1, topicFilters: ["f"] },
  { type: "pingreq" },
  { type: "disconnect", reasonCode: 4 },
  { type: "auth", reasonCode: 0x18, authenticationMethod: "m" },
];

test.each(packets)("the size of $type is that of its bytes", (packet) => {
  expect(packetSize(encodeClientPacket, packet)).toBe(clientBytes(packet).length);
});

test("the size of a PUBLISH is computed from each of its fields", () => {
  const plain = { type: "publish", topic: "é/a", payload: "€", qos: 0, retain: false, dup: false } as const;
  const variants = [
    {},
    { qos: 1, packetId: 1 },
    { payload: new Uint8Array(70_000) },
    { topic: "", topicAlias: 1 },
    { payloadFormatIndicator: 0 },
    { messageExpiryInterval: 0 },
    { responseTopic: "é" },
    { correlationData: "é" },
    { correlationData: new Uint8Array(200) },
    { contentType: "" },
    { userProperties: [] },
    { userProperties: [{ name: "é", value: "x".repeat(20_000) }] },
  ] as const;
  for (const variant of variants) {
    const packet = { ...plain, ...variant };
    expect(publishSize(packet)).toBe(clientBytes(packet).length);
    expect(packetSize(encodeClientPacket, packet)).toBe(clientBytes(packet).length);
  }
});

test("the size of a PUBLISH is known before its packet identifier", () => {
  const packet = { type: "publish", topic: "a", payload: "", qos: 1, retain: false, dup: false, packetId: 0 } as const;
  for (const properties of [{}, { contentType: "x" }]) {
    const bytes = clientBytes({ ...packet, ...properties, packetId: 65_535 });
    expect(publishSize({ ...packet, ...properties })).toBe(bytes.length);
  }
});
