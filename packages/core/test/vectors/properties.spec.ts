import { describe, expect, test } from "@jest/globals";
import { carried, clientCarriers, serverCarriers, type CarrierForm, type Fields } from "./carriers.js";
import { propertyCases, type PropertyCase } from "./property-cases.js";
import { clientHex, framed, fromClient, fromServer, refusalOf, serverHex } from "./wire.js";

/** One direction: its carriers with how they are written, and how bytes are read. */
function sideOf<Packet>(
  side: "client" | "server",
  carriers: Readonly<Record<string, CarrierForm<Packet>>>,
  write: (packet: Packet) => string,
  read: (hex: string) => unknown[],
) {
  const forms = Object.entries(carriers).map(([carrier, form]) => ({
    carrier,
    hex: (properties: string) => carried(form, properties),
    form,
    packet: (fields: Fields): unknown => form.packet(fields),
    write: (fields: Fields) => write(form.packet(fields)),
  }));
  const carriersOf = (it: PropertyCase): readonly string[] => (side === "client" ? it.fromClient : it.fromServer);
  const formsOf = (it: PropertyCase) => forms.filter(({ carrier }) => carriersOf(it).includes(carrier));
  return { side, forms, formsOf, read };
}

const sides = [
  sideOf("client", clientCarriers, clientHex, fromClient),
  sideOf("server", serverCarriers, serverHex, fromServer),
];

/** AUTH cannot be without a method, and authentication data nowhere: what a property needs beside it. */
function companion(carrier: string, field: string): { fields: Fields; hex: string } {
  const isNeeded = field !== "authenticationMethod" && (carrier === "auth" || field === "authenticationData");
  return isNeeded ? { fields: { authenticationMethod: "m" }, hex: "15 00 01 6d" } : { fields: {}, hex: "" };
}

/** The statement that a property breaks in a packet that may carry it from the other side. */
const misplaced: Readonly<Record<string, string>> = {
  "client publish subscriptionIdentifier": "MQTT-3.3.4-6",
  "client publish subscriptionIdentifiers": "MQTT-3.3.4-6",
  "client disconnect serverReference": "3.14.2.2.5",
  "server disconnect sessionExpiryInterval": "MQTT-3.14.2-2",
};

test("MQTT-3.3.4-6: a subscription identifier in a client's PUBLISH is refused", () => {
  const written = carried(clientCarriers.publish, "0b 07");
  expect(refusalOf(() => fromClient(written))).toStrictEqual(["violation", "82", "MQTT-3.3.4-6"]);
});

test("MQTT-3.3.4-6: a received message that is published again loses its subscription identifiers", () => {
  const received = clientCarriers.publish.packet({ subscriptionIdentifiers: [7] });
  expect(clientHex(received)).toBe(carried(clientCarriers.publish, ""));
});

test("MQTT-3.14.2-2: a session expiry interval in a server's DISCONNECT is refused", () => {
  const written = carried(serverCarriers.disconnect, "11 00 00 00 00");
  expect(refusalOf(() => fromServer(written))).toStrictEqual(["violation", "82", "MQTT-3.14.2-2"]);
});

describe.each(sides)("properties from a $side", ({ side, forms, formsOf, read }) => {
  const here = propertyCases.filter((it) => formsOf(it).length > 0);

  test.each(here)("$field: written and read in every packet that has it", (property) => {
    for (const { carrier, hex, packet, write } of formsOf(property)) {
      const beside = companion(carrier, property.field);
      const written = hex(`${beside.hex} ${property.hex}`);
      const fields = { ...beside.fields, [property.field]: property.value };
      expect(write(fields)).toBe(written);
      expect(read(written)).toStrictEqual([packet(fields)]);
    }
  });

  test.each(here)("$field: twice is a protocol error (2.2.2.2), or a longer list", (property) => {
    for (const { carrier, hex, packet, write } of formsOf(property)) {
      const beside = companion(carrier, property.field);
      if (property.repeats === undefined) {
        const twice = hex(`${property.hex} ${property.hex} ${beside.hex}`);
        expect(refusalOf(() => read(twice))).toStrictEqual(["violation", "82", "2.2.2.2"]);
      } else {
        const written = hex(`${beside.hex} ${property.repeats.hex}`);
        const fields = { ...beside.fields, [property.field]: property.repeats.value };
        expect(write(fields)).toBe(written);
        expect(read(written)).toStrictEqual([packet(fields)]);
      }
    }
  });

  test.each(here)("$field: cut short by its block is malformed", (property) => {
    for (const { hex } of formsOf(property)) {
      expect(refusalOf(() => read(hex(property.hex.slice(0, -3))))).toStrictEqual(["malformed", "81", "2.1.4"]);
    }
  });

  test.each(propertyCases)(
    "$field: in any other packet it is malformed (2.2.2.2), or breaks its statement",
    (property) => {
      const same = propertyCases.filter((it) => it.id === property.id);
      const allowed = same.flatMap((it) => formsOf(it).map(({ carrier }) => carrier));
      for (const { carrier, hex } of forms.filter((form) => !allowed.includes(form.carrier))) {
        const statement = misplaced[`${side} ${carrier} ${property.field}`];
        expect(refusalOf(() => read(hex(property.hex)))).toStrictEqual(
          statement === undefined ? ["malformed", "81", "2.2.2.2"] : ["violation", "82", statement],
        );
      }
    },
  );

  test.each(["00 00", "2b 00", "7f 00", "80 01 00", "ff ff ff 7f 00"])(
    "an identifier that no property has (%s) is malformed (2.2.2.2)",
    (hex) => {
      for (const carrier of forms) {
        expect(refusalOf(() => read(carrier.hex(hex)))).toStrictEqual(["malformed", "81", "2.2.2.2"]);
      }
    },
  );

  test("MQTT-2.2.2-1: a property length is missing only where it may be", () => {
    for (const { carrier, form } of forms) {
      const isOptional = ["puback", "pubrec", "pubrel", "pubcomp", "disconnect"].includes(carrier);
      expect(refusalOf(() => read(framed(form.firstByte, form.before)))).toStrictEqual(
        isOptional ? "accepted" : ["malformed", "81", "2.1.4"],
      );
    }
  });

  test("a property length that goes past the packet is malformed (2.1.4)", () => {
    for (const { form } of forms) {
      const hex = framed(form.firstByte, `${form.before} 7f`);
      expect(refusalOf(() => read(hex))).toStrictEqual(["malformed", "81", "2.1.4"]);
    }
  });
});

