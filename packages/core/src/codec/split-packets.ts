import { readVariableByteInteger, variableByteIntegerWidth } from "./wire/variable-byte-integer.js";

/** The packets of a run of whole ones, each as a part of its memory (section 2.1): for what carries one at a time. */
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
