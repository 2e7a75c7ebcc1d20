/**
 * Short names for the two ways in which a peer's bytes can be wrong, so that the line which enforces a rule can be read
 * as one sentence with the statement at its end.
 */
import { MalformedPacketError, ProtocolViolationError } from "../errors.js";

/** The bytes are not a packet: the answer is DISCONNECT 0x81. */
export function malformed(message: string, statement: string): MalformedPacketError {
  return new MalformedPacketError(message, statement);
}

/** The packet is one, but not allowed: the answer is DISCONNECT 0x82, or a more exact code. */
export function violation(message: string, statement: string, reasonCode?: number): ProtocolViolationError {
  return new ProtocolViolationError(message, statement, reasonCode);
}
