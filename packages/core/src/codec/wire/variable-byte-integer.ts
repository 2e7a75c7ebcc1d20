/** Variable Byte Integers (section 1.5.5): seven bits a byte, the least significant first, at most four bytes. */
import { malformed } from "../violations.js";

/** The number of bytes of a value. The only form of a value is the shortest one. */
export function variableByteIntegerWidth(value: number): number {
  if (value < 128) {
    return 1;
  }
  if (value < 16_384) {
    return 2;
  }
  return value < 2_097_152 ? 3 : 4;
}

/** Reads the value at `offset`. Returns −1 if the value does not end before `end`. */
export function readVariableByteInteger(bytes: Uint8Array, offset: number, end: number): number {
  let value = 0;
  for (let index = 0; offset + index < end; index++) {
    const byte = bytes[offset + index] ?? 0;
    value |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) {
      if (byte === 0 && index > 0) {
        throw malformed("integer is too long", "MQTT-1.5.5-1");
      }
      return value;
    }
    if (index === 3) {
      throw malformed("integer is too long", "1.5.5");
    }
  }
  return -1;
}
