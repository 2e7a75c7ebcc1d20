/**
 * Every first byte, every property in every packet, every text and every length that a server can get wrong: told with
 * the right DISCONNECT on a connection, a failed attempt before it, and nothing delivered after it.
 */
import { describe, expect, test } from "@jest/globals";
import type { MqttError } from "../../src/errors.js";
import { EngineBench, rejoiningBench } from "../support/engine-bench.js";
import { connack, publish } from "../support/server-bytes.js";
import { carried, serverCarriers } from "../vectors/carriers.js";
import { propertyCases } from "../vectors/property-cases.js";
import { framed } from "../vectors/wire.js";

const hexByte = (byte: number): string => byte.toString(16).padStart(2, "0");

/** Expects this end of a connection, whatever the packet; gives the error. */
function expectEnd(bytes: string, reasonCode: number): MqttError {
  const bench = rejoiningBench().online();
  bench.sent();
  bench.receive(publish({ topic: "before" }), bytes, publish({ topic: "after" }), connack());
  bench.receive(publish({ topic: "later" }));
  expect([bytes, bench.topics, bench.sent()]).toEqual([bytes, ["before"], [`disconnect 0x${hexByte(reasonCode)}`]]);
  const code = reasonCode === 0x81 ? /^disconnection MALFORMED_(PACKET|TOPIC)$/ : /^disconnection PROTOCOL_VIOLATION$/;
  expect(bench.told().slice(-1)).toEqual([expect.stringMatching(code)]);
  // The next attempt waits its turn.
  expect(bench.engine.pollTimeout()).toBe(1_000);
  return demandError(bench);
}

/** Expects that an attempt fails for this in the place of CONNACK. */
function expectFailure(bytes: string): MqttError {
  const bench = new EngineBench().start();
  const id = bench.publish();
  bench.receive(bytes, connack(), publish());
  const [, failure] = bench.told();
  expect([bytes, failure]).toEqual([
    bytes,
    expect.stringMatching(/^connectionFailure (MALFORMED_PACKET|PROTOCOL_VIOLATION)$/),
  ]);
  const answer = failure?.endsWith("MALFORMED_PACKET") === true ? "disconnect 0x81" : "disconnect 0x82";
  expect([bench.sent(), bench.topics, bench.outcome(id)]).toEqual([["connect clean", answer], [], "pending"]);
  return demandError(bench);
}

function demandError(bench: EngineBench): MqttError {
  const { lastError } = bench;
  if (lastError === undefined) {
    throw new Error("there was no error");
  }
  return lastError;
}

/** The packets that a connected server may send, as bytes around their properties. */
const carriers = Object.entries(serverCarriers).filter(([name]) => name !== "connack" && name !== "auth");

describe("first bytes", () => {
  const flags = new Map([
    [0x2, [0]],
    [0x3, [0, 1, 2, 3, 4, 5, 10, 11, 12, 13]],
    [0x4, [0]],
    [0x5, [0]],
    [0x6, [2]],
    [0x7, [0]],
    [0x9, [0]],
    [0xb, [0]],
    [0xd, [0]],
    [0xe, [0]],
    [0xf, [0]],
  ]);
  const neverSent = new Set([0x1, 0x8, 0xa, 0xc]);

  test("MQTT-2.1.3-1, MQTT-3.6.1-1, MQTT-3.14.1-1, MQTT-3.15.1-1: reserved flags get 0x81, in every packet", () => {
    for (const [type, right] of [...flags].filter(([key]) => key !== 0x3)) {
      for (let low = 0; low < 16; low += 1) {
        if (!right.includes(low)) {
          expectEnd(framed(hexByte((type << 4) | low), "00 01"), 0x81);
        }
      }
    }
  });

  test("2.1.2: a packet that no server sends gets 0x82, type 0 gets 0x81, whatever the flags", () => {
    for (let low = 0; low < 16; low += 1) {
      expectEnd(framed(hexByte(low), "00"), 0x81);
      for (const type of neverSent) {
        expectEnd(framed(hexByte((type << 4) | low), "00 01"), 0x82);
      }
    }
  });

  test.each(["36", "37", "3e", "3f"])("MQTT-3.3.1-4: QoS 3 in %s gets 0x81", (first) => {
    expect(expectEnd(framed(first, "00 01 74 00 01 00"), 0x81)).toMatchObject({ statement: "MQTT-3.3.1-4" });
  });

  test.each(["38", "39"])("MQTT-3.3.1-2: DUP at QoS 0 in %s gets 0x82", (first) => {
    expect(expectEnd(framed(first, "00 01 74 00"), 0x82)).toMatchObject({ statement: "MQTT-3.3.1-2" });
  });
});

