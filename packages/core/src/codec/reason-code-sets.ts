/**
 * Which reason codes each packet may carry, and from which side (section 2.4): numbers, so that an application which does
 * not name the constants of `reason-codes.ts` does not ship them.
 */
import type {
  AuthReasonCode,
  DisconnectReasonCode,
  PubackReasonCode,
  PubrelReasonCode,
  SubackReasonCode,
  UnsubackReasonCode,
} from "./reason-codes.js";
import { violation } from "./violations.js";

/** What answers a PUBLISH: the codes of PUBACK and PUBREC. */
export const publishReasonCodes: readonly PubackReasonCode[] = [0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];

/** The codes of PUBREL and PUBCOMP. */
export const releaseReasonCodes: readonly PubrelReasonCode[] = [0, 0x92];

export const subackReasonCodes: readonly SubackReasonCode[] = [
  0, 1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2,
];

export const unsubackReasonCodes: readonly UnsubackReasonCode[] = [0, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91];

export const clientAuthReasonCodes: readonly AuthReasonCode[] = [0x18, 0x19];
export const serverAuthReasonCodes: readonly AuthReasonCode[] = [0, 0x18];

/** What a client's DISCONNECT may say (MQTT-3.14.2-1). */
export const clientDisconnectReasonCodes: readonly DisconnectReasonCode[] = [
  0, 4, 0x80, 0x81, 0x82, 0x83, 0x8c, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99,
];

/** The code that a received byte is; `statement` is what a byte that is none breaks. */
export function demandListed<Code extends number>(codes: readonly Code[], byte: number, statement: string): Code {
  const code = codes.find((it) => it === byte);
  if (code === undefined) {
    throw violation(`reasonCode is 0x${byte.toString(16)}`, statement);
  }
  return code;
}
