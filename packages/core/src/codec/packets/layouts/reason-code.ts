/** The rule that every packet with reason codes shares: a code is one of those that the packet may carry. */
import { violation } from "../../violations.js";

/** Gives a received byte as the reason code that it is. Throws where it is none of `codes`, which breaks `statement`. */
export function demandListed<Code extends number>(codes: readonly Code[], byte: number, statement: string): Code {
  const code = codes.find((it) => it === byte);
  if (code === undefined) {
    throw violation(`reasonCode is 0x${byte.toString(16)}`, statement);
  }
  return code;
}
