import {
  AuthReasonCode,
  ConnectReasonCode,
  DisconnectReasonCode,
  PubackReasonCode,
  PubrelReasonCode,
  SubackReasonCode,
  UnsubackReasonCode,
} from "./reason-codes.js";

/** A code has the same name in every packet (section 2.4), but for 0x00, whose first name here is success. */
const allCodes: readonly Readonly<Record<string, number>>[] = [
  ConnectReasonCode,
  DisconnectReasonCode,
  PubackReasonCode,
  PubrelReasonCode,
  SubackReasonCode,
  UnsubackReasonCode,
  AuthReasonCode,
];

/** Gives the specification's name of a reason code with its number, for instance `not authorized (0x87)`. */
export function describeReasonCode(reasonCode: number): string {
  const hexadecimal = `0x${reasonCode.toString(16).padStart(2, "0")}`;
  for (const codes of allCodes) {
    for (const [key, code] of Object.entries(codes)) {
      if (code === reasonCode) {
        return `${toWords(key)} (${hexadecimal})`;
      }
    }
  }
  return `reason code ${hexadecimal}`;
}

/** Takes the key of a reason code apart. */
function toWords(key: string): string {
  const words = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).slice(1);
  return words.replace("qos", "QoS").replace("username", "user name");
}
