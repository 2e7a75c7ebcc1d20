/** Packets of a server with long lists, as bytes written by hand. */
import { joinBytes } from "../../src/testing/bytes.js";

/** A user property in the order of a list: name and value differ from entry to entry. */
export function userPropertyAt(index: number): { readonly name: string; readonly value: string } {
  return { name: `n${String(index)}`, value: index % 3 === 0 ? "" : "é" };
}

function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return joinBytes([Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

/** The bytes of a property: its identifier, and the name and value. */
export function userPropertyBytes({ name, value }: { readonly name: string; readonly value: string }): Uint8Array {
  return joinBytes([Uint8Array.of(0x26), text(name), text(value)]);
}

/** The bytes of this many user properties. */
export function manyUserProperties(count: number): Uint8Array {
  return joinBytes(Array.from({ length: count }, (_, index) => userPropertyBytes(userPropertyAt(index))));
}

/** The bytes of subscription identifiers. */
export function manyIdentifiers(identifiers: readonly number[]): Uint8Array {
  return joinBytes(identifiers.map((identifier) => joinBytes([Uint8Array.of(0x0b), variableByteInteger(identifier)])));
}

function variableByteInteger(value: number): Uint8Array {
  return value < 128
    ? Uint8Array.of(value)
    : joinBytes([Uint8Array.of((value % 128) + 128), variableByteInteger(Math.floor(value / 128))]);
}

/** The parts of a packet around its properties. */
export interface PacketForm {
  readonly firstByte: number;
  /** The body before the property length. */
  readonly before: Uint8Array;
  /** The body after the properties. */
  readonly after: Uint8Array;
}

/** The bytes of a packet with these properties. */
export function packetWith({ firstByte, before, after }: PacketForm, properties: Uint8Array): Uint8Array {
  const body = joinBytes([before, variableByteInteger(properties.length), properties, after]);
  return joinBytes([Uint8Array.of(firstByte), variableByteInteger(body.length), body]);
}

/** A PUBLISH at QoS 0 to the topic `t`, with the payload `p`. */
export const publishForm: PacketForm = {
  firstByte: 0x30,
  before: Uint8Array.of(0, 1, 0x74),
  after: Uint8Array.of(0x70),
};

/** A SUBACK or UNSUBACK for the packet identifier 1, with this many reason codes 0. */
export function manyCodes(firstByte: number, count: number): Uint8Array {
  const form = { firstByte, before: Uint8Array.of(0, 1), after: new Uint8Array(count) };
  return packetWith(form, new Uint8Array(0));
}
