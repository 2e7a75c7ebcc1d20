/**
 * Which reason codes each packet may carry, and from which side (section 2.4): tables from the byte to the code.
 */
import {
  AuthReasonCode,
  DisconnectReasonCode,
  PubackReasonCode,
  PubcompReasonCode,
  PubrecReasonCode,
  PubrelReasonCode,
  SubackReasonCode,
  UnsubackReasonCode,
} from "./reason-codes.js";
import { violation } from "./violations.js";

/** The codes of a packet, each at its own place. */
export type ReasonCodeSet<Code extends number> = readonly (Code | undefined)[];

export const pubackReasonCodes: ReasonCodeSet<PubackReasonCode> = setOf(Object.values(PubackReasonCode));
export const pubrecReasonCodes: ReasonCodeSet<PubrecReasonCode> = setOf(Object.values(PubrecReasonCode));
export const pubrelReasonCodes: ReasonCodeSet<PubrelReasonCode> = setOf(Object.values(PubrelReasonCode));
export const pubcompReasonCodes: ReasonCodeSet<PubcompReasonCode> = setOf(Object.values(PubcompReasonCode));
export const subackReasonCodes: ReasonCodeSet<SubackReasonCode> = setOf(Object.values(SubackReasonCode));
export const unsubackReasonCodes: ReasonCodeSet<UnsubackReasonCode> = setOf(Object.values(UnsubackReasonCode));

const { Success, ContinueAuthentication, ReAuthenticate } = AuthReasonCode;
export const clientAuthReasonCodes: ReasonCodeSet<AuthReasonCode> = setOf([ContinueAuthentication, ReAuthenticate]);
export const serverAuthReasonCodes: ReasonCodeSet<AuthReasonCode> = setOf([Success, ContinueAuthentication]);

/** What a client's DISCONNECT may say (MQTT-3.14.2-1). */
export const clientDisconnectReasonCodes: ReasonCodeSet<DisconnectReasonCode> = setOf([
  DisconnectReasonCode.NormalDisconnection,
  DisconnectReasonCode.DisconnectWithWillMessage,
  DisconnectReasonCode.UnspecifiedError,
  DisconnectReasonCode.MalformedPacket,
  DisconnectReasonCode.ProtocolError,
  DisconnectReasonCode.ImplementationSpecificError,
  DisconnectReasonCode.BadAuthenticationMethod,
  DisconnectReasonCode.TopicNameInvalid,
  DisconnectReasonCode.ReceiveMaximumExceeded,
  DisconnectReasonCode.TopicAliasInvalid,
  DisconnectReasonCode.PacketTooLarge,
  DisconnectReasonCode.MessageRateTooHigh,
  DisconnectReasonCode.QuotaExceeded,
  DisconnectReasonCode.AdministrativeAction,
  DisconnectReasonCode.PayloadFormatInvalid,
]);

function setOf<Code extends number>(codes: readonly Code[]): ReasonCodeSet<Code> {
  const set: (Code | undefined)[] = [];
  for (const code of codes) {
    set[code] = code;
  }
  return set;
}

/** The code that a received byte is; `statement` is what a byte that is none breaks. */
export function demandListed<Code extends number>(codes: ReasonCodeSet<Code>, byte: number, statement: string): Code {
  const code = codes[byte];
  if (code === undefined) {
    throw violation(`reason code 0x${byte.toString(16).padStart(2, "0")} is not listed for this packet`, statement);
  }
  return code;
}
