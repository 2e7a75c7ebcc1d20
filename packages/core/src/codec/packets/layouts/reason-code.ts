/** The rule that most packets with reason codes share: a code is one of those that the packet may carry. */
import { violation } from "../../violations.js";

/** Returns a received byte as a reason code. A byte that is not in `codes` breaks `statement`. */
export function demandListed<Code extends number>(codes: readonly Code[], byte: number, statement: string): Code {
  const code = codes.find((it) => it === byte);
  if (code === undefined) {
    throw violation(`reasonCode is 0x${byte.toString(16)}`, statement);
  }
  return code;
}
