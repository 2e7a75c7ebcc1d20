import { readVariableByteInteger, variableByteIntegerWidth } from "./wire/variable-byte-integer.js";

/**
 * Splits bytes that hold whole packets into those packets, for a transport that carries one packet at a time. Each
 * result is a view of the same memory.
 */
export function splitPackets(bytes: Uint8Array): readonly Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const length = readVariableByteInteger(bytes, start + 1, bytes.length);
    const end = start + 1 + variableByteIntegerWidth(length) + length;
    packets.push(bytes.subarray(start, end));
    start = end;
  }
  return packets;
}
