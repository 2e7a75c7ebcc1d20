/**
 * Packets and their bytes in hexadecimal, for tests: `"c0 00"`. Bytes are written by hand, so that the codec is judged by
 * the specification and not by itself.
 */
import { ByteWriter } from "../../src/codec/wire/byte-writer.js";
import { clientPackets, type ClientPacket, type ReceivedClientPacket } from "../../src/codec/client-packets.js";
import { encodeClientPacket, encodeServerPacket } from "../../src/codec/encode-any-packet.js";
import { serverPackets, type ServerPacket } from "../../src/codec/server-packets.js";
import { PacketDecoder } from "../../src/codec/packet-decoder.js";
import type { PacketTable } from "../../src/codec/packet-table.js";
import { MalformedPacketError, ProtocolViolationError } from "../../src/errors.js";

export function bytesOf(hex: string): Uint8Array {
  const digits = hex.replaceAll(/\s/g, "");
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** Whether two arrays hold the same bytes: for long ones, whose difference nobody would read. */
export function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** A packet from its first byte and its body, with the remaining length between them; bodies below 128 bytes. */
export function framed(firstByte: string, body: string): string {
  const length = bytesOf(body).length;
  if (length > 127) {
    throw new RangeError("write the remaining length of a longer packet by hand");
  }
  return `${firstByte} ${length.toString(16).padStart(2, "0")} ${body}`.trim();
}

/** The bytes that a client sends for packets. */
export function clientBytes(...packets: readonly ClientPacket[]): Uint8Array {
  const writer = new ByteWriter();
  for (const packet of packets) {
    encodeClientPacket(writer, packet);
  }
  return joined(writer.take());
}

/** The bytes that a server sends for packets. */
export function serverBytes(...packets: readonly ServerPacket[]): Uint8Array {
  const writer = new ByteWriter();
  for (const packet of packets) {
    encodeServerPacket(writer, packet);
  }
  return joined(writer.take());
}

export function clientHex(packet: ClientPacket): string {
  return hexOf(clientBytes(packet));
}

export function serverHex(packet: ServerPacket): string {
  return hexOf(serverBytes(packet));
}

/** All packets of some bytes, which must end where a packet ends. */
function readAll<Packet>(table: PacketTable<Packet>, bytes: Uint8Array): Packet[] {
  const decoder = new PacketDecoder(table);
  decoder.push(bytes);
  const packets: Packet[] = [];
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
    packets.push(packet);
  }
  if (decoder.isInsidePacket) {
    throw new RangeError("the bytes end inside a packet");
  }
  return packets;
}

/** What a client makes of bytes that a server sent. */
export function readServer(bytes: Uint8Array): ServerPacket[] {
  return readAll(serverPackets, bytes);
}

/** The same, in hexadecimal. */
export function fromServer(hex: string): ServerPacket[] {
  return readServer(bytesOf(hex));
}

/** What a server makes of bytes that a client sent, in hexadecimal. */
export function fromClient(hex: string): ReceivedClientPacket[] {
  return readAll(clientPackets, bytesOf(hex));
}

/** What was said about bad input: the kind, the reason code in hexadecimal, and the statement. */
export type Refusal = readonly [kind: "malformed" | "violation", reasonCode: string, statement: string];

/** Reads something, and tells how it was refused. */
export function refusalOf(read: () => unknown): Refusal | "accepted" {
  try {
    read();
  } catch (error) {
    if (error instanceof MalformedPacketError) {
      return ["malformed", error.reasonCode.toString(16), error.statement];
    }
    if (error instanceof ProtocolViolationError) {
      return ["violation", error.reasonCode.toString(16), error.statement];
    }
    throw error;
  }
  return "accepted";
}