describe("properties", () => {
  /** What a packet may carry from the other side only breaks a rule of its own. */
  const violations: Readonly<Record<string, string>> = { "disconnect sessionExpiryInterval": "MQTT-3.14.2-2" };
  const isAllowed = (name: string, id: number): boolean =>
    propertyCases.some((it) => it.id === id && it.fromServer.some((carrier) => carrier === name));

  test.each(carriers)("R-2.2.2.2-misplaced: in %s what it may not carry gets 0x81", (name, form) => {
    for (const { id, field, hex } of propertyCases.filter((it) => !isAllowed(name, it.id))) {
      const statement = violations[`${name} ${field}`];
      expect(expectEnd(carried(form, hex), statement === undefined ? 0x81 : 0x82)).toMatchObject({
        statement: statement ?? "2.2.2.2",
      });
      expect(id).toBeGreaterThan(0);
    }
  });

  test.each(carriers)("R-2.2.2.2-identifier-width: in %s an identifier that no property has gets 0x81", (_, form) => {
    for (const hex of ["00 00", "2b 00", "7f 00", "80 01 00", "ff ff ff 7f 00"]) {
      expect(expectEnd(carried(form, hex), 0x81)).toMatchObject({ statement: "2.2.2.2" });
    }
  });

  test.each(carriers)("R-2.2.2.2-repeated: in %s a property twice gets 0x82, where it is no list", (name, form) => {
    for (const { hex, repeats } of propertyCases.filter(({ fromServer }) => fromServer.some((it) => it === name))) {
      if (repeats === undefined) {
        expect(expectEnd(carried(form, `${hex} ${hex}`), 0x82)).toMatchObject({ statement: "2.2.2.2" });
      }
    }
  });

  test("R-2.2.2.2-repeated: every property of CONNACK twice fails the attempt", () => {
    const own = propertyCases.filter(({ fromServer }) => fromServer.includes("connack"));
    for (const { hex } of own.filter(({ repeats, field }) => repeats === undefined && !field.startsWith("auth"))) {
      expect(expectFailure(carried(serverCarriers.connack, `${hex} ${hex}`))).toMatchObject({
        reasonCode: 0x82,
        statement: "2.2.2.2",
      });
    }
  });

  test("R-2.2.2.2-misplaced: every property that CONNACK may not carry fails the attempt", () => {
    for (const { hex } of propertyCases.filter(({ id }) => !isAllowed("connack", id))) {
      expect(expectFailure(carried(serverCarriers.connack, hex))).toMatchObject({ reasonCode: 0x81 });
    }
  });

  test.each([
    ["Retain Available", "25"],
    ["Maximum QoS", "24"],
    ["Wildcard Subscription Available", "28"],
    ["Subscription Identifier Available", "29"],
    ["Shared Subscription Available", "2a"],
  ])("R-3.2.2.3-flag-values: every value of %s but 0 and 1 fails the attempt", (_, id) => {
    for (let value = 2; value < 256; value += 1) {
      expect(expectFailure(carried(serverCarriers.connack, `${id} ${hexByte(value)}`))).toMatchObject({
        reasonCode: 0x82,
      });
    }
  });

  test.each([
    ["R-3.1.2.11.3-receive-maximum", "21 00 00"],
    ["R-3.1.2.11.4-maximum-packet-size", "27 00 00 00 00"],
    ["R-3.1.2.11.10-data-without-method", "16 00 01 00"],
  ])("%s: in CONNACK %s is a protocol error", (_, hex) => {
    expect(expectFailure(carried(serverCarriers.connack, hex))).toMatchObject({ reasonCode: 0x82 });
  });
});

describe("text", () => {
  const illFormed: readonly (readonly [what: string, statement: string, hex: string])[] = [
    ["U+0000", "MQTT-1.5.4-2", "61 00 62"],
    ["an overlong form", "MQTT-1.5.4-1", "c0 80 61"],
    ["a surrogate", "MQTT-1.5.4-1", "ed a0 80"],
    ["a cut character", "MQTT-1.5.4-1", "61 e2 82"],
    ["a byte that no character has", "MQTT-1.5.4-1", "61 ff 62"],
  ];

  test.each(illFormed)("%s in any text gets 0x81 (%s)", (_, statement, text) => {
    const field = `00 03 ${text}`;
    const withProperty = (properties: string): string => carried(serverCarriers.publish, properties);
    const packets = [
      framed("30", `${field} 00`),
      withProperty(`03 ${field}`),
      withProperty(`08 ${field}`),
      withProperty(`26 ${field} 00 01 61`),
      withProperty(`26 00 01 61 ${field}`),
      ...carriers.filter(([name]) => name !== "publish").map(([, form]) => carried(form, `1f ${field}`)),
      carried(serverCarriers.disconnect, `1c ${field}`),
    ];
    for (const bytes of packets) {
      expect(expectEnd(bytes, 0x81)).toMatchObject({ statement });
    }
    for (const id of ["12", "1a", "1c", "1f"]) {
      expect(expectFailure(carried(serverCarriers.connack, `${id} ${field}`))).toMatchObject({ statement });
    }
  });
});

describe("lengths", () => {
  test.each(carriers)("in %s a block of properties that goes past the packet gets 0x81", (_, form) => {
    expectEnd(framed(form.firstByte, `${form.before} 7f`), 0x81);
  });

  test.each([
    ["30", "00 01 74 00"],
    ["32", "00 01 74 00 01 00"],
    ["40", "00 01"],
    ["90", "00 01 00"],
    ["b0", "00 01 00"],
  ])("%s that ends inside %s gets 0x81, wherever that is", (first, needed) => {
    const bytes = needed.split(" ");
    for (let length = 0; length < bytes.length; length += 1) {
      expectEnd(framed(first, bytes.slice(0, length).join(" ")), 0x81);
    }
  });

  test.each(["40 01 00", "50 00", "62 01 00", "70 00", "40 05 00 01 00 00 00", "d0 01 00", "e0 03 00 00 00"])(
    "%s has too little or too much, and gets 0x81",
    (bytes) => {
      expectEnd(bytes, 0x81);
    },
  );
});
