/**
 * Short names for the two ways in which bytes of the peer can be wrong. With them, a line that enforces a rule reads as
 * one sentence with the statement at its end.
 */
import { MalformedPacketError, ProtocolViolationError } from "../errors.js";

/** Makes the error for bytes that are not a packet. The answer is DISCONNECT 0x81. */
export function malformed(message: string, statement: string): MalformedPacketError {
  return new MalformedPacketError(message, statement);
}

/**
 * Makes the error for a topic that is not valid text. It has a code of its own: the same retained message would end
 * every connection, and with the code an application can decide what to do.
 */
export function malformedTopic(statement: string): MalformedPacketError {
  return new MalformedPacketError("topic is not a UTF-8 encoded string", statement, undefined, "MALFORMED_TOPIC");
}

/** Makes the error for a packet that is not allowed. The answer is DISCONNECT 0x82, or a more exact `reasonCode`. */
export function violation(message: string, statement: string, reasonCode?: number): ProtocolViolationError {
  return new ProtocolViolationError(message, statement, reasonCode);
}
