/**
 * The limit for a publish after which the server closes the connection. Without a limit it would end every connection.
 * It fails after `maxRedeliveries`. From the second time on it is sent alone, so that no other publish fails with it.
 */

import { DisconnectReasonCode } from "../../codec/reason-codes.js";
import { MqttError } from "../../errors.js";
import { DisconnectedError } from "../errors/connection-errors.js";

/**
 * The reason codes of a server's DISCONNECT (section 3.14.2.1) that the content of a PUBLISH can cause (sections 3.3.2
 * to 3.3.4 and 4.13). The others are about another packet (such as 0x8F, 0x9E, 0xA1 and 0xA2), the client as a whole
 * (0x8D, 0x8E, 0x98, 0xA0), or the state of the server (0x89, 0x8B, 0x9C, 0x9D). 0x96 and 0x9F are about the rate,
 * which gets lower by itself.
 */
const publishCodes: ReadonlySet<number> = new Set([
  DisconnectReasonCode.UnspecifiedError,
  DisconnectReasonCode.MalformedPacket,
  DisconnectReasonCode.ProtocolError,
  DisconnectReasonCode.ImplementationSpecificError,
  DisconnectReasonCode.NotAuthorized,
  DisconnectReasonCode.TopicNameInvalid,
  DisconnectReasonCode.ReceiveMaximumExceeded,
  DisconnectReasonCode.TopicAliasInvalid,
  DisconnectReasonCode.PacketTooLarge,
  DisconnectReasonCode.QuotaExceeded,
  DisconnectReasonCode.PayloadFormatInvalid,
  DisconnectReasonCode.RetainNotSupported,
  DisconnectReasonCode.QosNotSupported,
]);

/** The number of connections lost with a publish after which it is sent alone, unless the limit is lower. */
const suspicious = 2;

/** Returns true for a publish that must be in flight alone until it has its answer. */
export function goesAlone(hangUpCount: number, maxRedeliveries: number): boolean {
  return hangUpCount >= Math.min(suspicious, maxRedeliveries);
}

/** Gives the error of a publish after another lost connection; undefined while it may be sent again. */
export function redeliveryLimitError(
  hangUpCount: number,
  maxRedeliveries: number,
  cause: MqttError,
): MqttError | undefined {
  const message = `the server hung up on it ${hangUpCount} times`;
  return hangUpCount > maxRedeliveries
    ? new MqttError("REDELIVERY_LIMIT", message, { cause, outcome: "unknown" })
    : undefined;
}

/** Returns true if the server ended the connection with a reason code that a PUBLISH can cause. */
export function mayBlamePublish(cause: MqttError): boolean {
  return (
    cause instanceof DisconnectedError &&
    cause.source === "server" &&
    publishCodes.has(cause.disconnect?.reasonCode ?? 0)
  );
}
