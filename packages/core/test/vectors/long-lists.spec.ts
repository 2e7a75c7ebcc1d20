/** Lists that are too long to be built when they arrive: they are checked then, and built when they are read. */
import { describe, expect, test } from "@jest/globals";
import { joinBytes } from "../../src/testing/bytes.js";
import type { PublishPacket } from "../../src/codec/packets/publish.js";
import { PacketDecoder } from "../../src/codec/packet-decoder.js";
import { serverPackets } from "../../src/codec/server-packets.js";
import {
  manyCodes,
  manyIdentifiers,
  manyUserProperties,
  packetWith,
  type PacketForm,
  publishForm,
  userPropertyAt,
  userPropertyBytes,
} from "../support/long-lists.js";
import { serverCarriers } from "./carriers.js";
import { bytesOf, readServer, refusalOf } from "./wire.js";

const userProperties = (count: number) => Array.from({ length: count }, (_, index) => userPropertyAt(index));
const identifiers = (count: number) => Array.from({ length: count }, (_, index) => (index % 300) + 1);

/** Whether a field is an accessor: its list is not built when the packet arrives. */
function isDeferred(packet: object | undefined, field: string): boolean {
  return packet !== undefined && Object.getOwnPropertyDescriptor(packet, field)?.get !== undefined;
}

function readPublish(properties: Uint8Array, form: PacketForm = publishForm): PublishPacket {
  const [packet] = readServer(packetWith(form, properties));
  if (packet?.type !== "publish") {
    throw new TypeError("not a PUBLISH");
  }
  return packet;
}

describe("user properties", () => {
  const carriers = Object.entries(serverCarriers).map(([name, carrier]) => ({
    name,
    form: {
      firstByte: Number.parseInt(carrier.firstByte, 16),
      before: bytesOf(carrier.before),
      after: bytesOf(carrier.after),
    },
    // An AUTH needs a method, which stands before the list here.
    first: bytesOf(name === "auth" ? "15 00 01 6d" : ""),
    packet: (fields: object): unknown =>
      carrier.packet({ ...(name === "auth" ? { authenticationMethod: "m" } : {}), ...fields }),
  }));

  test.each(carriers)("of $name: 129 read as 129, and 128 are a plain field", ({ form, first, packet }) => {
    for (const count of [128, 129]) {
      const bytes = packetWith(form, joinBytes([first, manyUserProperties(count)]));
      const [received] = readServer(bytes);
      expect(isDeferred(received, "userProperties")).toBe(count > 128);
      expect(received).toStrictEqual(packet({ userProperties: userProperties(count) }));
    }
  });

  test("between other properties: each is read, and each list holds its own", () => {
    const mixed = identifiers(2_000).map((identifier, index) =>
      joinBytes([userPropertyBytes(userPropertyAt(index)), manyIdentifiers([identifier])]),
    );
    const packet = readPublish(joinBytes([...mixed, bytesOf("03 00 01 63"), bytesOf("26 00 01 61 00 01 62")]));
    expect([isDeferred(packet, "userProperties"), isDeferred(packet, "subscriptionIdentifiers")]).toEqual([true, true]);
    expect(packet.contentType).toBe("c");
    expect(packet.userProperties).toStrictEqual([...userProperties(2_000), { name: "a", value: "b" }]);
    expect(packet.subscriptionIdentifiers).toStrictEqual(identifiers(2_000));
  });

  test.each([
    ["MQTT-1.5.4-1: not UTF-8", "26 00 01 61 00 01 ff", ["malformed", "81", "MQTT-1.5.4-1"]],
    ["MQTT-1.5.4-2: with U+0000", "26 00 02 61 00 00 01 62", ["malformed", "81", "MQTT-1.5.4-2"]],
    ["cut short", "26 00 01 61 00 02 62", ["malformed", "81", "2.1.4"]],
    ["2.2.2.2: an unknown property", "7f", ["malformed", "81", "2.2.2.2"]],
    ["2.2.2.2: a property twice", "01 00 01 00", ["violation", "82", "2.2.2.2"]],
    ["3.3.2.3.8: subscription identifier 0", "0b 00", ["violation", "82", "3.3.2.3.8"]],
  ])("%s at the end of a long list is refused when it arrives", (_title, last, refusal) => {
    const properties = joinBytes([manyUserProperties(500), manyIdentifiers(identifiers(2_000)), bytesOf(last)]);
    expect(refusalOf(() => readServer(packetWith(publishForm, properties)))).toStrictEqual(refusal);
  });
});

describe("subscription identifiers", () => {
  test.each([1_024, 1_025])("%d are read in their order", (count) => {
    const packet = readPublish(manyIdentifiers(identifiers(count)));
    expect(isDeferred(packet, "subscriptionIdentifiers")).toBe(count > 1_024);
    expect(packet).toMatchObject({ topic: "t", subscriptionIdentifiers: identifiers(count) });
  });
});

describe.each([
  ["SUBACK", 0x90, "MQTT-3.9.3-2"],
  ["UNSUBACK", 0xb0, "MQTT-3.11.3-2"],
])("the reason codes of a %s", (_name, firstByte, statement) => {
  test.each([1_024, 1_025])("%d are read in their order", (count) => {
    const bytes = manyCodes(firstByte, count);
    bytes[bytes.length - 2] = 0x87;
    const [packet] = readServer(bytes);
    expect(isDeferred(packet, "reasonCodes")).toBe(count > 1_024);
    const reasonCodes = [...new Array<number>(count - 2).fill(0), 0x87, 0];
    expect(packet).toMatchObject({ packetId: 1, reasonCodes });
  });

  test("an unlisted one at the end of a long list is refused when it arrives", () => {
    const bytes = manyCodes(firstByte, 5_000);
    bytes[bytes.length - 1] = 0x55;
    expect(refusalOf(() => readServer(bytes))).toStrictEqual(["violation", "82", statement]);
  });
});

describe("the bytes of a long list", () => {
  /** Reads a packet that comes in two chunks, so that the decoder gathers it. */
  function gathered(bytes: Uint8Array): PublishPacket {
    const decoder = new PacketDecoder(serverPackets);
    decoder.push(bytes.slice(0, 10));
    decoder.next();
    decoder.push(bytes.slice(10));
    const packet = decoder.next();
    if (packet?.type !== "publish") {
      throw new TypeError("not a PUBLISH");
    }
    return packet;
  }

  test("do not change with the chunk that they came in", () => {
    const chunk = packetWith(publishForm, manyUserProperties(200));
    const [packet] = readServer(chunk);
    chunk.fill(0xff);
    expect(packet).toMatchObject({ userProperties: userProperties(200) });
  });

  test.each([
    ["small", 1],
    ["as long as the properties", 2_400],
    ["most of the packet", 100_000],
  ])("are not lost when a payload is transferred, be it %s", (_title, length) => {
    const payload = new Uint8Array(length).fill(0x70);
    for (const read of [gathered, (bytes: Uint8Array) => readServer(bytes)[0] as PublishPacket]) {
      const packet = read(packetWith({ ...publishForm, after: payload }, manyUserProperties(200)));
      expect(packet.payload).toStrictEqual(payload);
      structuredClone(packet.payload, { transfer: [packet.payload.buffer as ArrayBuffer] });
      expect(packet.payload).toHaveLength(0);
      expect(packet.userProperties).toStrictEqual(userProperties(200));
    }
  });
});