describe("the values that a property may have", () => {
  const connack = (hex: string) => refusalOf(() => fromServer(carried(serverCarriers.connack, hex)));
  const publish = (hex: string) => refusalOf(() => fromServer(carried(serverCarriers.publish, hex)));
  const connect = (hex: string) => refusalOf(() => fromClient(carried(clientCarriers.connect, hex)));
  const subscribe = (hex: string) => refusalOf(() => fromClient(carried(clientCarriers.subscribe, hex)));

  test.each([
    ["receive maximum", "21 00 00", "3.2.2.3.3"],
    ["maximum packet size", "27 00 00 00 00", "3.2.2.3.6"],
  ])("%s 0 is a protocol error, both ways", (_name, hex, statement) => {
    expect(connack(hex)).toStrictEqual(["violation", "82", statement]);
    expect(connect(hex)).toStrictEqual(["violation", "82", statement]);
  });

  test.each([
    ["maximum QoS", "24 02", "3.2.2.3.4"],
    ["retain available", "25 02", "3.2.2.3.5"],
    ["wildcard subscription available", "28 02", "3.2.2.3.11"],
    ["subscription identifiers available", "29 ff", "3.2.2.3.12"],
    ["shared subscription available", "2a 02", "3.2.2.3.13"],
  ])("%s is 0 or 1", (_name, hex, statement) => {
    expect(connack(hex)).toStrictEqual(["violation", "82", statement]);
  });

  test.each([
    ["request response information", "19 02", "3.1.2.11.6"],
    ["request problem information", "17 02", "3.1.2.11.7"],
  ])("%s is 0 or 1", (_name, hex, statement) => {
    expect(connect(hex)).toStrictEqual(["violation", "82", statement]);
  });

  test("payload format indicator is 0 or 1 (3.3.2.3.2)", () => {
    expect(publish("01 02")).toStrictEqual(["violation", "82", "3.3.2.3.2"]);
  });

  test("MQTT-3.3.2-8: topic alias 0 is refused with 0x94", () => {
    expect(publish("23 00 00")).toStrictEqual(["violation", "94", "MQTT-3.3.2-8"]);
  });

  test("MQTT-3.3.2-14: a response topic with a wildcard is refused", () => {
    expect(publish("08 00 03 61 2f 2b")).toStrictEqual(["violation", "82", "MQTT-3.3.2-14"]);
    expect(publish("08 00 01 23")).toStrictEqual(["violation", "82", "MQTT-3.3.2-14"]);
  });

  test("MQTT-4.7.3-1: an empty response topic is refused", () => {
    expect(publish("08 00 00")).toStrictEqual(["violation", "82", "MQTT-4.7.3-1"]);
  });

  test("subscription identifier 0 is a protocol error (3.3.2.3.8, 3.8.2.1.2)", () => {
    expect(publish("0b 00")).toStrictEqual(["violation", "82", "3.3.2.3.8"]);
    expect(subscribe("0b 00")).toStrictEqual(["violation", "82", "3.8.2.1.2"]);
  });

  test("MQTT-1.5.5-1: a subscription identifier in a longer form is malformed", () => {
    expect(publish("0b 81 00")).toStrictEqual(["malformed", "81", "MQTT-1.5.5-1"]);
    expect(publish("0b 80 80 80 80 01")).toStrictEqual(["malformed", "81", "1.5.5"]);
  });

  test("authentication data without a method is a protocol error (3.1.2.11.10, 3.2.2.3.18)", () => {
    expect(connect("16 00 00")).toStrictEqual(["violation", "82", "3.1.2.11.10"]);
    expect(connack("16 00 00")).toStrictEqual(["violation", "82", "3.2.2.3.18"]);
  });
});
