/** Variable byte integers (section 1.5.5): seven bits a byte, least significant first, at most four bytes. */

/** The largest value of four bytes. */
export const maximumVariableByteInteger = 268_435_455;

/** How many bytes the shortest form of a value takes. */
export function variableByteIntegerWidth(value: number): number {
  if (value < 128) {
    return 1;
  }
  if (value < 16_384) {
    return 2;
  }
  return value < 2_097_152 ? 3 : 4;
}
